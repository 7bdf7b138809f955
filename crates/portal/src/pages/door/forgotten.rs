//! A forgotten password: a link goes to the address, if somebody has an account with it. The page does not tell.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use serde::Deserialize;

use super::{Door, said};
use crate::caller::Caller;
use crate::flash::Flash;
use crate::form::Wrong;
use crate::portal::Portal;
use crate::shown::{Answer, again, done, shown};

/// What is filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    email: String,
}

#[derive(Template)]
#[template(path = "door/forgotten.html")]
struct Page {
    door: Door,
    form: Filled,
    wrong: Wrong,
}

fn of(form: Filled, wrong: Wrong) -> Page {
    Page { door: Door::of("Choose a new password", Flash::default()), form, wrong }
}

/// The form.
pub(crate) async fn page() -> Answer {
    shown(&of(Filled::default(), Wrong::default()))
}

/// Has the link sent.
pub(crate) async fn ask(State(portal): State<Portal>, Caller(caller): Caller, Form(form): Form<Filled>) -> Answer {
    match portal.service.ask_reset(&form.email, &caller).await {
        Ok(()) => {
            let said = "If there is an account with this address, a link to choose a new password is on its way. \
                        It is good for an hour.";
            done("/sign-in", said)
        }
        Err(failure) => again(&of(form, said(failure, &["email"])?)),
    }
}
