//! A customer's pools as cards: seats by how they stand, and the peaks of the last sixty days.

use seatkeeper_service::Pool as Counted;
use seatkeeper_service::read::LicenseRow;
use uuid::Uuid;

use crate::parts::Strip;
use crate::words::{Face, TermSaid, When};

/// A pool, to be shown.
pub(super) struct Pool {
    pub(super) id: Uuid,
    pub(super) product: String,
    pub(super) serial: String,
    pub(super) features: Vec<String>,
    pub(super) term: TermSaid,
    pub(super) in_use: u32,
    pub(super) seats: u32,
    pub(super) strip: Strip,
    /// When its seats were counted, where that was not just now.
    pub(super) as_of: Option<When>,
    /// People refused in the last seven days.
    pub(super) refused: u64,
}

impl Pool {
    pub(super) fn of(row: &LicenseRow, counted: &Counted, face: &Face) -> Self {
        let seats = row.license.seats(face.now);
        let few = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        let states = counted.states;
        let (live, silent, held) = (few(states.live), few(states.silent), few(states.held));
        let free = seats.saturating_sub(row.counters.in_use);
        // When a seat is back is asked for where there is none.
        let next = states.next_back_by.filter(|_| free == 0).map(|at| face.at(at));
        Self {
            id: row.license.id.0,
            product: row.product.name.clone(),
            serial: row.license.serial_number.clone(),
            features: features(row, face),
            term: TermSaid::of(&row.license, face),
            in_use: row.counters.in_use,
            seats,
            strip: Strip { live, silent, held, free, next },
            as_of: counted.as_of.map(|at| face.at(at)),
            refused: 0,
        }
    }

    pub(super) fn free(&self) -> u32 {
        self.seats.saturating_sub(self.in_use)
    }
}

/// What a licence switches on.
pub(super) fn features(row: &LicenseRow, face: &Face) -> Vec<String> {
    let name =
        |code: &str| row.product.features.iter().find(|f| f.code == code).map_or(code.to_owned(), |f| f.name.clone());
    row.license.features_at(face.now).map(|feature| name(&feature.code)).collect()
}
