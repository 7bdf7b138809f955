//! How far devices have moved from a key to the one that took its place.

use jiff::Timestamp;
use seatkeeper_service::read::KeyRow;
use uuid::Uuid;

use crate::words::{Face, When};

/// Devices that are counted of one key: beyond it is a great many, whatever the number.
pub(crate) const COUNTED: u32 = 1_000;

/// A key that another took the place of, while devices still use it.
pub(crate) struct Move {
    /// The old key.
    pub(crate) id: Uuid,
    pub(crate) label: String,
    pub(crate) hint: String,
    /// The new key's last group.
    pub(crate) new: String,
    /// Devices with the new key alone, and all of them.
    pub(crate) moved: u32,
    pub(crate) all: u32,
    /// How far that is, in thousandths.
    pub(crate) wide: u32,
    pub(crate) stops: When,
    pub(crate) stopped: bool,
}

/// Those of a licence's keys.
pub(crate) fn moves(keys: &[KeyRow], face: &Face) -> Vec<Move> {
    keys.iter().filter_map(|old| Move::of(old, keys, face)).collect()
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
