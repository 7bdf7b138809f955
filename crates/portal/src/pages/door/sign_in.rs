//! Signing in with mail address and password, and signing out.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::{Form, Query};
use serde::Deserialize;

use super::{Door, entered, said};
use crate::caller::Caller;
use crate::flash::Flash;
use crate::form::{Filled as Asked, Wrong};
use crate::keeps::{Keeps, kept};
use crate::portal::Portal;
use crate::shown::{Answer, again, shown};

/// What is filled in, and where to go on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    email: String,
    password: String,
    next: String,
}

#[derive(Template)]
#[template(path = "door/sign_in.html")]
struct Page {
    door: Door,
    form: Filled,
    wrong: Wrong,
}

fn of(flash: Flash, form: Filled, wrong: Wrong) -> Page {
    Page { door: Door::of("Sign in", flash), form, wrong }
}

/// The form.
pub(crate) async fn page(flash: Flash, Query(form): Query<Filled>) -> Answer {
    shown(&of(flash, form, Wrong::default()))
}

/// Signs in.
pub(crate) async fn enter(State(portal): State<Portal>, Caller(caller): Caller, Form(form): Form<Filled>) -> Answer {
    match portal.service.sign_in(&form.email, &form.password, &caller).await {
        Ok(new) => entered(&new, &form.next),
        Err(failure) => again(&of(Flash::default(), form, said(failure, &[])?)),
    }
}

/// Signs out.
pub(crate) async fn leave(State(portal): State<Portal>, headers: HeaderMap, Form(asked): Form<Asked>) -> Answer {
    asked.sure()?;
    if let Some(cookie) = kept(&headers) {
        portal.service.sign_out(cookie).await?;
    }
    Ok((Keeps::nothing(), Flash::says("You are signed out."), Redirect::to("/sign-in")).into_response())
}
