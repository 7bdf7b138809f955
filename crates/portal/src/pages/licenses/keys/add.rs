//! One more key, for a site or a group.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use seatkeeper_domain::answer::Done;
use seatkeeper_domain::decide::CutOffs;
use seatkeeper_domain::id::LicenseId;
use seatkeeper_service::Permission;

use super::super::frame::Frame;
use super::cut_offs::Filled;
use super::{once, secret};
use crate::form::Wrong;
use crate::fresh::Fresh;
use crate::named::Named;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, again, shown};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "licenses/key_edit.html")]
pub(super) struct Page {
    pub(super) shell: Shell,
    pub(super) frame: Frame,
    pub(super) title: String,
    pub(super) action: String,
    pub(super) verb: &'static str,
    pub(super) form: Filled,
    pub(super) wrong: Wrong,
}

/// The form.
pub(crate) async fn form(
    State(portal): State<Portal>,
    Fresh(mut visitor): Fresh,
    Named(id): Named<LicenseId>,
) -> Answer {
    let (frame, _) = Frame::read(&portal, &visitor, id, "keys").await?;
    visitor.admin.may(Permission::Support)?;
    let form = Filled { once: once::new(&portal), ..Filled::default() };
    shown(&page(&mut visitor, frame, form, Wrong::default()))
}

/// Makes it, and shows it.
pub(crate) async fn add(
    State(portal): State<Portal>,
    Fresh(mut visitor): Fresh,
    Named(id): Named<LicenseId>,
    Form(form): Form<Filled>,
) -> Answer {
    let (frame, _) = Frame::read(&portal, &visitor, id, "keys").await?;
    visitor.admin.may(Permission::Support)?;
    let mut wrong = Wrong::default();
    let (label, cut_offs) = form.read(CutOffs::default(), &visitor.face, &mut wrong);
    if !wrong.is_empty() {
        return again(&page(&mut visitor, frame, form, wrong));
    }
    let asked = once::asked(&form.once, &format!("add {id} {label} {cut_offs:?}"));
    match portal.service.add_key(&visitor.admin, asked, id, &label, cut_offs).await {
        Ok(answer) => {
            let (Done::Key(key), Some(made)) = (answer.done, answer.secret) else {
                return Err(Refused::internal(&"a key was made and not told"));
            };
            let means = vec!["Hand it to those it is for, or put it into their deployment kit.".to_owned()];
            secret::page(&portal, &mut visitor, id, key, made, format!("A new key for {label}"), means).await
        }
        Err(failure) => {
            let wrong = Wrong::of(failure, &["activate_until", "open_until", "refresh_until"])?;
            again(&page(&mut visitor, frame, form, wrong))
        }
    }
}

fn page(visitor: &mut Visitor, frame: Frame, form: Filled, wrong: Wrong) -> Page {
    Page {
        shell: Shell::of(visitor, "/licenses", frame.title("Add a key")),
        title: "Add a product key".to_owned(),
        action: format!("{}/keys/new", frame.home()),
        verb: "Make the key",
        frame,
        form,
        wrong,
    }
}
