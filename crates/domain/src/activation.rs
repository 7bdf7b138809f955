//! Devices admitted to a licence, and the installations on them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::holder::Names;
use crate::id::{ActivationId, InstallationId, KeyId, LicenseId};

/// Why a device is no longer admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivationEnd {
    /// Given up on the device itself (Move Licence).
    Moved,
    /// Ended by an administrator (a lost laptop).
    Ended,
    /// The device was blocked.
    Blocked,
}

/// A device admitted to a licence. One row a device and licence, for ever: a device that comes back is the
/// same activation again, so that a block on it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activation {
    /// Its id.
    pub id: ActivationId,
    /// The licence.
    pub license_id: LicenseId,
    /// The device's name (in `names.device_name`); for reading only.
    pub names: Names,
    /// Its operating system, as it says.
    pub os: String,
    /// Product-scoped hashes by which it is known again.
    pub fingerprint: Vec<String>,
    /// When it was admitted, last.
    pub activated_at: Timestamp,
    /// When and why it ended.
    pub ended: Option<(Timestamp, ActivationEnd)>,
}

impl Activation {
    /// Whether it is admitted.
    pub fn active(&self) -> bool {
        self.ended.is_none()
    }
}

/// One OS user's installation on a device, which holds a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// Its device.
    pub activation_id: ActivationId,
    /// Its id, made up by the client.
    pub id: InstallationId,
    /// The key it was admitted with.
    pub key_id: KeyId,
    /// Which of its tokens is good: each activation makes a new one.
    pub generation: u32,
    /// When it was admitted, last.
    pub activated_at: Timestamp,
}

/// Most hashes that a device may send.
pub const MOST_HASHES: usize = 16;

/// Whether two fingerprints are of one device: at least half of the larger set is shared.
///
/// A new network card changes one hash in several. Measuring against the larger set means that sending
/// fewer hashes makes a match no easier.
pub fn same_device(one: &[String], other: &[String]) -> bool {
    let shared = one.iter().filter(|hash| other.contains(hash)).count();
    shared > 0 && shared * 2 >= one.len().max(other.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(hashes: &[&str]) -> Vec<String> {
        hashes.iter().map(|&h| h.to_owned()).collect()
    }

    #[test]
    fn a_new_network_card_is_not_a_new_machine() {
        assert!(same_device(&set(&["machine", "board", "mac1", "host"]), &set(&["machine", "board", "mac2", "host"])));
        assert!(same_device(&set(&["a", "b", "c"]), &set(&["a", "b", "x"])));
    }

    #[test]
    fn one_shared_hash_among_many_is_not_the_same_machine() {
        assert!(!same_device(&set(&["a", "b", "c"]), &set(&["a", "x", "y"])));
        assert!(!same_device(&set(&["a", "b", "c", "d"]), &set(&["a"])), "fewer hashes make it no easier");
        assert!(!same_device(&[], &[]));
    }
}
