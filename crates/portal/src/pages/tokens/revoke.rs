//! Revoking a token: from then on it opens nothing.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use seatkeeper_domain::decide::RevokeToken;
use seatkeeper_domain::id::TokenId;
use seatkeeper_service::Permission;

use super::list::Row;
use crate::form::Filled;
use crate::named::Named;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, done, shown};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "tokens/revoke.html")]
struct Page {
    shell: Shell,
    row: Row,
}

/// What will happen.
pub(crate) async fn ask(State(portal): State<Portal>, mut visitor: Visitor, Named(id): Named<TokenId>) -> Answer {
    visitor.vendor_only()?;
    visitor.admin.may(Permission::Govern)?;
    let token = portal.service.token(&visitor.admin, id).await?;
    let row = Row::of(&portal, &visitor, token).await?;
    shown(&Page { row, shell: Shell::of(&mut visitor, "/server", "Revoke a token") })
}

/// Revokes it.
pub(crate) async fn revoke(
    State(portal): State<Portal>,
    visitor: Visitor,
    Named(id): Named<TokenId>,
    Form(form): Form<Filled>,
) -> Answer {
    visitor.vendor_only()?;
    visitor.admin.may(Permission::Govern)?;
    form.sure()?;
    portal.service.office(&visitor.admin, None, RevokeToken { id }).await?;
    done("/tokens", "The token is revoked: it opens nothing any more.")
}
