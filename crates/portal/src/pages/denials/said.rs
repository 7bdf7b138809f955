//! How a refusal is told: its reason in few words, and how it ended. Knows no page.

use jiff::Timestamp;
use seatkeeper_domain::denial::{Denial, Outcome};

use crate::words::length;

/// Reasons by their codes, as a list of them names each.
pub(super) const REASONS: [(&str, &str); 13] = [
    ("no_seat_available", "No seat was free"),
    ("holder_limit", "Too many people on one device"),
    ("device_limit", "On another device already"),
    ("trial_used", "The device had a trial before"),
    ("blocked", "Blocked"),
    ("key_revoked", "Old product key"),
    ("license_expired", "Licence ended"),
    ("license_suspended", "Licence suspended"),
    ("license_revoked", "Licence revoked"),
    ("version_not_supported", "Program too old"),
    ("maintenance_lapsed", "Maintenance ended"),
    ("activation_ended", "Device given up"),
    ("checkout_ended", "Seat was over"),
];

/// A code's reason in few words; the code itself where it is newer than these.
pub(in crate::pages) fn reason(code: &str) -> &str {
    REASONS.iter().find(|(known, _)| *known == code).map_or(code, |(_, words)| words)
}

/// How an episode ended.
pub(in crate::pages) struct Ended {
    pub(in crate::pages) class: &'static str,
    pub(in crate::pages) words: String,
}

impl Ended {
    pub(in crate::pages) fn of(denial: &Denial, now: Timestamp) -> Self {
        let after = |at: Timestamp| match at.as_second() - denial.first_at.as_second() {
            ..60 => "within a minute".to_owned(),
            seconds => format!("after {}", length(seconds / 60 * 60)),
        };
        match denial.ended(now) {
            Some(Outcome::Granted) => {
                let at = denial.outcome.map_or(denial.last_at, |(at, _)| at);
                Self { class: "live", words: format!("Got a seat {}", after(at)) }
            }
            Some(Outcome::GaveUp) => Self { class: "limit", words: format!("Gave up {}", after(denial.last_at)) },
            None => Self { class: "silent", words: "May try again".to_owned() },
        }
    }
}
