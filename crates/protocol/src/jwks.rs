//! The document of the server's public keys (RFC 7517), each with its certificate by the vendor's root. Verifies nothing.

use serde::{Deserialize, Serialize};

/// What `/.well-known/jwks.json` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Jwks {
    /// The signing keys: next, current and those retired that still verify.
    pub keys: Vec<Jwk>,
    /// The vendor's root public key. Programs carry their own copy and believe that one.
    pub root: RootKey,
}

/// One Ed25519 public key (RFC 8037).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Jwk {
    /// Key type: `OKP`.
    pub kty: String,
    /// Curve: `Ed25519`.
    pub crv: String,
    /// The first 16 characters of base64url(SHA-256(public key)).
    pub kid: String,
    /// The public key: 32 bytes in base64url without padding.
    pub x: String,
    /// Use: `sig`.
    #[serde(rename = "use")]
    pub usage: String,
    /// Algorithm: `EdDSA`.
    pub alg: String,
    /// A `seatkeeper-key+jwt`: the vendor's root says that this key is its server's.
    pub certificate: String,
}

impl Jwk {
    /// The entry of an Ed25519 signing key; `x` is its public key in base64url.
    pub fn signing(kid: String, x: String, certificate: String) -> Self {
        Jwk { kty: "OKP".into(), crv: "Ed25519".into(), kid, x, usage: "sig".into(), alg: "EdDSA".into(), certificate }
    }
}

/// The vendor's root public key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RootKey {
    /// The first 16 characters of base64url(SHA-256(public key)).
    pub kid: String,
    /// The public key: 32 bytes in base64url without padding.
    pub x: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spells_what_jose_libraries_expect() {
        let json = serde_json::to_value(Jwk::signing("k".into(), "x".into(), "c".into())).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "kty": "OKP", "crv": "Ed25519", "kid": "k", "x": "x", "use": "sig", "alg": "EdDSA", "certificate": "c"
            })
        );
    }
}
