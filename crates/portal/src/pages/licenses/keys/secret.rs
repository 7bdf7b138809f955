//! A product key itself: shown only to whoever may hand it out, each time written down before it is.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use seatkeeper_domain::id::{KeyId, LicenseId};
use seatkeeper_domain::key::ProductKey;
use seatkeeper_service::Permission;

use super::super::frame::{Frame, Of};
use crate::form::Filled;
use crate::fresh::Fresh;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "licenses/key_ask.html")]
struct Ask {
    shell: Shell,
    frame: Frame,
    key: ProductKey,
}

/// A key with its licence, as it is shown.
#[derive(Template)]
#[template(path = "licenses/key_shown.html")]
struct Shown {
    shell: Shell,
    frame: Frame,
    headline: String,
    means: Vec<String>,
    key: ProductKey,
    secret: String,
}

/// What showing it means, before it is done.
pub(crate) async fn ask(State(portal): State<Portal>, Fresh(mut visitor): Fresh, Of(license, id): Of<KeyId>) -> Answer {
    let (frame, _) = Frame::read(&portal, &visitor, license, "keys").await?;
    visitor.admin.may(Permission::Support)?;
    let key = key(&portal, &visitor, license, id).await?;
    let shell = Shell::of(&mut visitor, "/licenses", frame.title("Show a key"));
    shown(&Ask { shell, frame, key })
}

/// Shows it.
pub(crate) async fn show(
    State(portal): State<Portal>,
    Fresh(mut visitor): Fresh,
    Of(license, id): Of<KeyId>,
    Form(form): Form<Filled>,
) -> Answer {
    form.sure()?;
    let secret = portal.service.key_secret(&visitor.admin, license, id).await?;
    let means = vec!["That you saw it stands in the history of this licence.".to_owned()];
    page(&portal, &mut visitor, license, id, secret, "The product key".to_owned(), means).await
}

/// A page with a key on it: one that was made just now, or one that was asked for.
pub(super) async fn page(
    portal: &Portal,
    visitor: &mut Visitor,
    license: LicenseId,
    id: KeyId,
    secret: String,
    headline: String,
    means: Vec<String>,
) -> Answer {
    let (frame, _) = Frame::read(portal, visitor, license, "keys").await?;
    let key = key(portal, visitor, license, id).await?;
    let shell = Shell::of(visitor, "/licenses", frame.title("Product key"));
    shown(&Shown { shell, frame, headline, means, key, secret })
}

/// A key of a licence that exists for the visitor.
pub(super) async fn key(
    portal: &Portal,
    visitor: &Visitor,
    license: LicenseId,
    id: KeyId,
) -> Result<ProductKey, Refused> {
    let keys = portal.service.keys_counted(&visitor.admin, license, 0).await?;
    keys.into_iter().map(|row| row.key).find(|key| key.id == id).ok_or_else(Refused::not_found)
}
