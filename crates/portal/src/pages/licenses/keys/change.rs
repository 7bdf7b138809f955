//! What a key is called, and until when it does what.

use axum::extract::State;
use axum_extra::extract::Form;
use seatkeeper_domain::decide::UpdateKey;
use seatkeeper_domain::id::KeyId;
use seatkeeper_domain::key::ProductKey;
use seatkeeper_service::Permission;

use super::super::frame::{Frame, Of};
use super::add::Page;
use super::cut_offs::{self, Filled};
use super::secret;
use crate::form::Wrong;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, again, done, shown};
use crate::visitor::Visitor;

/// The form.
pub(crate) async fn form(State(portal): State<Portal>, mut visitor: Visitor, Of(license, id): Of<KeyId>) -> Answer {
    let (frame, _) = Frame::read(&portal, &visitor, license, "keys").await?;
    visitor.admin.may(Permission::Support)?;
    let key = secret::key(&portal, &visitor, license, id).await?;
    let form = Filled::of(&key, &visitor.face);
    shown(&page(&mut visitor, frame, &key, form, Wrong::default()))
}

/// Changes it.
pub(crate) async fn save(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Of(license, id): Of<KeyId>,
    Form(form): Form<Filled>,
) -> Answer {
    let (frame, _) = Frame::read(&portal, &visitor, license, "keys").await?;
    visitor.admin.may(Permission::Support)?;
    let key = secret::key(&portal, &visitor, license, id).await?;
    let mut wrong = Wrong::default();
    let (label, until) = form.read(cut_offs::of(&key), &visitor.face, &mut wrong);
    if !wrong.is_empty() {
        return again(&page(&mut visitor, frame, &key, form, wrong));
    }
    let what = UpdateKey {
        license_id: license,
        key_id: id,
        label: Some(label.clone()),
        activate_until: Some(until.activate_until),
        open_until: Some(until.open_until),
        refresh_until: Some(until.refresh_until),
        if_match: Some(form.revision),
    };
    match portal.service.office(&visitor.admin, None, what).await {
        Ok(_) => done(&format!("{}/keys", frame.home()), format!("The key “{label}” is changed.")),
        Err(failure) => {
            let wrong = Wrong::of(failure, &[])?;
            again(&page(&mut visitor, frame, &key, form, wrong))
        }
    }
}

fn page(visitor: &mut Visitor, frame: Frame, key: &ProductKey, form: Filled, wrong: Wrong) -> Page {
    Page {
        shell: Shell::of(visitor, "/licenses", frame.title("Change a key")),
        title: format!("Change the key “{}” …{}", key.label, key.hint),
        action: format!("{}/keys/{}", frame.home(), key.id),
        verb: "Save",
        frame,
        form,
        wrong,
    }
}
