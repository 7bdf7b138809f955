//! What was sold: model, grants, features, term, policy, status, and the counters of its seats.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::ChainHead;
use crate::id::{AskId, CustomerId, LicenseId, ProductId};
use crate::policy::Policy;
use crate::request::SeatRequest;
use crate::term::Term;

/// How a licence is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// A pool: any number of people, so many at once.
    Concurrent,
    /// One device, one person at a time; it can move.
    SingleUser,
}

/// The kind of an imported licence that is no longer sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Legacy {
    /// A lease of the system that Seatkeeper replaced.
    Lease,
}

/// What the vendor last said of a licence. That it expired follows from its term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It may be used.
    Active,
    /// Paused; lifting it is enough.
    Suspended,
    /// Ended for ever.
    Revoked,
}

/// Seats bought together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// How many.
    pub seats: u32,
    /// From when; from the start where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// Until when, exclusive; for ever where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// The order they came with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_reference: Option<String>,
}

/// A module that a licence switches on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureGrant {
    /// The feature's code in the product.
    pub code: String,
    /// Until when; as long as the licence where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
}

/// A serial number in the form in which it is compared and unique: people type it.
pub fn folded_serial(serial_number: &str) -> String {
    serial_number.trim().to_uppercase()
}

/// A licence, as it was sold and changed since. What seats do to it stands in [`Counters`].
#[derive(Clone, Debug, PartialEq)]
pub struct License {
    /// Its id.
    pub id: LicenseId,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// What it licenses.
    pub product_id: ProductId,
    /// Its name for people; unique, not secret.
    pub serial_number: String,
    /// Pool or single user.
    pub model: Model,
    /// The seats bought.
    pub grants: Vec<Grant>,
    /// The modules bought.
    pub features: Vec<FeatureGrant>,
    /// For how long.
    pub term: Term,
    /// How seats are lent.
    pub policy: Policy,
    /// What the vendor last said.
    pub status: Status,
    /// Why it was suspended or revoked.
    pub status_reason: Option<String>,
    /// What kind of old licence it was imported from.
    pub legacy: Option<Legacy>,
    /// The vendor's own id for it.
    pub external_id: Option<String>,
    /// The vendor's own notes.
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// Raised by every change of this row; what `If-Match` is compared with.
    pub revision: u64,
    /// Whether anybody was ever blocked: until then a store need not look for blocks.
    pub ever_blocked: bool,
    /// When a pause was lifted last: seats are not taken back for one lease from then.
    pub resumed_at: Option<Timestamp>,
    /// When it was issued.
    pub created_at: Timestamp,
    /// The last time that its customer asked for more seats.
    pub request: Option<Box<SeatRequest>>,
    /// The ask by which a visitor began it as a trial themselves; none where the vendor issued it.
    pub tried_by: Option<AskId>,
}

impl License {
    /// Whether a serial number, however it is written, is this licence's.
    pub fn has_serial(&self, serial_number: &str) -> bool {
        folded_serial(&self.serial_number) == folded_serial(serial_number)
    }

    /// Seats bought, at `now`.
    pub fn seats(&self, now: Timestamp) -> u32 {
        self.grants
            .iter()
            .filter(|g| g.starts_at.is_none_or(|at| at <= now) && g.ends_at.is_none_or(|at| now < at))
            .fold(0, |sum, g| sum.saturating_add(g.seats))
    }

    /// Seats that may be held, at `now`: those bought and the overdraft.
    pub fn limit(&self, now: Timestamp) -> u32 {
        match self.seats(now) {
            0 => 0,
            seats => seats.saturating_add(self.policy.overdraft),
        }
    }

    /// The features in force at `now`.
    pub fn features_at(&self, now: Timestamp) -> impl Iterator<Item = &FeatureGrant> {
        self.features.iter().filter(move |f| f.ends_at.is_none_or(|at| now < at))
    }

    /// The last instant at which anything may be licensed; `None` for ever.
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.term.ends_at(self.policy.renewal_grace_seconds)
    }

    /// Whether its term, renewal grace included, is over at `now`.
    pub fn expired(&self, now: Timestamp) -> bool {
        self.ends_at().is_some_and(|end| end <= now)
    }

    /// Whether its status says that nobody may use it.
    pub fn revoked(&self) -> bool {
        self.status == Status::Revoked
    }
}

/// What activations and seats do to a licence, kept apart because it changes with every checkout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Seats held.
    pub in_use: u32,
    /// What `in_use` may not exceed: the limit, or after a cut the use until it fits. A constraint in the
    /// database enforces it again.
    pub ceiling: u32,
    /// Devices admitted now.
    pub devices: u32,
    /// Admissions of devices in the year that began at `moves_since`, the licence's first not counted.
    pub moves: u32,
    /// When the year began in which moves are counted: with an admission.
    pub moves_since: Option<Timestamp>,
    /// The last of the licence's events.
    pub chain: ChainHead,
}

impl Counters {
    /// One seat more. The caller has seen that it fits; the ceiling is the limit from here on.
    #[must_use]
    pub fn seat_taken(self, limit: u32) -> Self {
        Self { in_use: self.in_use + 1, ceiling: limit, ..self }
    }

    /// One seat fewer. The ceiling follows down to the limit.
    #[must_use]
    pub fn seat_freed(self, limit: u32) -> Self {
        Self { in_use: self.in_use.saturating_sub(1), ..self }.fitted(limit)
    }

    /// After a change of the limit: nobody is thrown out (Open term change).
    #[must_use]
    pub fn fitted(self, limit: u32) -> Self {
        Self { ceiling: limit.max(self.in_use), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_raises_the_ceiling_to_the_use_and_each_return_lowers_it() {
        let full = Counters { in_use: 10, ceiling: 10, ..Counters::default() };
        let cut = full.fitted(8);
        assert_eq!((cut.in_use, cut.ceiling), (10, 10));
        let one_back = cut.seat_freed(8);
        assert_eq!((one_back.in_use, one_back.ceiling), (9, 9));
        let more_back = one_back.seat_freed(8).seat_freed(8);
        assert_eq!((more_back.in_use, more_back.ceiling), (7, 8));
    }
}
