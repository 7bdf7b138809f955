//! Asking for a trial, or for an education licence.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::Form;
use seatkeeper_domain::ask::Wanted;
use seatkeeper_domain::catalogue::Product;
use seatkeeper_service::Asking;

use super::offered;
use crate::caller::Caller;
use crate::flash::Flash;
use crate::form::{Filled, Wrong, filled};
use crate::pages::door::{Door, said};
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shown::{Answer, again, shown};
use crate::words::many;

/// What the form shows mistakes beside.
const FIELDS: &[&str] = &["name", "email", "company", "why"];

#[derive(Template)]
#[template(path = "trial/ask.html")]
struct Page {
    door: Door,
    product: Product,
    /// How long a trial is; none where this asks for an education licence.
    length: Option<String>,
    form: Filled,
    wrong: Wrong,
}

impl Page {
    fn of(product: Product, wanted: Wanted, form: Filled, wrong: Wrong) -> Self {
        let days = product.offer.trial_days.filter(|_| wanted == Wanted::Trial);
        let title = match wanted {
            Wanted::Trial => format!("Try {}", product.name),
            Wanted::Education => format!("{} for education", product.name),
        };
        let length = days.map(|days| many(days.into(), "day"));
        Self { door: Door::of(title, Flash::default()), product, length, form, wrong }
    }

    /// Where this is sent to.
    fn here(&self) -> String {
        let education = if self.length.is_some() { "" } else { "/education" };
        format!("/trial/{}{education}", self.product.code)
    }
}

/// The form for a trial; the other one, where there is none.
pub(crate) async fn trial(State(portal): State<Portal>, Path(code): Path<String>) -> Answer {
    let product = offered(&portal, &code).await?;
    if product.offer.trial_days.is_none() {
        return Ok(Redirect::to(&format!("/trial/{}/education", product.code)).into_response());
    }
    shown(&Page::of(product, Wanted::Trial, Filled::default(), Wrong::default()))
}

/// The form for an education licence.
pub(crate) async fn education(State(portal): State<Portal>, Path(code): Path<String>) -> Answer {
    let product = offered(&portal, &code).await?;
    if !product.offer.education {
        return Err(Refused::not_found());
    }
    shown(&Page::of(product, Wanted::Education, Filled::default(), Wrong::default()))
}

/// Asks for a trial.
pub(crate) async fn ask_trial(
    State(portal): State<Portal>,
    caller: Caller,
    Path(code): Path<String>,
    Form(form): Form<Filled>,
) -> Answer {
    ask(&portal, caller, &code, Wanted::Trial, form).await
}

/// Asks for an education licence.
pub(crate) async fn ask_education(
    State(portal): State<Portal>,
    caller: Caller,
    Path(code): Path<String>,
    Form(form): Form<Filled>,
) -> Answer {
    ask(&portal, caller, &code, Wanted::Education, form).await
}

async fn ask(portal: &Portal, Caller(caller): Caller, code: &str, wanted: Wanted, form: Filled) -> Answer {
    let product = offered(portal, code).await?;
    if !product.offer.has(wanted) {
        return Err(Refused::not_found());
    }
    let asking = Asking {
        wanted,
        product: product.code.clone(),
        email: form.get("email").to_owned(),
        name: form.get("name").to_owned(),
        company: filled(form.get("company")),
        why: filled(form.get("why")),
    };
    match portal.service.ask_license(asking, &caller).await {
        Ok(()) => Ok(Redirect::to(&format!("/trial/{}/sent", product.code)).into_response()),
        Err(failure) => again(&Page::of(product, wanted, form, said(failure, FIELDS)?)),
    }
}
