//! The people of a house.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Query;
use seatkeeper_domain::account::Account;
use seatkeeper_service::read::Page as Part;
use uuid::Uuid;

use super::{House, Of};
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{When, role};

/// Rows on a page.
const ROWS: u32 = 100;

#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(flatten)]
    of: Of,
    after: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "people/list.html")]
struct Page {
    shell: Shell,
    house: String,
    customer: Option<Uuid>,
    rows: Vec<Row>,
    next: Option<Uuid>,
}

struct Row {
    id: Uuid,
    name: String,
    email: String,
    role: &'static str,
    /// How it stands: the class that colours it, and a word.
    state: (&'static str, &'static str),
    two_factor: bool,
    since: When,
    own: bool,
}

/// The list.
pub(crate) async fn list(State(portal): State<Portal>, mut visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let house = House::of(&portal, &visitor, &asked.of).await?;
    let part = Part { after: asked.after, limit: ROWS };
    let found = portal.service.people(&visitor.admin, house.scope(), part).await?;
    let own = visitor.who.account.id;
    let row = |account: Account| Row {
        id: account.id.0,
        state: state(&account),
        role: role(account.role),
        two_factor: account.asked_factor().is_some(),
        since: visitor.face.day(account.created_at),
        own: account.id == own,
        name: account.name,
        email: shown_address(&account.email),
    };
    let rows = found.items.into_iter().map(row).collect();
    let customer = house.named(&visitor);
    let at = if customer.is_some() { "/customers" } else { "/people" };
    shown(&Page { rows, customer, next: found.next, house: house.name, shell: Shell::of(&mut visitor, at, "People") })
}

/// Whether somebody may sign in: a class that colours it, and a word.
pub(super) fn state(account: &Account) -> (&'static str, &'static str) {
    match (account.disabled_at, &account.password) {
        (Some(_), _) if account.erased() => ("ended", "Erased"),
        (Some(_), _) => ("limit", "Disabled"),
        (None, None) => ("silent", "Invited"),
        (None, Some(_)) => ("live", "Active"),
    }
}

/// A mail address; nothing where it was erased.
pub(super) fn shown_address(email: &str) -> String {
    if email.contains('@') { email.to_owned() } else { String::new() }
}
