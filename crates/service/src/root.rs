//! The vendor's root key, which certifies the server's signing keys, and may be kept off the server.

use std::io;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use jiff::Timestamp;
use seatkeeper_protocol::claims::{KEY_TYP, KeyClaims, KeyUsage};
use seatkeeper_protocol::{Known, jwt};

use crate::{entropy, files};

/// Where the root key is.
#[derive(Clone, Debug)]
pub enum RootPlace {
    /// In a file on this server, made at the first start.
    Here(PathBuf),
    /// Elsewhere; this is its public half. Signing keys come with their certificates.
    Away([u8; 32]),
}

/// The root key, both halves.
pub struct RootKey {
    pair: Ed25519KeyPair,
    seed: [u8; 32],
}

impl RootKey {
    /// Draws one.
    pub fn draw() -> Self {
        Self::from_seed(entropy::bytes())
    }

    fn from_seed(seed: [u8; 32]) -> Self {
        Self { pair: pair(&seed), seed }
    }

    /// Reads one from an owner-only file. `None` if it is not there.
    ///
    /// # Errors
    /// If others may read the file or it holds no key.
    pub fn read(path: &Path) -> io::Result<Option<Self>> {
        Ok(files::read(path)?.map(Self::from_seed))
    }

    /// Writes it to an owner-only file that is not there yet.
    pub fn create(&self, path: &Path) -> io::Result<()> {
        files::create(path, &self.seed)
    }

    /// Its public half, which programs carry.
    pub fn public(&self) -> [u8; 32] {
        public(&self.pair)
    }
}

/// A key pair from its seed.
///
/// # Panics
/// Never: every seed of 32 bytes is one.
pub(crate) fn pair(seed: &[u8; 32]) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(seed).expect("every 32 bytes are an Ed25519 seed")
}

/// The public half of a pair.
pub(crate) fn public(pair: &Ed25519KeyPair) -> [u8; 32] {
    let mut key = [0; 32];
    key.copy_from_slice(pair.public_key().as_ref());
    key
}

/// Signs, as `protocol::jwt` wants it.
pub(crate) fn sign(pair: &Ed25519KeyPair, message: &[u8]) -> [u8; 64] {
    let mut signature = [0; 64];
    signature.copy_from_slice(pair.sign(message).as_ref());
    signature
}

/// The name of a public key in documents: the first sixteen characters of its hash.
pub fn kid(public: &[u8; 32]) -> String {
    BASE64.encode(digest::digest(&digest::SHA256, public))[..16].to_owned()
}

/// How long a certificate is good: ten years. A key is replaced by rotating it, not by letting its
/// certificate run out: that would stop every program on the same day.
const CERTIFICATE_SECONDS: i64 = 3653 * 86_400;

/// The root's word that a public key is its server's.
pub fn certify(root: &RootKey, issuer: &str, public: &[u8; 32], now: Timestamp) -> String {
    let name = kid(public);
    let claims = KeyClaims {
        iss: issuer.to_owned(),
        iat: now.as_second(),
        exp: now.as_second() + CERTIFICATE_SECONDS,
        jti: format!("key.{name}"),
        kid: name,
        x: BASE64.encode(public),
        usage: Known::Word(KeyUsage::Server),
    };
    jwt::encode(KEY_TYP, &kid(&root.public()), &claims, |message| sign(&root.pair, message))
}

/// How far the clock of the machine with the root key may be ahead of the server's, in seconds; programs forgive as much.
const SKEW: i64 = 300;

/// Whether `certificate` is the root's word for this public key, and one that programs believe at `now`.
///
/// # Errors
/// What is wrong with it, for a person.
pub(crate) fn certified(
    root: &[u8; 32],
    certificate: &str,
    public: &[u8; 32],
    now: Timestamp,
) -> Result<(), &'static str> {
    let claims = of_root(root, certificate, public).ok_or("is not the root key's certificate of this signing key")?;
    if claims.usage != Known::Word(KeyUsage::Server) {
        return Err("certifies the key for another use");
    }
    if now.as_second() < claims.iat - SKEW {
        return Err("begins in the future: the clock of the machine that has the root key, or this server's, is wrong");
    }
    if claims.exp <= now.as_second() {
        return Err("has ended");
    }
    Ok(())
}

/// What the root says of this public key, if it is the root that says it.
pub(crate) fn of_root(root: &[u8; 32], certificate: &str, public: &[u8; 32]) -> Option<KeyClaims> {
    let claims = jwt::decode::<KeyClaims>(certificate, KEY_TYP, |_, message, signature| {
        UnparsedPublicKey::new(&ED25519, root).verify(message, signature).is_ok()
    });
    claims.ok().filter(|claims| claims.kid == kid(public) && claims.x == BASE64.encode(public))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_good_for_its_key_its_use_and_its_time() {
        let (root, other) = (RootKey::from_seed([1; 32]), RootKey::from_seed([2; 32]));
        let key = public(&pair(&[3; 32]));
        let made = Timestamp::from_second(1_800_000_000).unwrap();
        let certificate = certify(&root, "Acme", &key, made);
        let at = |seconds: i64| certified(&root.public(), &certificate, &key, Timestamp::from_second(seconds).unwrap());
        assert_eq!(at(made.as_second()), Ok(()));
        assert_eq!(at(made.as_second() - SKEW), Ok(()));
        assert!(at(made.as_second() - SKEW - 1).unwrap_err().contains("clock"));
        assert_eq!(at(made.as_second() + CERTIFICATE_SECONDS), Err("has ended"));
        assert!(certified(&other.public(), &certificate, &key, made).is_err(), "another root");
        assert!(certified(&root.public(), &certificate, &other.public(), made).is_err(), "another key");
        let claims = KeyClaims {
            iss: "Acme".to_owned(),
            iat: made.as_second(),
            exp: made.as_second() + 1,
            jti: String::new(),
            kid: kid(&key),
            x: BASE64.encode(key),
            usage: Known::Other("relay".to_owned()),
        };
        let relay = jwt::encode(KEY_TYP, "root", &claims, |message| sign(&root.pair, message));
        assert_eq!(certified(&root.public(), &relay, &key, made), Err("certifies the key for another use"));
    }
}
