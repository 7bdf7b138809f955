//! The signing keys in memory: one signs, all that were published verify.

use std::collections::HashMap;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use jiff::Timestamp;
use seatkeeper_domain::answer::{Admitted, Granted};
use seatkeeper_domain::decide::Credential;
use seatkeeper_domain::license::{FeatureGrant, Model, Status};
use seatkeeper_domain::signing::{SigningKey, Stage};
use seatkeeper_domain::term::after;
use seatkeeper_protocol::claims::{ACTIVATION_TYP, ActivationClaims, FeatureClaim, LEASE_TYP, LeaseClaims};
use seatkeeper_protocol::jwks::{self, Jwk, Jwks};
use seatkeeper_protocol::{self as protocol, Known, jwt};

use crate::failure::Failure;
use crate::mark::LeaseMark;
use crate::root::{self, kid};
use crate::seal::{Purpose, Secrets};

/// A retired key is published for this long, which is longer than anything it signed lasts (a grace of at
/// most 400 days).
const PUBLISHED_AFTER_RETIRING_SECONDS: i64 = 401 * 86_400;

pub(crate) struct Keyring {
    issuer: String,
    signing: Option<(String, Ed25519KeyPair)>,
    verifying: HashMap<String, [u8; 32]>,
    marking: LeaseMark,
    jwks: Jwks,
}

impl Keyring {
    /// Opens the keys. Fails if the master secret or the root key does not fit the books.
    pub(crate) fn open(
        keys: Vec<SigningKey>,
        secrets: &Secrets,
        root: [u8; 32],
        issuer: String,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let mut ring = Self {
            issuer,
            signing: None,
            verifying: HashMap::new(),
            marking: secrets.lease_mark(),
            jwks: Jwks { keys: Vec::new(), root: jwks::RootKey { kid: kid(&root), x: BASE64.encode(root) } },
        };
        for key in keys {
            let published = key.retired_at.is_none_or(|at| now < after(at, PUBLISHED_AFTER_RETIRING_SECONDS));
            if !published {
                continue;
            }
            if key.stage == Stage::Current {
                let seed = secrets.open(Purpose::SigningKey, &key.sealed).and_then(|seed| seed.try_into().ok());
                let seed = seed.ok_or_else(|| {
                    Failure::Fault(
                        "the signing key cannot be opened: the master secret is not the one these books were \
                         made with. Put the master.key of the server that they are from in its place"
                            .to_owned(),
                    )
                })?;
                if root::of_root(&root, &key.certificate, &key.public).is_none() {
                    return Err(Failure::Fault(
                        "the signing key is certified by another root key: put the root.key or root.pub of the server \
                         that these books are from in place of the one here"
                            .to_owned(),
                    ));
                }
                ring.signing = Some((key.kid.clone(), root::pair(&seed)));
            }
            ring.jwks.keys.push(Jwk::signing(key.kid.clone(), BASE64.encode(key.public), key.certificate));
            ring.verifying.insert(key.kid, key.public);
        }
        Ok(ring)
    }

    pub(crate) fn jwks(&self) -> &Jwks {
        &self.jwks
    }

    /// Whether there is a key that signs.
    pub(crate) fn signs(&self) -> bool {
        self.signing.is_some()
    }

    fn sign(&self, typ: &str, claims: &impl serde::Serialize) -> Result<String, Failure> {
        let (kid, pair) = self.signing.as_ref().ok_or_else(|| Failure::Fault("there is no signing key".to_owned()))?;
        Ok(jwt::encode(typ, kid, claims, |message| root::sign(pair, message)))
    }

    /// The document of an activation. One of a licence that is suspended or revoked is past already, for whoever goes by it
    /// alone.
    pub(crate) fn certificate(&self, admitted: &Admitted) -> Result<String, Failure> {
        let license = &admitted.license;
        let end = license.ends_at();
        let grace = match license.status {
            Status::Active => after(admitted.now, license.policy.grace_seconds.into()),
            Status::Suspended | Status::Revoked => admitted.now,
        };
        self.sign(
            ACTIVATION_TYP,
            &ActivationClaims {
                iss: self.issuer.clone(),
                iat: admitted.now.as_second(),
                exp: end.map_or(grace, |end| grace.min(end)).as_second(),
                jti: format!("{}.{}.{}", admitted.activation_id, admitted.installation_id, admitted.generation),
                sub: admitted.activation_id.0,
                lic: license.id.0,
                serial: license.serial_number.clone(),
                product: admitted.product.clone(),
                inst: admitted.installation_id.0,
                device: admitted.fingerprint.clone(),
                model: Known::Word(model(license.model)),
                features: license.features_at(admitted.now).map(feature).collect(),
                grace_seconds: license.policy.grace_seconds.into(),
                term_end: end.map(Timestamp::as_second),
            },
        )
    }

    /// The lease of a seat.
    pub(crate) fn lease(&self, credential: &Credential, granted: &Granted) -> Result<String, Failure> {
        let (session, checkout) = (&granted.session, &granted.checkout);
        let times = granted.times();
        let mut claims = LeaseClaims {
            iss: self.issuer.clone(),
            iat: granted.now.as_second(),
            exp: times.grace_until.as_second(),
            jti: String::new(),
            sub: checkout.id.0,
            seq: checkout.leases.given,
            epoch: granted.epoch,
            ses: session.id.0,
            act: credential.activation_id.0,
            inst: credential.installation_id.0,
            lic: credential.license_id.0,
            user: session.names.user.clone().unwrap_or_default(),
            device: session.names.device_name.clone().unwrap_or_default(),
            os_session: session.names.os_session.clone(),
            version: session.version.clone(),
            features: granted.features.iter().map(feature).collect(),
            wanted: granted.wanted.clone(),
            started: session.started_at.as_second(),
            lease_until: times.lease_until.as_second(),
            back_by: times.back_by.map(Timestamp::as_second),
        };
        claims.jti = self.marking.mark(&claims);
        self.sign(LEASE_TYP, &claims)
    }

    /// A lease that this server gave. Whether it is still good is not asked: it is what a refresh is for.
    ///
    /// Known by its mark, since verifying its signature was 29 % of what a refresh cost; by the signature where it bears
    /// another, such as one that was given before a release with new claims.
    pub(crate) fn read_lease(&self, lease: &str) -> Option<LeaseClaims> {
        let claims: LeaseClaims = jwt::decode(lease, LEASE_TYP, |_, _, _| true).ok()?;
        if self.marking.bears(&claims) {
            return Some(claims);
        }
        jwt::decode(lease, LEASE_TYP, |kid, message, signature| {
            self.verifying
                .get(kid)
                .is_some_and(|key| UnparsedPublicKey::new(&ED25519, key).verify(message, signature).is_ok())
        })
        .ok()
    }
}

fn feature(feature: &FeatureGrant) -> FeatureClaim {
    FeatureClaim { code: feature.code.clone(), exp: feature.ends_at.map(Timestamp::as_second) }
}

fn model(model: Model) -> protocol::Model {
    match model {
        Model::Concurrent => protocol::Model::Concurrent,
        Model::SingleUser => protocol::Model::SingleUser,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A lease of the server with this master secret, and the keyring that gave it.
    fn given(master: u8) -> (Keyring, LeaseClaims) {
        let secrets = Secrets::derive(&[master; 32]);
        let pair = root::pair(&[9; 32]);
        let kid = kid(&root::public(&pair));
        let ring = Keyring {
            issuer: "Acme".to_owned(),
            verifying: HashMap::from([(kid.clone(), root::public(&pair))]),
            signing: Some((kid, pair)),
            marking: secrets.lease_mark(),
            jwks: Jwks { keys: Vec::new(), root: jwks::RootKey { kid: String::new(), x: String::new() } },
        };
        let id = uuid::Uuid::nil();
        let mut lease: LeaseClaims = serde_json::from_value(serde_json::json!({
            "iss": "Acme", "iat": 1, "exp": 3, "jti": "", "sub": id, "seq": 1, "epoch": 0, "ses": id, "act": id,
            "inst": id, "lic": id, "user": "mara", "device": "WS-14", "features": [], "started": 1, "lease_until": 2,
        }))
        .unwrap();
        lease.jti = ring.marking.mark(&lease);
        (ring, lease)
    }

    #[test]
    fn a_lease_is_known_by_its_mark_or_else_by_its_signature() {
        let (ring, lease) = given(1);
        let signed = ring.sign(LEASE_TYP, &lease).unwrap();
        assert_eq!(ring.read_lease(&signed), Some(lease.clone()));

        let unmarked = LeaseClaims { jti: "from before".to_owned(), ..lease.clone() };
        assert_eq!(ring.read_lease(&ring.sign(LEASE_TYP, &unmarked).unwrap()), Some(unmarked.clone()));

        let unsigned = jwt::encode(LEASE_TYP, "any", &unmarked, |_| [0; 64]);
        assert_eq!(ring.read_lease(&unsigned), None, "neither marked nor signed");
        let raised = LeaseClaims { seq: 2, ..lease };
        let raised = jwt::encode(LEASE_TYP, "any", &raised, |_| [0; 64]);
        assert_eq!(ring.read_lease(&raised), None, "a mark is of one lease");
    }
}
