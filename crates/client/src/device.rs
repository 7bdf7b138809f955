//! By what a device is known again: several hashes, enough of which match. Knows nothing of licences or servers.
//!
//! The hashes are of one product only, so that two vendors cannot tell that their customers share a device, and nobody reads a
//! serial number out of them. The device's name is not among them: renaming it makes no other device, and clones keep it.

use seatkeeper_protocol::client::Device;
use sha2::{Digest as _, Sha256};

use crate::platform;

/// Servers take no more.
const MOST_HASHES: usize = 16;
/// Of one kind, so that a drawer of disks does not outweigh everything else.
const MOST_OF_A_KIND: usize = 4;

/// What a hash is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The installation of the operating system.
    Machine,
    /// The mainboard or virtual machine.
    Board,
    /// A disk.
    Disk,
    /// A network card.
    Network,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Machine => "machine",
            Kind::Board => "board",
            Kind::Disk => "disk",
            Kind::Network => "network",
        }
    }
}

/// This device, as `product` knows it.
pub(crate) fn this_device(product: &str) -> Device {
    let name = platform::device_name();
    let mut fingerprint = fingerprint(product, &platform::identifiers());
    if fingerprint.is_empty() {
        // Bare containers have nothing else.
        fingerprint.push(hash(product, "name", &name));
    }
    Device { name, os: platform::os_name(), fingerprint }
}

/// The hashes of what a device is made of, the steadiest first.
fn fingerprint(product: &str, identifiers: &[(Kind, String)]) -> Vec<String> {
    let of_kind = |kind: Kind| {
        identifiers
            .iter()
            .filter(move |(k, _)| *k == kind)
            .map(move |(_, value)| hash(product, kind.name(), value))
            .take(MOST_OF_A_KIND)
    };
    let mut hashes = Vec::new();
    for hash in [Kind::Machine, Kind::Board, Kind::Disk, Kind::Network].into_iter().flat_map(of_kind) {
        if !hashes.contains(&hash) && hashes.len() < MOST_HASHES {
            hashes.push(hash);
        }
    }
    hashes
}

fn hash(product: &str, kind: &str, value: &str) -> String {
    let mut hash = Sha256::new();
    for part in ["seatkeeper device", product, kind, value] {
        hash.update(part);
        hash.update([0]);
    }
    crate::hex(&hash.finalize()[..16])
}

/// Whether two fingerprints are of one device: at least half of the longer one is shared, as servers judge it too.
pub(crate) fn same_device(one: &[String], other: &[String]) -> bool {
    let shared = one.iter().filter(|hash| other.contains(hash)).count();
    shared > 0 && shared * 2 >= one.len().max(other.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(parts: &[(Kind, &str)]) -> Vec<String> {
        let parts: Vec<_> = parts.iter().map(|(kind, value)| (*kind, (*value).to_owned())).collect();
        fingerprint("planner", &parts)
    }

    #[test]
    fn a_new_network_card_is_not_a_new_device() {
        let before = of(&[(Kind::Network, "aa:1"), (Kind::Machine, "m"), (Kind::Disk, "d")]);
        let after = of(&[(Kind::Machine, "m"), (Kind::Disk, "d"), (Kind::Network, "bb:2")]);
        assert_ne!(before, after);
        assert!(same_device(&before, &after));
        assert_eq!(before[0], after[0], "the steadiest comes first");
    }

    #[test]
    fn a_clone_with_new_disks_and_cards_is_another_device() {
        let original = of(&[(Kind::Machine, "m"), (Kind::Board, "b1"), (Kind::Disk, "d1"), (Kind::Network, "n1")]);
        let clone = of(&[(Kind::Machine, "m"), (Kind::Board, "b2"), (Kind::Disk, "d2"), (Kind::Network, "n2")]);
        assert!(!same_device(&original, &clone));
    }

    #[test]
    fn hashes_tell_products_and_kinds_apart() {
        assert_ne!(hash("planner", "disk", "x"), hash("viewer", "disk", "x"));
        assert_ne!(hash("planner", "disk", "x"), hash("planner", "network", "x"));
    }

    #[test]
    fn no_kind_outweighs_the_others() {
        let disks: Vec<_> = (0..20).map(|n| (Kind::Disk, format!("d{n}"))).collect();
        assert_eq!(fingerprint("planner", &disks).len(), MOST_OF_A_KIND);
    }

    #[test]
    fn this_device_is_known_again() {
        let (one, other) = (this_device("planner"), this_device("planner"));
        assert!(!one.name.is_empty() && !one.fingerprint.is_empty());
        assert_eq!(one, other);
    }
}
