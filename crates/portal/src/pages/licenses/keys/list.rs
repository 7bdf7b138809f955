//! The keys of a licence: what each is called, until when it does what, and on how many devices it is used.

use askama::Template;
use axum::extract::State;
use jiff::Timestamp;
use seatkeeper_domain::id::LicenseId;
use seatkeeper_service::Permission;
use seatkeeper_service::read::KeyRow;
use uuid::Uuid;

use super::super::frame::Frame;
use super::cut_offs::{self, Until};
use crate::named::Named;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{Face, When};

/// Devices that are counted of one key: beyond it is a great many, whatever the number.
const COUNTED: u32 = 1_000;

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

/// A key that another took the place of, while devices still use it.
struct Move {
    /// The old key.
    id: Uuid,
    label: String,
    hint: String,
    /// The new key's last group.
    new: String,
    /// Devices with the new key alone, and all of them.
    moved: u32,
    all: u32,
    /// How far that is, in thousandths.
    wide: u32,
    stops: When,
    stopped: bool,
}

/// All keys of a licence.
pub(crate) async fn list(State(portal): State<Portal>, mut visitor: Visitor, Named(id): Named<LicenseId>) -> Answer {
    let (frame, row) = Frame::read(&portal, &visitor, id, "keys").await?;
    let keys = portal.service.keys_counted(&visitor.admin, id, COUNTED).await?;
    let face = &visitor.face;
    shown(&Page {
        moves: keys.iter().filter_map(|old| Move::of(old, &keys, face)).collect(),
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

impl Move {
    /// A key with an end, which devices still use, and the one made last of those of the same label that outlast it.
    fn of(old: &KeyRow, keys: &[KeyRow], face: &Face) -> Option<Self> {
        let stops: Timestamp = old.key.open_until.filter(|_| old.devices > 0)?;
        let new =
            |row: &&KeyRow| row.key.label == old.key.label && row.key.open_until.is_none_or(|until| until > stops);
        let new = keys.iter().filter(new).max_by_key(|row| (row.key.created_at, row.key.id))?;
        let all = new.devices + old.devices;
        Some(Self {
            id: old.key.id.0,
            label: old.key.label.clone(),
            hint: old.key.hint.clone(),
            new: new.key.hint.clone(),
            moved: new.devices,
            all,
            wide: new.devices * 1000 / all,
            stops: face.at(stops),
            stopped: stops <= face.now,
        })
    }
}

/// So many devices, as far as they are counted.
fn count(devices: u32) -> String {
    if devices >= COUNTED { format!("{COUNTED} or more") } else { devices.to_string() }
}
