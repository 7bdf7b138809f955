//! Adding a signing key, and letting the next one sign.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use seatkeeper_service::Permission;

use crate::form::Filled;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, done, shown};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "signing_keys/ask.html")]
struct Page {
    shell: Shell,
    action: &'static str,
    question: &'static str,
    means: &'static str,
    button: &'static str,
}

async fn ask(mut visitor: Visitor, page: impl FnOnce(Shell) -> Page) -> Answer {
    visitor.vendor_only()?;
    visitor.admin.may(Permission::Govern)?;
    shown(&page(Shell::of(&mut visitor, "/server", "Signing keys")))
}

/// What adding one means.
pub(crate) async fn ask_add(visitor: Visitor) -> Answer {
    ask(visitor, |shell| Page {
        shell,
        action: "/signing-keys/add",
        question: "Add a signing key?",
        means: "It is drawn here and certified by your root key. It waits as the next key, and takes the place of one that \
                waits already; programs believe it because they carry your root key. Nothing changes for anybody until you \
                let it sign.",
        button: "Add a key",
    })
    .await
}

/// Adds one.
pub(crate) async fn add(State(portal): State<Portal>, visitor: Visitor, Form(form): Form<Filled>) -> Answer {
    visitor.vendor_only()?;
    visitor.admin.may(Permission::Govern)?;
    form.sure()?;
    portal.service.add_signing_key(&visitor.admin, None, None).await?;
    done("/signing-keys", "A signing key was added.")
}

/// What letting the next one sign means.
pub(crate) async fn ask_promote(visitor: Visitor) -> Answer {
    ask(visitor, |shell| Page {
        shell,
        action: "/signing-keys/promote",
        question: "Let the next key sign?",
        means: "From now on it signs everything, and the key that signed is retired. What that one signed stays good until \
                it ends; no program notices. A key that may have been stolen is retired this way, too.",
        button: "Let it sign",
    })
    .await
}

/// Lets it.
pub(crate) async fn promote(State(portal): State<Portal>, visitor: Visitor, Form(form): Form<Filled>) -> Answer {
    visitor.vendor_only()?;
    visitor.admin.may(Permission::Govern)?;
    form.sure()?;
    portal.service.promote_signing_key(&visitor.admin, None).await?;
    done("/signing-keys", "The next key signs from now on.")
}
