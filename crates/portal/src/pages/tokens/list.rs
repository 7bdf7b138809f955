//! The list of tokens.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Query;
use jiff::Timestamp;
use seatkeeper_domain::token::{Role, Token};
use seatkeeper_service::Permission;
use seatkeeper_service::read::Page as Part;
use serde::Deserialize;
use uuid::Uuid;

use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{Face, When};

/// Rows on a page.
const ROWS: u32 = 50;

/// What is asked of the list.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    after: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "tokens/list.html")]
struct Page {
    shell: Shell,
    rows: Vec<Row>,
    next: Option<Uuid>,
}

/// A token, as a page shows it: never its secret, which nobody has.
pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) label: String,
    pub(super) role: &'static str,
    /// The one customer that it sees.
    pub(super) customer: Option<(Uuid, String)>,
    made: When,
    expires: Option<When>,
    class: &'static str,
    word: &'static str,
}

/// All tokens, in the order in which they were made.
pub(crate) async fn list(State(portal): State<Portal>, mut visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    visitor.vendor_only()?;
    visitor.admin.may(Permission::Govern)?;
    let found = portal.service.tokens(&visitor.admin, Part { after: asked.after, limit: ROWS }).await?;
    let mut rows = Vec::with_capacity(found.items.len());
    for token in found.items {
        rows.push(Row::of(&portal, &visitor, token).await?);
    }
    shown(&Page { rows, next: found.next, shell: Shell::of(&mut visitor, "/server", "API tokens") })
}

impl Row {
    pub(super) async fn of(portal: &Portal, visitor: &Visitor, token: Token) -> Result<Self, Refused> {
        let customer = match token.customer_id {
            Some(id) => Some((id.0, portal.service.customer(&visitor.admin, id).await?.name)),
            None => None,
        };
        let (class, word) = standing(&token, visitor.now());
        let face: &Face = &visitor.face;
        Ok(Self {
            id: token.id.0,
            role: role(token.role),
            customer,
            made: face.day(token.created_at),
            expires: token.expires_at.map(|at| face.day(at)),
            class,
            word,
            label: token.label,
        })
    }

    /// Whether it still opens anything.
    pub(super) fn good(&self) -> bool {
        self.class == "live"
    }
}

fn standing(token: &Token, now: Timestamp) -> (&'static str, &'static str) {
    match token.expires_at {
        _ if token.revoked_at.is_some() => ("ended", "Revoked"),
        Some(at) if at <= now => ("ended", "Expired"),
        _ => ("live", "Good"),
    }
}

/// A role in a word.
fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Admin => "Admin",
        Role::Sales => "Sales",
        Role::Support => "Support",
        Role::Viewer => "Viewer",
    }
}
