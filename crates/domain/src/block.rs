//! A user or a device that a licence no longer admits.

use jiff::Timestamp;

use crate::id::{ActivationId, BlockId, LicenseId};

/// Who is shut out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Blocked {
    /// A user, by folded name.
    User(String),
    /// A device.
    Device(ActivationId),
}

/// A block (a leaver, a lost laptop).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its id.
    pub id: BlockId,
    /// The licence.
    pub license_id: LicenseId,
    /// Who.
    pub who: Blocked,
    /// Why.
    pub reason: String,
    /// Since when.
    pub created_at: Timestamp,
}
