//! Failed activation attempts of one address. They are limited; a right pair never is, since whole
//! companies share an address.

use jiff::Timestamp;

use crate::term::after;

/// Failures of one address within a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempts {
    /// The address, or the network it belongs to.
    pub address: String,
    /// Failures since `since`.
    pub failures: u32,
    /// When the window began.
    pub since: Timestamp,
}

/// Length of a window, in seconds.
pub const WINDOW_SECONDS: i64 = 600;

/// Failures in a window that are answered as what they are. A company rolling out a mistyped key to
/// its people should read about the key, not about attempts.
pub const FREE_FAILURES: u32 = 20;

impl Attempts {
    /// When another failure will be answered as what it is; `None` for now.
    pub fn held_until(&self, now: Timestamp) -> Option<Timestamp> {
        let ends = after(self.since, WINDOW_SECONDS);
        (self.failures >= FREE_FAILURES && now < ends).then_some(ends)
    }

    /// After one more failure.
    #[must_use]
    pub fn failed(before: Option<&Self>, address: &str, now: Timestamp) -> Self {
        match before {
            Some(a) if now < after(a.since, WINDOW_SECONDS) => Self { failures: a.failures + 1, ..a.clone() },
            _ => Self { address: address.to_owned(), failures: 1, since: now },
        }
    }
}
