//! What programs call. The `PUT` of a checkout and its two siblings are nearly all the traffic there is.

pub(crate) mod activation;
pub(crate) mod checkout;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(activation::activate))
        .routes(routes!(activation::activation_terms, activation::deactivate))
        .routes(routes!(checkout::check_out, checkout::give_back))
        .routes(routes!(checkout::refresh))
        .routes(routes!(checkout::availability))
}
