//! The keys of a licence: what each is called, until when it does what, and on how many devices it is used.

use askama::Template;
use axum::extract::State;
use seatkeeper_domain::id::LicenseId;
use seatkeeper_service::Permission;
use seatkeeper_service::read::KeyRow;
use uuid::Uuid;

use super::super::frame::Frame;
use super::cut_offs::{self, Until};
use super::moves::{COUNTED, Move, moves};
use crate::named::Named;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{Face, When};

#[derive(Template)]
#[template(path = "licenses/keys.html")]
struct Page {
    shell: Shell,
    frame: Frame,
    rows: Vec<Row>,
    moves: Vec<Move>,
    may: bool,
}

struct Row {
    id: Uuid,
    label: String,
    hint: String,
    made: When,
    until: Vec<Until>,
    devices: String,
    used: bool,
}

/// All keys of a licence.
pub(crate) async fn list(State(portal): State<Portal>, mut visitor: Visitor, Named(id): Named<LicenseId>) -> Answer {
    let (frame, row) = Frame::read(&portal, &visitor, id, "keys").await?;
    let keys = portal.service.keys_counted(&visitor.admin, id, COUNTED).await?;
    let face = &visitor.face;
    shown(&Page {
        moves: moves(&keys, face),
        rows: keys.iter().rev().map(|row| Row::of(row, face)).collect(),
        may: visitor.may(Permission::Support) && !row.license.revoked(),
        shell: Shell::live(&mut visitor, "/licenses", frame.title("Product keys")),
        frame,
    })
}

impl Row {
    fn of(row: &KeyRow, face: &Face) -> Self {
        Self {
            id: row.key.id.0,
            label: row.key.label.clone(),
            hint: row.key.hint.clone(),
            made: face.day(row.key.created_at),
            until: cut_offs::said(&row.key, face),
            devices: count(row.devices),
            used: row.devices > 0,
        }
    }
}

/// So many devices, as far as they are counted.
fn count(devices: u32) -> String {
    if devices >= COUNTED { format!("{COUNTED} or more") } else { devices.to_string() }
}
