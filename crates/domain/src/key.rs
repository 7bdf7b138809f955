//! A licence's product keys as the server keeps them: found by keyed hash, shown again only by unsealing.

use jiff::Timestamp;

use crate::id::{KeyId, LicenseId};

/// A product key of a licence. The key itself is in `sealed`, and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductKey {
    /// Its id.
    pub id: KeyId,
    /// The licence it opens.
    pub license_id: LicenseId,
    /// What people call it: a site, a group.
    pub label: String,
    /// Keyed hash of its normal form; unique.
    pub hash: [u8; 32],
    /// The key, sealed by the service.
    pub sealed: Vec<u8>,
    /// Its last group, for recognising it.
    pub hint: String,
    /// Admits devices until then; for ever where absent.
    pub activate_until: Option<Timestamp>,
    /// Opens programs until then.
    pub open_until: Option<Timestamp>,
    /// Refreshes what is open until then.
    pub refresh_until: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Raised by every change.
    pub revision: u64,
}

fn open(cut_off: Option<Timestamp>, now: Timestamp) -> bool {
    cut_off.is_none_or(|until| now < until)
}

impl ProductKey {
    /// Whether it still admits devices.
    pub fn activates(&self, now: Timestamp) -> bool {
        open(self.activate_until, now)
    }

    /// Whether it still opens programs.
    pub fn opens(&self, now: Timestamp) -> bool {
        open(self.open_until, now)
    }

    /// Whether what is open is still refreshed.
    pub fn refreshes(&self, now: Timestamp) -> bool {
        open(self.refresh_until, now)
    }
}
