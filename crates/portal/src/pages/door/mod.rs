//! The pages of those who are not signed in yet, and of those who give their password again. None of them tells whether
//! somebody has an account.

mod code;
mod confirm;
mod forgotten;
mod link;
mod sign_in;

use std::borrow::Cow;

use seatkeeper_domain::refusal::Refusal;
use seatkeeper_service::{Failure, NewSignIn};

use axum::response::{IntoResponse, Redirect};

use crate::assets::{ASSETS, Assets};
use crate::flash::Flash;
use crate::form::Wrong;
use crate::keeps::Keeps;
use crate::refused::Refused;
use crate::routes::{Table, action, page};
use crate::shown::Answer;

pub(crate) fn table() -> Table {
    vec![
        page("/sign-in", sign_in::page),
        action("/sign-in", sign_in::enter),
        page("/sign-in/code", code::page),
        action("/sign-in/code", code::give),
        action("/sign-out", sign_in::leave),
        page("/forgotten", forgotten::page),
        action("/forgotten", forgotten::ask),
        page("/link/{text}", link::page),
        action("/link/{text}", link::take),
        page("/confirm", confirm::page),
        action("/confirm", confirm::give),
    ]
}

/// The frame of a page that stands alone.
pub(crate) struct Door {
    pub(crate) title: Cow<'static, str>,
    pub(crate) assets: &'static Assets,
    pub(crate) said: Option<String>,
}

impl Door {
    pub(crate) fn of(title: impl Into<Cow<'static, str>>, flash: Flash) -> Self {
        Self { title: title.into(), assets: &ASSETS, said: flash.0 }
    }
}

/// A path of ours to go on to. One that leads elsewhere leads to the start.
fn ours(next: &str) -> &str {
    let plain = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n', '\t']);
    if plain { next } else { "/" }
}

/// After a step: on to the page that was wanted, or to the second factor.
fn entered(new: &NewSignIn, next: &str) -> Answer {
    let to = match new.complete {
        true => ours(next).to_owned(),
        false => format!("/sign-in/code?next={}", encoded(ours(next))),
    };
    // What was said to somebody who was out is said.
    Ok((Keeps::sign_in(new), Flash::default(), Redirect::to(&to)).into_response())
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// What is wrong with what somebody gave, said in the form; a failure that giving it again cannot mend otherwise.
pub(crate) fn said(failure: Failure, fields: &[&str]) -> Result<Wrong, Refused> {
    match &failure {
        Failure::SignInHeld { .. } => {}
        Failure::Refused { refusal, .. } if at_the_door(refusal) => {}
        _ => return Wrong::of(failure, fields),
    }
    let mut wrong = Wrong::default();
    wrong.note("", failure.to_string());
    Ok(wrong)
}

fn at_the_door(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::SignInRefused | Refusal::CodeRefused)
}

#[cfg(test)]
mod tests {
    use super::ours;

    /// Seen red when only the first letter is looked at.
    #[test]
    fn nobody_is_led_elsewhere() {
        for path in ["/", "/sessions?q=a&x=%2F", "/link/x"] {
            assert_eq!(ours(path), path);
        }
        for elsewhere in
            ["", "https://x.example", "//x.example", "/\\x.example", "javascript:alert(1)", "/\r\nSet-Cookie: a"]
        {
            assert_eq!(ours(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
