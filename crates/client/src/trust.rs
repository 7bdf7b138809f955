//! Whom to believe: the vendor's root key certifies the servers' keys, and those sign what servers say. Fetches nothing.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ed25519_dalek::{Signature, VerifyingKey};
use seatkeeper_protocol::Known;
use seatkeeper_protocol::claims::{ActivationClaims, KEY_TYP, KeyClaims, KeyUsage, LeaseClaims};
use seatkeeper_protocol::jwks::{Jwk, Jwks};
use seatkeeper_protocol::jwt;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// How much earlier than its certificate a key may have signed, in seconds: certificates are made on other machines.
const SKEW: i64 = 300;

/// More keys than that are not remembered; the oldest go first.
const MOST_KEYS: usize = 16;

/// The keys believed so far.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Trusted {
    /// The root met first, where the program carries none: no other is believed from then on.
    pub pinned: Option<String>,
    /// The servers' keys, as they came. Each certificate is verified whenever its key is used.
    pub keys: Vec<Jwk>,
}

/// Why something is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Distrust {
    #[error("its keys are not certified by the vendor")]
    Root,
    #[error("its answer is signed by an unknown key")]
    UnknownKey,
    #[error("{0}")]
    Document(#[from] jwt::Error),
    #[error("its answer is signed with a key outside the key's time")]
    KeyTime,
}

/// Claims that say when they were signed.
pub(crate) trait Dated {
    /// `iat`.
    fn signed_at(&self) -> i64;
}

impl Dated for ActivationClaims {
    fn signed_at(&self) -> i64 {
        self.iat
    }
}

impl Dated for LeaseClaims {
    fn signed_at(&self) -> i64 {
        self.iat
    }
}

/// The root public key a program carries: 32 bytes in base64url.
pub(crate) fn parse_root(x: &str) -> Option<VerifyingKey> {
    let bytes: [u8; 32] = BASE64.decode(x.trim()).ok()?.try_into().ok()?;
    VerifyingKey::from_bytes(&bytes).ok()
}

/// The id of the key that signed `token`, unverified: only to know whether the server's keys are to be fetched first.
pub(crate) fn signer(token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Header {
        kid: String,
    }
    let header = BASE64.decode(token.split('.').next()?).ok()?;
    serde_json::from_slice::<Header>(&header).ok().map(|header| header.kid)
}

impl Trusted {
    /// Whether this key's id is known.
    pub(crate) fn knows(&self, kid: &str) -> bool {
        self.keys.iter().any(|key| key.kid == kid)
    }

    /// Takes over the keys of a server that `root` certifies; with no `root` the first one met is pinned.
    ///
    /// # Errors
    /// When none of the keys is certified by the root: what answered is not the vendor's server.
    pub(crate) fn learn(&mut self, jwks: Jwks, root: Option<&VerifyingKey>) -> Result<(), Distrust> {
        let pinned = self.pinned.clone().unwrap_or(jwks.root.x);
        let believed = match root {
            Some(root) => *root,
            None => parse_root(&pinned).ok_or(Distrust::Root)?,
        };
        let certified: Vec<Jwk> = jwks.keys.into_iter().filter(|key| certified(key, &believed).is_some()).collect();
        if certified.is_empty() {
            return Err(Distrust::Root);
        }
        // The vendor's own and on-premise servers sign with different keys, and certificates of both are kept.
        self.keys.retain(|known| certified.iter().all(|key| key.kid != known.kid));
        self.keys.extend(certified);
        self.keys.drain(..self.keys.len().saturating_sub(MOST_KEYS));
        if root.is_none() {
            self.pinned = Some(pinned);
        }
        Ok(())
    }

    /// The claims of a document that a certified key signed within its time.
    pub(crate) fn read<C: DeserializeOwned + Dated>(
        &self,
        root: Option<&VerifyingKey>,
        token: &str,
        typ: &str,
    ) -> Result<C, Distrust> {
        let root = match (root, &self.pinned) {
            (Some(root), _) => *root,
            (None, Some(pinned)) => parse_root(pinned).ok_or(Distrust::Root)?,
            (None, None) => return Err(Distrust::UnknownKey),
        };
        let mut signed_by = None;
        let decoded = jwt::decode::<C>(token, typ, |kid, message, signature| {
            let key = self.keys.iter().find(|key| key.kid == kid);
            let Some((certificate, key)) = key.and_then(|key| certified(key, &root)) else { return false };
            signed_by = Some(certificate);
            verifies(&key, message, signature)
        });
        let Some(certificate) = signed_by else {
            return Err(decoded.err().filter(|e| *e != jwt::Error::Signature).map_or(Distrust::UnknownKey, Into::into));
        };
        let claims = decoded?;
        if !(certificate.iat - SKEW..=certificate.exp).contains(&claims.signed_at()) {
            return Err(Distrust::KeyTime);
        }
        Ok(claims)
    }
}

/// A server key and its certificate, if `root` made it for this very key and this use.
fn certified(key: &Jwk, root: &VerifyingKey) -> Option<(KeyClaims, VerifyingKey)> {
    let claims: KeyClaims =
        jwt::decode(&key.certificate, KEY_TYP, |_, message, signature| verifies(root, message, signature)).ok()?;
    let fits = claims.kid == key.kid && claims.x == key.x && claims.usage == Known::Word(KeyUsage::Server);
    fits.then_some(())?;
    Some((claims, parse_root(&key.x)?))
}

fn verifies(key: &VerifyingKey, message: &[u8], signature: &[u8; 64]) -> bool {
    key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::{Signer as _, SigningKey};
    use seatkeeper_protocol::claims::{ACTIVATION_TYP, FeatureClaim, LEASE_TYP};
    use seatkeeper_protocol::jwks::RootKey;
    use uuid::Uuid;

    const NOW: i64 = 1_795_000_000;

    fn x(key: &SigningKey) -> String {
        BASE64.encode(key.verifying_key().as_bytes())
    }

    fn key(byte: u8) -> SigningKey {
        SigningKey::from_bytes(&[byte; 32])
    }

    fn certify(root: &SigningKey, key: &SigningKey, change: impl FnOnce(&mut KeyClaims)) -> String {
        let mut claims = KeyClaims {
            iss: "Acme".into(),
            iat: NOW,
            exp: NOW + 1000,
            jti: "1".into(),
            kid: x(key)[..16].into(),
            x: x(key),
            usage: KeyUsage::Server.into(),
        };
        change(&mut claims);
        jwt::encode(KEY_TYP, "root", &claims, |message| root.sign(message).to_bytes())
    }

    fn jwks(root: &SigningKey, key: &SigningKey, certificate: String) -> Jwks {
        let root = RootKey { kid: "root".into(), x: x(root) };
        Jwks { keys: vec![Jwk::signing(x(key)[..16].into(), x(key), certificate)], root }
    }

    fn lease(key: &SigningKey, iat: i64) -> String {
        let nil = Uuid::nil();
        let claims = LeaseClaims {
            iss: "Acme".into(),
            iat,
            exp: iat + 10,
            jti: "1".into(),
            sub: nil,
            seq: 1,
            epoch: 0,
            ses: nil,
            act: nil,
            inst: nil,
            lic: nil,
            user: "mara".into(),
            device: "WS-14".into(),
            os_session: None,
            version: "16".into(),
            features: Vec::<FeatureClaim>::new(),
            wanted: None,
            started: iat,
            lease_until: iat + 5,
            back_by: None,
        };
        jwt::encode(LEASE_TYP, &x(key)[..16], &claims, |message| key.sign(message).to_bytes())
    }

    /// What comes of trusting a server that presents these keys, and then reading a lease that its key signed.
    fn believes(jwks: Jwks, signed_by: &SigningKey, iat: i64) -> Result<(), Distrust> {
        let root = key(1).verifying_key();
        let mut trusted = Trusted::default();
        trusted.learn(jwks, Some(&root))?;
        trusted.read::<LeaseClaims>(Some(&root), &lease(signed_by, iat), LEASE_TYP).map(drop)
    }

    #[test]
    fn what_the_root_certified_is_believed_in_its_time() {
        let genuine = || jwks(&key(1), &key(2), certify(&key(1), &key(2), |_| ()));
        assert_eq!(believes(genuine(), &key(2), NOW + 5), Ok(()));
        assert_eq!(believes(genuine(), &key(2), NOW - SKEW - 1), Err(Distrust::KeyTime));
        assert_eq!(believes(genuine(), &key(2), NOW + 1001), Err(Distrust::KeyTime));
        assert_eq!(believes(genuine(), &key(3), NOW + 5), Err(Distrust::UnknownKey), "another key");
    }

    /// Seen red with each of the comparisons in `certified` taken out.
    #[test]
    fn a_certificate_is_for_its_own_key_and_use_only() {
        for change in [
            (|_| ()) as fn(&mut KeyClaims),
            |claims| claims.kid = x(&key(3))[..16].into(),
            |claims| claims.x = x(&key(3)),
        ] {
            // The vendor's genuine certificate for key 2 beside a false server's key 3.
            let stolen = certify(&key(1), &key(2), change);
            assert_eq!(believes(jwks(&key(1), &key(3), stolen), &key(3), NOW), Err(Distrust::Root));
        }
        let other_use = certify(&key(1), &key(2), |claims| claims.usage = Known::Other("site".into()));
        assert_eq!(believes(jwks(&key(1), &key(2), other_use), &key(2), NOW), Err(Distrust::Root));
        let other_root = certify(&key(9), &key(2), |_| ());
        assert_eq!(believes(jwks(&key(9), &key(2), other_root), &key(2), NOW), Err(Distrust::Root));
    }

    #[test]
    fn a_document_of_another_kind_is_not_read_as_this() {
        let root = key(1).verifying_key();
        let mut trusted = Trusted::default();
        trusted.learn(jwks(&key(1), &key(2), certify(&key(1), &key(2), |_| ())), Some(&root)).unwrap();
        let read = trusted.read::<ActivationClaims>(Some(&root), &lease(&key(2), NOW), ACTIVATION_TYP);
        assert_eq!(read, Err(Distrust::Document(jwt::Error::Type)));
    }

    #[test]
    fn without_a_root_the_first_one_met_is_kept() {
        let mut trusted = Trusted::default();
        assert!(trusted.read::<LeaseClaims>(None, &lease(&key(2), NOW), LEASE_TYP).is_err(), "nobody met yet");
        trusted.learn(jwks(&key(1), &key(2), certify(&key(1), &key(2), |_| ())), None).unwrap();
        let other = jwks(&key(9), &key(3), certify(&key(9), &key(3), |_| ()));
        assert_eq!(trusted.learn(other, None), Err(Distrust::Root));
        assert!(trusted.read::<LeaseClaims>(None, &lease(&key(2), NOW), LEASE_TYP).is_ok());
    }

    #[test]
    fn keys_of_several_servers_are_kept_and_not_without_end() {
        let root = key(1).verifying_key();
        let mut trusted = Trusted::default();
        for byte in 2..40 {
            trusted.learn(jwks(&key(1), &key(byte), certify(&key(1), &key(byte), |_| ())), Some(&root)).unwrap();
        }
        assert_eq!(trusted.keys.len(), MOST_KEYS);
        assert!(trusted.knows(&x(&key(39))[..16]) && trusted.knows(&x(&key(30))[..16]));
    }
}
