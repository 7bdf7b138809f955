//! The server's master secret and the keys derived from it: sealing, keyed hashes, token MACs.

use aws_lc_rs::{constant_time, hmac};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use seatkeeper_domain::holder::hex;
use seatkeeper_domain::id::{AccountId, AskId, LinkId};
use seatkeeper_protocol::ProductKey;

use crate::entropy;
use crate::mark::LeaseMark;

/// Secrets derived from the master secret, one for each purpose.
pub(crate) struct Secrets {
    sealing: XChaCha20Poly1305,
    product_keys: hmac::Key,
    activation_tokens: hmac::Key,
    admin_tokens: hmac::Key,
    leases: hmac::Key,
    sign_ins: hmac::Key,
    links: hmac::Key,
    asks: hmac::Key,
    recovery_codes: hmac::Key,
    attempts: hmac::Key,
    free_pages: hmac::Key,
}

/// What a sealed text is: sealed as one, it opens as no other.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    ProductKey,
    SigningKey,
    Answer,
    SecondFactor,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Purpose::ProductKey => b"product key",
            Purpose::SigningKey => b"signing key",
            Purpose::Answer => b"answer",
            Purpose::SecondFactor => b"second factor",
        }
    }
}

const NONCE: usize = 24;
const MAC: usize = 16;

impl Secrets {
    pub(crate) fn derive(master: &[u8; 32]) -> Self {
        let master = hmac::Key::new(hmac::HMAC_SHA256, master);
        let derive = |purpose: &str| {
            let mut key = [0; 32];
            key.copy_from_slice(hmac::sign(&master, format!("seatkeeper 1 {purpose}").as_bytes()).as_ref());
            key
        };
        let mac = |purpose| hmac::Key::new(hmac::HMAC_SHA256, &derive(purpose));
        Self {
            sealing: XChaCha20Poly1305::new(&Key::from(derive("sealing"))),
            product_keys: mac("product keys"),
            activation_tokens: mac("activation tokens"),
            admin_tokens: mac("administration tokens"),
            leases: mac("leases"),
            sign_ins: mac("sign-ins"),
            links: mac("links"),
            asks: mac("asks"),
            recovery_codes: mac("recovery codes"),
            attempts: mac("attempts"),
            free_pages: mac("free pages"),
        }
    }

    /// Encrypts under a fresh nonce, which stands in front.
    ///
    /// # Panics
    /// Never: what is sealed is short.
    pub(crate) fn seal(&self, purpose: Purpose, secret: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE] = entropy::bytes();
        let payload = Payload { msg: secret, aad: purpose.label() };
        let sealed =
            self.sealing.encrypt(&XNonce::from(nonce), payload).expect("only a text of many gigabytes is too long");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Decrypts; `None` if it was sealed for something else, with another master secret, or altered.
    pub(crate) fn open(&self, purpose: Purpose, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE>()?;
        self.sealing.decrypt(&XNonce::from(*nonce), Payload { msg: text, aad: purpose.label() }).ok()
    }

    /// What a product key is found by.
    pub(crate) fn product_key_hash(&self, key: &ProductKey) -> [u8; 32] {
        digest(&self.product_keys, key.bits())
    }

    /// What an administration token's secret is compared by.
    pub(crate) fn admin_token_hash(&self, secret: &[u8]) -> [u8; 32] {
        digest(&self.admin_tokens, secret)
    }

    /// What a sign-in's secret is compared by.
    pub(crate) fn sign_in_hash(&self, secret: &[u8]) -> [u8; 32] {
        digest(&self.sign_ins, secret)
    }

    /// The secret of a link.
    pub(crate) fn link_secret(&self, id: LinkId) -> [u8; 32] {
        digest(&self.links, id.0.as_bytes())
    }

    /// The secret of what a visitor asked for.
    pub(crate) fn ask_secret(&self, id: AskId) -> [u8; 32] {
        digest(&self.asks, id.0.as_bytes())
    }

    /// What an account's recovery code is compared by.
    pub(crate) fn recovery_hash(&self, account: AccountId, code: &str) -> [u8; 32] {
        digest(&self.recovery_codes, &[account.0.as_bytes(), code.as_bytes()].concat())
    }

    /// What attempts with a mail address are counted under.
    pub(crate) fn attempts_of(&self, email: &str) -> String {
        hex(&digest(&self.attempts, email.as_bytes())[..MAC])
    }

    /// The MAC of an activation token.
    pub(crate) fn activation_token_mac(&self, message: &[u8]) -> [u8; MAC] {
        short(&self.activation_tokens, message)
    }

    /// The MAC of the address of a page of free seats.
    pub(crate) fn free_page_mac(&self, message: &[u8]) -> [u8; MAC] {
        short(&self.free_pages, message)
    }

    /// What leases are marked with.
    pub(crate) fn lease_mark(&self) -> LeaseMark {
        LeaseMark::new(self.leases.clone())
    }
}

fn short(key: &hmac::Key, message: &[u8]) -> [u8; MAC] {
    let mut mac = [0; MAC];
    mac.copy_from_slice(&digest(key, message)[..MAC]);
    mac
}

fn digest(key: &hmac::Key, message: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    digest.copy_from_slice(hmac::sign(key, message).as_ref());
    digest
}

/// Compares in a time that does not tell where they differ.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(one, other).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_purpose_and_master_only() {
        let secrets = Secrets::derive(&[7; 32]);
        let mut sealed = secrets.seal(Purpose::ProductKey, b"7F3K");
        assert_eq!(secrets.open(Purpose::ProductKey, &sealed).as_deref(), Some(b"7F3K".as_slice()));
        assert_eq!(secrets.open(Purpose::Answer, &sealed), None);
        assert_eq!(Secrets::derive(&[8; 32]).open(Purpose::ProductKey, &sealed), None);
        assert_ne!(sealed, secrets.seal(Purpose::ProductKey, b"7F3K"), "a fresh nonce each time");
        *sealed.last_mut().unwrap() ^= 1;
        assert_eq!(secrets.open(Purpose::ProductKey, &sealed), None);
        assert_eq!(secrets.open(Purpose::ProductKey, b"short"), None);
    }
}
