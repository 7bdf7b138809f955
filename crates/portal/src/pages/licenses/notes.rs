//! What the vendor notes on a licence: its number in other books, and whatever else.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use seatkeeper_domain::decide::LicensePatch;
use seatkeeper_domain::id::LicenseId;
use serde::Deserialize;

use super::change::change;
use super::frame::Frame;
use crate::form::{Wrong, filled};
use crate::named::Named;
use crate::notes;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, again, done, shown};
use crate::visitor::Visitor;

/// Another system's number at most, in characters.
const WORD: usize = 200;

#[derive(Template)]
#[template(path = "licenses/notes.html")]
struct Page {
    shell: Shell,
    frame: Frame,
    form: Filled,
    wrong: Wrong,
}

/// The form as it was filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    external_id: String,
    metadata: String,
    revision: u64,
}

/// The form.
pub(crate) async fn edit(State(portal): State<Portal>, mut visitor: Visitor, Named(id): Named<LicenseId>) -> Answer {
    let (frame, row) = Frame::to_sell(&portal, &visitor, id).await?;
    let form = Filled {
        external_id: row.license.external_id.clone().unwrap_or_default(),
        metadata: notes::written(&row.license.metadata),
        revision: row.license.revision,
    };
    shown(&page(&mut visitor, frame, form, Wrong::default()))
}

/// Changes them.
pub(crate) async fn save(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Named(id): Named<LicenseId>,
    Form(form): Form<Filled>,
) -> Answer {
    let (frame, row) = Frame::to_sell(&portal, &visitor, id).await?;
    let mut wrong = Wrong::default();
    let metadata = notes::read(&form.metadata, Some(&row.license.metadata), &mut wrong);
    if form.external_id.trim().chars().count() > WORD {
        wrong.note("external_id", format!("must have at most {WORD} characters"));
    }
    if wrong.is_empty() {
        let external_id = Some(filled(&form.external_id));
        let patch = LicensePatch { external_id, metadata: Some(metadata), ..Default::default() };
        wrong = change(&portal, &visitor, id, form.revision, patch, &["external_id", "metadata"]).await?;
    }
    match wrong.is_empty() {
        true => done(&frame.home(), "The notes are saved."),
        false => again(&page(&mut visitor, frame, form, wrong)),
    }
}

fn page(visitor: &mut Visitor, frame: Frame, form: Filled, wrong: Wrong) -> Page {
    Page { shell: Shell::of(visitor, "/licenses", frame.title("Notes")), frame, form, wrong }
}
