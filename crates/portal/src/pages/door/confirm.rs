//! The password once more, before secrets are shown and before it changes how somebody signs in.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::{Form, Query};
use serde::Deserialize;

use super::{Door, ours, said};
use crate::caller::Caller;
use crate::flash::Flash;
use crate::form::Wrong;
use crate::portal::Portal;
use crate::shown::{Answer, again, shown};
use crate::visitor::Visitor;

/// What is filled in, and where to go on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    current_password: String,
    next: String,
}

#[derive(Template)]
#[template(path = "door/confirm.html")]
struct Page {
    door: Door,
    email: String,
    form: Filled,
    wrong: Wrong,
}

fn of(visitor: &Visitor, form: Filled, wrong: Wrong) -> Page {
    let door = Door::of("Your password once more", Flash::default());
    Page { door, email: visitor.who.account.email.clone(), form, wrong }
}

/// The form.
pub(crate) async fn page(visitor: Visitor, Query(form): Query<Filled>) -> Answer {
    shown(&of(&visitor, form, Wrong::default()))
}

/// Takes it.
pub(crate) async fn give(
    State(portal): State<Portal>,
    visitor: Visitor,
    Caller(caller): Caller,
    Form(form): Form<Filled>,
) -> Answer {
    match portal.service.confirm(&visitor.who, &form.current_password, &caller).await {
        Ok(()) => Ok(Redirect::to(ours(&form.next)).into_response()),
        Err(failure) => again(&of(&visitor, form, said(failure, &["current_password"])?)),
    }
}
