//! Look into your mail: the same, whoever asked.

use askama::Template;
use axum::extract::{Path, State};

use super::offered;
use crate::flash::Flash;
use crate::pages::door::Door;
use crate::portal::Portal;
use crate::shown::{Answer, shown};

#[derive(Template)]
#[template(path = "trial/sent.html")]
struct Page {
    door: Door,
    product: String,
    code: String,
}

/// What to do next.
pub(crate) async fn page(State(portal): State<Portal>, Path(code): Path<String>) -> Answer {
    let product = offered(&portal, &code).await?;
    let door = Door::of("Look into your mail", Flash::default());
    shown(&Page { door, product: product.name, code: product.code })
}
