//! Another password for oneself.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use seatkeeper_service::Failure;
use serde::Deserialize;

use crate::caller::Caller;
use crate::form::Wrong;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, again, done, shown};
use crate::visitor::Visitor;

/// What is filled in. No password is ever shown again.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    current_password: String,
    password: String,
    repeated: String,
}

#[derive(Template)]
#[template(path = "account/password.html")]
struct Page {
    shell: Shell,
    wrong: Wrong,
}

fn of(visitor: &mut Visitor, wrong: Wrong) -> Page {
    Page { shell: Shell::of(visitor, "/account", "Change your password"), wrong }
}

/// The form.
pub(crate) async fn page(mut visitor: Visitor) -> Answer {
    shown(&of(&mut visitor, Wrong::default()))
}

/// Sets it.
pub(crate) async fn save(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Caller(caller): Caller,
    Form(form): Form<Filled>,
) -> Answer {
    let mut wrong = Wrong::default();
    if form.password != form.repeated {
        wrong.note("repeated", "is not the same as above");
        return again(&of(&mut visitor, wrong));
    }
    match portal.service.change_password(&visitor.who, &form.current_password, &form.password, &caller).await {
        Ok(()) => done("/account", "Your password is changed. You are signed out everywhere else."),
        Err(failure @ Failure::SignInHeld { .. }) => {
            wrong.note("", failure.to_string());
            again(&of(&mut visitor, wrong))
        }
        Err(failure) => again(&of(&mut visitor, Wrong::of(failure, &["current_password", "password"])?)),
    }
}
