//! The second factor: a code, or a recovery code. Whoever has not given a password is sent to do that first.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::{Form, Query};
use seatkeeper_service::Failure;
use serde::Deserialize;

use super::{Door, encoded, entered, ours, said};
use crate::caller::Caller;
use crate::flash::Flash;
use crate::form::Wrong;
use crate::keeps::kept;
use crate::portal::Portal;
use crate::shown::{Answer, again, shown};

/// What is filled in, and where to go on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    code: String,
    next: String,
}

#[derive(Template)]
#[template(path = "door/code.html")]
struct Page {
    door: Door,
    form: Filled,
    wrong: Wrong,
}

fn of(form: Filled, wrong: Wrong) -> Page {
    Page { door: Door::of("Confirm it is you", Flash::default()), form, wrong }
}

/// The form.
pub(crate) async fn page(State(portal): State<Portal>, headers: HeaderMap, Query(form): Query<Filled>) -> Answer {
    match portal.service.waits_for_code(kept(&headers).unwrap_or_default()).await? {
        true => shown(&of(form, Wrong::default())),
        false => first(&form),
    }
}

/// Completes the sign-in.
pub(crate) async fn give(
    State(portal): State<Portal>,
    Caller(caller): Caller,
    headers: HeaderMap,
    Form(form): Form<Filled>,
) -> Answer {
    match portal.service.give_code(kept(&headers).unwrap_or_default(), &form.code, &caller).await {
        Ok(new) => entered(&new, &form.next),
        Err(Failure::Unauthorized) => first(&form),
        Err(failure) => again(&of(form, said(failure, &[])?)),
    }
}

/// The password comes first.
fn first(form: &Filled) -> Answer {
    Ok(Redirect::to(&format!("/sign-in?next={}", encoded(ours(&form.next)))).into_response())
}
