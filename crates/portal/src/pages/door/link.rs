//! What a link leads to: an invitation taken up, a new password, the first administrator.

use askama::Template;
use axum::extract::{Path, State};
use axum_extra::extract::Form;
use seatkeeper_domain::account::LinkKind;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_service::{Failure, OpenLink, Taking};
use serde::Deserialize;

use super::{Door, entered, said};
use crate::caller::Caller;
use crate::flash::Flash;
use crate::form::Wrong;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shown::{Answer, again, shown};

const FIELDS: &[&str] = &["email", "name", "password"];

/// What is filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    email: String,
    name: String,
    password: String,
    repeated: String,
}

#[derive(Template)]
#[template(path = "door/link.html")]
struct Page {
    door: Door,
    text: String,
    /// Whose it is; nobody's yet where it makes an account.
    email: Option<String>,
    asks_name: bool,
    form: Filled,
    wrong: Wrong,
}

impl Page {
    fn of(text: String, link: &OpenLink, form: Filled, wrong: Wrong) -> Self {
        let title = match link.kind {
            LinkKind::Invitation => "Welcome",
            LinkKind::Reset => "Choose a new password",
            LinkKind::First | LinkKind::Administrator => "Make an administrator",
        };
        let email = link.account.as_ref().map(|account| account.email.clone());
        let asks_name = link.kind != LinkKind::Reset;
        Self { door: Door::of(title, Flash::default()), text, email, asks_name, form, wrong }
    }
}

/// The form.
pub(crate) async fn page(State(portal): State<Portal>, Path(text): Path<String>) -> Answer {
    let link = portal.service.open_link(&text).await.map_err(over)?;
    let name = link.account.as_ref().map(|account| account.name.clone()).unwrap_or_default();
    shown(&Page::of(text, &link, Filled { name, ..Filled::default() }, Wrong::default()))
}

/// Uses the link, and signs in.
pub(crate) async fn take(
    State(portal): State<Portal>,
    Caller(caller): Caller,
    Path(text): Path<String>,
    Form(form): Form<Filled>,
) -> Answer {
    let link = portal.service.open_link(&text).await.map_err(over)?;
    let mut wrong = Wrong::default();
    if form.password != form.repeated {
        wrong.note("repeated", "is not the same as above");
        return again(&Page::of(text, &link, form, wrong));
    }
    let (email, name, password) = (form.email.clone(), form.name.clone(), form.password.clone());
    match portal.service.take_link(&text, Taking { email, name, password }, &caller).await {
        Ok(new) => entered(&new, "/"),
        Err(failure) if is_over(&failure) => Err(over(failure)),
        Err(failure) => again(&Page::of(text, &link, form, said(failure, FIELDS)?)),
    }
}

fn is_over(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused { refusal: Refusal::LinkOver, .. })
}

fn over(failure: Failure) -> Refused {
    if is_over(&failure) { Refused::link_over() } else { failure.into() }
}
