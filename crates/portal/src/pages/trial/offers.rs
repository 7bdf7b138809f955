//! What visitors may ask for; straight on where it is one product.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use seatkeeper_domain::catalogue::Product;

use crate::flash::Flash;
use crate::pages::door::Door;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shown::{Answer, shown};

#[derive(Template)]
#[template(path = "trial/offers.html")]
struct Page {
    door: Door,
    offers: Vec<Product>,
}

/// The products.
pub(crate) async fn list(State(portal): State<Portal>) -> Answer {
    let offers = portal.service.offers().await?;
    match offers.as_slice() {
        [] => Err(Refused::not_found()),
        [one] => Ok(Redirect::to(&format!("/trial/{}", one.code)).into_response()),
        _ => shown(&Page { door: Door::of("What would you like to try?", Flash::default()), offers }),
    }
}
