//! What the signed documents say. Times are whole Unix seconds, as JOSE libraries expect (`NumericDate`, RFC 7519). Decides nothing.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Known, Model};

/// `typ` of [`ActivationClaims`].
pub const ACTIVATION_TYP: &str = "seatkeeper-activation+jwt";
/// `typ` of [`LeaseClaims`].
pub const LEASE_TYP: &str = "seatkeeper-lease+jwt";
/// `typ` of [`KeyClaims`].
pub const KEY_TYP: &str = "seatkeeper-key+jwt";

/// A feature switched on, in a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureClaim {
    /// The feature's code.
    pub code: String,
    /// When it ends, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
}

/// An activation's certificate: lets an admitted installation start later with no contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivationClaims {
    /// Who signed: the vendor's name or the server's address.
    pub iss: String,
    /// Signed at.
    pub iat: i64,
    /// Not to be relied on after.
    pub exp: i64,
    /// This document.
    pub jti: String,
    /// The activation.
    pub sub: Uuid,
    /// The licence.
    pub lic: Uuid,
    /// The licence's serial number.
    pub serial: String,
    /// The product's code.
    pub product: String,
    /// The installation.
    pub inst: Uuid,
    /// The device's fingerprint: its product-scoped hashes.
    pub device: Vec<String>,
    /// The licence's model.
    pub model: Known<Model>,
    /// The features switched on.
    pub features: Vec<FeatureClaim>,
    /// How long a program may go on with no contact.
    pub grace_seconds: u64,
    /// End of the licence's term with its renewal grace; nothing granted reaches past it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term_end: Option<i64>,
}

/// A lease: a checkout's claim on a seat. `exp` is `grace_until`.
///
/// Holds all that a server restored from an older backup needs to adopt the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseClaims {
    /// Who signed: the vendor's name or the server's address.
    pub iss: String,
    /// Signed at.
    pub iat: i64,
    /// `grace_until`: how long the program may go on with no contact.
    pub exp: i64,
    /// A mark by which the server that gave the lease knows it again, unlike any other's.
    pub jti: String,
    /// The checkout.
    pub sub: Uuid,
    /// Number of this lease within its checkout, from 1. A refresh names the one before; a fork shows.
    pub seq: u32,
    /// Restore epoch of the books that gave it.
    pub epoch: u32,
    /// The session.
    pub ses: Uuid,
    /// The activation.
    pub act: Uuid,
    /// The installation.
    pub inst: Uuid,
    /// The licence.
    pub lic: Uuid,
    /// The user's name.
    pub user: String,
    /// The device's name, for reading.
    pub device: String,
    /// The OS session, on multi-session hosts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os_session: Option<String>,
    /// The program's version.
    #[serde(default)]
    pub version: String,
    /// The features granted.
    pub features: Vec<FeatureClaim>,
    /// Codes of the features that were asked for; all where absent. A refresh grants them again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<Vec<String>>,
    /// When the session started.
    pub started: i64,
    /// When the lease ends unless it is renewed.
    pub lease_until: i64,
    /// When the seat is taken back at the latest; none under an indefinite hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back_by: Option<i64>,
}

/// A signing key's certificate, signed by the vendor's root key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyClaims {
    /// Who certified: the vendor's name.
    pub iss: String,
    /// Certified at: the key signs nothing earlier.
    pub iat: i64,
    /// The key signs nothing later.
    pub exp: i64,
    /// This document.
    pub jti: String,
    /// The certified key's id.
    pub kid: String,
    /// The certified public key: 32 bytes in base64url without padding.
    pub x: String,
    /// What it may sign for.
    pub usage: Known<KeyUsage>,
}

/// What a certified key may sign for. A program believes only the uses it knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyUsage {
    /// Activations and leases of the vendor's server.
    Server,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_reads_back_and_forgives_new_claims() {
        let lease = LeaseClaims {
            iss: "Acme".into(),
            iat: 1,
            exp: 3,
            jti: "x.1".into(),
            sub: Uuid::nil(),
            seq: 1,
            epoch: 0,
            ses: Uuid::nil(),
            act: Uuid::nil(),
            inst: Uuid::nil(),
            lic: Uuid::nil(),
            user: "mara".into(),
            device: "WS-14".into(),
            os_session: None,
            version: "16".into(),
            wanted: None,
            features: vec![FeatureClaim { code: "bim".into(), exp: Some(9) }],
            started: 1,
            lease_until: 2,
            back_by: Some(3),
        };
        let mut json = serde_json::to_value(&lease).unwrap();
        assert!(json.get("os_session").is_none());
        json["loan"] = "tomorrow's".into();
        assert_eq!(serde_json::from_value::<LeaseClaims>(json).unwrap(), lease);
    }
}
