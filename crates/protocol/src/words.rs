//! The words with a fixed spelling that both programs and administrators meet. Decides nothing.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How a licence counts: a pool, or one device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Model {
    /// A pool: any number of people, so many at once.
    Concurrent,
    /// One device, one person at a time; it can be moved.
    SingleUser,
}

/// When a seat that nobody returned is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Hold {
    /// When the lease ends.
    Lease,
    /// When the holder's grace ends.
    Grace,
    /// Only when returned or released.
    Indefinite,
}

/// What a licence may do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum LicenseStatus {
    /// It admits whom its terms admit.
    Active,
    /// Paused by the vendor; resuming is enough.
    Suspended,
    /// Ended by the vendor, for ever.
    Revoked,
    /// Its term is over.
    Expired,
}

/// Whether a checkout took a seat or joined the one its holder has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SeatShare {
    /// A seat was taken.
    New,
    /// The holder had one already.
    Shared,
}

/// Why a session or a checkout ended. Open: programs keep reasons they do not know.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EndReason {
    /// The program gave it back.
    Returned,
    /// The copy that had it died; another copy or the next start said so.
    Died,
    /// Nobody renewed it and the hold policy gave it to whoever waits.
    Reclaimed,
    /// Support or the customer's administrator gave it back.
    Released,
    /// The user or the device is no longer admitted.
    Blocked,
    /// The licence was ended by the vendor.
    LicenseRevoked,
    /// The device was given up or ended.
    ActivationEnded,
    /// A reason this build does not know.
    Other(String),
}

impl EndReason {
    /// The spelling on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            EndReason::Returned => "returned",
            EndReason::Died => "died",
            EndReason::Reclaimed => "reclaimed",
            EndReason::Released => "released",
            EndReason::Blocked => "blocked",
            EndReason::LicenseRevoked => "license_revoked",
            EndReason::ActivationEnded => "activation_ended",
            EndReason::Other(word) => word,
        }
    }
}

impl From<&str> for EndReason {
    fn from(word: &str) -> Self {
        match word {
            "returned" => EndReason::Returned,
            "died" => EndReason::Died,
            "reclaimed" => EndReason::Reclaimed,
            "released" => EndReason::Released,
            "blocked" => EndReason::Blocked,
            "license_revoked" => EndReason::LicenseRevoked,
            "activation_ended" => EndReason::ActivationEnded,
            other => EndReason::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for EndReason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for EndReason {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(EndReason::from(String::deserialize(deserializer)?.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_read_back_as_written() {
        for word in ["returned", "died", "reclaimed", "released", "blocked", "license_revoked", "activation_ended"] {
            let reason = EndReason::from(word);
            assert!(!matches!(reason, EndReason::Other(_)), "{word}");
            assert_eq!(reason.as_str(), word);
        }
        assert_eq!(EndReason::from("eaten"), EndReason::Other("eaten".into()));
    }
}
