//! One of the people: what they may do, whether they are let in, where they signed in.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use seatkeeper_domain::account::Account;
use seatkeeper_domain::decide::{AccountPatch, Which};
use seatkeeper_domain::id::AccountId;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_service::Failure;
use serde::Deserialize;
use uuid::Uuid;

use super::list::{shown_address, state};
use super::{chosen, code, roles};
use crate::form::{Filled as Asked, Wrong};
use crate::named::Named;
use crate::pages::account::{Place, places};
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, again, done, shown};
use crate::visitor::Visitor;

/// Sign-ins that are shown.
const SHOWN: u32 = 50;

/// What is filled in: a role, or whether they are shut out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    role: String,
    disabled: String,
    revision: Option<u64>,
}

#[derive(Template)]
#[template(path = "people/one.html")]
struct Page {
    shell: Shell,
    id: Uuid,
    name: String,
    email: String,
    role: &'static str,
    roles: Vec<(&'static str, &'static str)>,
    revision: u64,
    state: (&'static str, &'static str),
    invited: bool,
    disabled: bool,
    erased: bool,
    two_factor: bool,
    refused: u32,
    customer: Option<Uuid>,
    places: Vec<Place>,
    wrong: Wrong,
}

async fn of(portal: &Portal, visitor: &mut Visitor, account: Account, wrong: Wrong) -> Result<Page, Refused> {
    let sign_ins = portal.service.sign_ins(&visitor.admin, account.id, SHOWN).await?;
    let customer = account.customer_id.filter(|_| visitor.vendor()).map(|id| id.0);
    Ok(Page {
        id: account.id.0,
        role: code(account.role),
        roles: roles(account.customer_id),
        revision: account.revision,
        state: state(&account),
        invited: account.password.is_none(),
        disabled: account.disabled_at.is_some(),
        erased: account.erased(),
        two_factor: account.asked_factor().is_some(),
        refused: account.refused,
        customer,
        places: places(&sign_ins, Some(visitor.who.sign_in.id), &visitor.face),
        shell: Shell::of(visitor, if customer.is_some() { "/customers" } else { "/people" }, account.name.clone()),
        name: account.name,
        email: shown_address(&account.email),
        wrong,
    })
}

/// The page.
pub(crate) async fn page(State(portal): State<Portal>, mut visitor: Visitor, Named(id): Named<AccountId>) -> Answer {
    let account = portal.service.person(&visitor.admin, id).await?;
    shown(&of(&portal, &mut visitor, account, Wrong::default()).await?)
}

/// Gives another role, shuts out or lets in again.
pub(crate) async fn save(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Named(id): Named<AccountId>,
    Form(form): Form<Filled>,
) -> Answer {
    let account = portal.service.person(&visitor.admin, id).await?;
    let disabled = match form.disabled.as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let patch = AccountPatch { role: chosen(&form.role), disabled };
    match portal.service.update_person(&visitor.admin, id, patch, form.revision).await {
        Ok(()) => {
            let said = match disabled {
                Some(true) => "is shut out, and signed out everywhere",
                Some(false) => "is let in again",
                None => "has another role, and is signed out",
            };
            done(&format!("/people/{id}"), format!("{} {said}.", account.name))
        }
        Err(Failure::Refused { refusal: refusal @ Refusal::LastOwner { .. }, .. }) => {
            let mut wrong = Wrong::default();
            wrong.note("", refusal.to_string());
            again(&of(&portal, &mut visitor, account, wrong).await?)
        }
        Err(failure) => {
            let wrong = Wrong::of(failure, &["role"])?;
            again(&of(&portal, &mut visitor, account, wrong).await?)
        }
    }
}

/// Sends the invitation again, or a link for a new password.
pub(crate) async fn link(
    State(portal): State<Portal>,
    visitor: Visitor,
    Named(id): Named<AccountId>,
    Form(asked): Form<Asked>,
) -> Answer {
    asked.sure()?;
    let account = portal.service.person(&visitor.admin, id).await?;
    portal.service.send_link(&visitor.admin, id).await?;
    done(&format!("/people/{id}"), format!("A link is on its way to {}.", account.email))
}

/// Signs them out everywhere.
pub(crate) async fn end(
    State(portal): State<Portal>,
    visitor: Visitor,
    Named(id): Named<AccountId>,
    Form(asked): Form<Asked>,
) -> Answer {
    asked.sure()?;
    let account = portal.service.person(&visitor.admin, id).await?;
    portal.service.end_sign_ins(&visitor.admin, id, Which::All).await?;
    done(&format!("/people/{id}"), format!("{} is signed out everywhere.", account.name))
}

/// Erases their name and address.
pub(crate) async fn erase(
    State(portal): State<Portal>,
    visitor: Visitor,
    Named(id): Named<AccountId>,
    Form(asked): Form<Asked>,
) -> Answer {
    asked.sure()?;
    portal.service.erase_person(&visitor.admin, id).await?;
    done(&format!("/people/{id}"), "The name and the mail address are erased.")
}

/// Switches their two-factor sign-in off.
pub(crate) async fn factor_off(
    State(portal): State<Portal>,
    visitor: Visitor,
    Named(id): Named<AccountId>,
    Form(asked): Form<Asked>,
) -> Answer {
    asked.sure()?;
    let account = portal.service.person(&visitor.admin, id).await?;
    portal.service.remove_factor(&visitor.admin, id).await?;
    done(&format!("/people/{id}"), format!("Two-factor sign-in of {} is off.", account.name))
}
