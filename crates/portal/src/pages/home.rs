//! The address of the server itself.

use axum::response::Redirect;

use crate::visitor::Visitor;

/// Off to the overview; or to sign in, which the visitor's absence leads to.
pub(crate) async fn home(_: Visitor) -> Redirect {
    Redirect::to("/overview")
}
