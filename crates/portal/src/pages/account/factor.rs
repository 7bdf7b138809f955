//! The second factor: begun, confirmed by a first code, its recovery codes shown once, switched off.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_service::{FactorOffer, Failure};
use serde::Deserialize;

use crate::form::{Filled as Asked, Wrong};
use crate::fresh::Fresh;
use crate::parts::Square;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, again, done, shown};
use crate::visitor::Visitor;

/// What is filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    code: String,
}

#[derive(Template)]
#[template(path = "account/two_factor.html")]
struct Page {
    shell: Shell,
    on: bool,
    recovery_codes: usize,
    offer: Option<FactorOffer>,
    square: Option<Square>,
    wrong: Wrong,
}

#[derive(Template)]
#[template(path = "account/recovery_codes.html")]
struct Codes {
    shell: Shell,
    codes: Vec<String>,
}

fn of(portal: &Portal, visitor: &mut Visitor, wrong: Wrong) -> Result<Page, Refused> {
    let offer = portal.service.factor_offer(&visitor.who)?;
    let asked = visitor.who.account.asked_factor();
    Ok(Page {
        on: asked.is_some(),
        recovery_codes: asked.map_or(0, |factor| factor.recovery.len()),
        square: offer.as_ref().and_then(|offer| Square::of(&offer.address)),
        offer,
        wrong,
        shell: Shell::of(visitor, "/account", "Two-factor sign-in"),
    })
}

/// How it stands.
pub(crate) async fn page(State(portal): State<Portal>, Fresh(mut visitor): Fresh) -> Answer {
    shown(&of(&portal, &mut visitor, Wrong::default())?)
}

/// Draws a secret, which the page then shows.
pub(crate) async fn begin(State(portal): State<Portal>, Fresh(visitor): Fresh, Form(asked): Form<Asked>) -> Answer {
    asked.sure()?;
    portal.service.begin_factor(&visitor.who).await?;
    done("/account/two-factor", "Add the account to your authenticator, then type the code that it shows.")
}

/// Switches it on, and shows the recovery codes.
pub(crate) async fn confirm(
    State(portal): State<Portal>,
    Fresh(mut visitor): Fresh,
    Form(form): Form<Filled>,
) -> Answer {
    match portal.service.confirm_factor(&visitor.who, &form.code).await {
        Ok(codes) => shown(&Codes { shell: Shell::of(&mut visitor, "/account", "Your recovery codes"), codes }),
        Err(Failure::Refused { refusal: refusal @ Refusal::CodeRefused, .. }) => {
            let mut wrong = Wrong::default();
            wrong.note("code", refusal.to_string());
            again(&of(&portal, &mut visitor, wrong)?)
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Puts new recovery codes in place of the old, and shows them.
pub(crate) async fn renew(State(portal): State<Portal>, Fresh(mut visitor): Fresh, Form(asked): Form<Asked>) -> Answer {
    asked.sure()?;
    let codes = portal.service.renew_recovery_codes(&visitor.who).await?;
    shown(&Codes { shell: Shell::of(&mut visitor, "/account", "Your recovery codes"), codes })
}

/// Switches it off.
pub(crate) async fn off(State(portal): State<Portal>, Fresh(visitor): Fresh, Form(asked): Form<Asked>) -> Answer {
    asked.sure()?;
    portal.service.remove_own_factor(&visitor.who).await?;
    done("/account", "Two-factor sign-in is off. You are signed out everywhere else.")
}
