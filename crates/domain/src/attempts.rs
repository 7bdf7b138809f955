//! Attempts that are counted, by whom or whence they come, and held back once there are too many.
//!
//! A right pair of serial number and product key never is, since whole companies share an address and nobody guesses a
//! key. Passwords can be guessed: they are counted before they are looked at, and those that were right are forgiven.

use jiff::Timestamp;

use crate::term::after;

/// How many attempts are looked at within how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Attempts.
    pub attempts: u32,
    /// Length of the window, in seconds; a day at most, for older counts are removed.
    pub seconds: i64,
}

impl Limit {
    /// Wrong product keys of one address. A company rolling out a mistyped key to its people should read about the key,
    /// not about attempts.
    pub const ACTIVATION: Self = Self { attempts: 20, seconds: 600 };
    /// Passwords and codes for one account from one network.
    pub const SIGN_IN_HERE: Self = Self { attempts: 10, seconds: 900 };
    /// Passwords and codes for one account, from everywhere.
    pub const SIGN_IN_ACCOUNT: Self = Self { attempts: 50, seconds: 3600 };
    /// Passwords and codes from one network, for whatever account.
    pub const SIGN_IN_NETWORK: Self = Self { attempts: 100, seconds: 900 };
    /// Mails that somebody without a sign-in may have sent to one address.
    pub const RESET_ACCOUNT: Self = Self { attempts: 5, seconds: 3600 };
    /// Mails that one network may have sent.
    pub const RESET_NETWORK: Self = Self { attempts: 30, seconds: 3600 };
    /// Mails about trials that strangers may have sent to one mailbox: enough for who lost one, too few to annoy.
    pub const ASK_MAILBOX: Self = Self { attempts: 3, seconds: 6 * 3600 };
    /// What one network may ask for. A class of students shares one.
    pub const ASK_NETWORK: Self = Self { attempts: 40, seconds: 3600 };
    /// What all strangers together may ask for. What is not confirmed goes after some days, so that this bounds what waits
    /// in the books, however many networks somebody has.
    pub const ASK_EVERYBODY: Self = Self { attempts: 300, seconds: 3600 };
}

/// Attempts within a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempts {
    /// Whose: an address, the network it belongs to, a hash of an account and a network.
    pub address: String,
    /// Attempts since `since` that were not forgiven.
    pub failures: u32,
    /// When the window began.
    pub since: Timestamp,
}

impl Attempts {
    /// When another attempt will be looked at; `None` for now.
    pub fn held_until(&self, limit: Limit, now: Timestamp) -> Option<Timestamp> {
        let ends = after(self.since, limit.seconds);
        (self.failures >= limit.attempts && now < ends).then_some(ends)
    }

    /// After one more.
    #[must_use]
    pub fn failed(before: Option<&Self>, address: &str, limit: Limit, now: Timestamp) -> Self {
        match before {
            Some(a) if now < after(a.since, limit.seconds) => Self { failures: a.failures + 1, ..a.clone() },
            _ => Self { address: address.to_owned(), failures: 1, since: now },
        }
    }

    /// After one of them turned out to be right.
    #[must_use]
    pub fn forgiven(&self) -> Self {
        Self { failures: self.failures.saturating_sub(1), ..self.clone() }
    }
}
