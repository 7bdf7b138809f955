//! The two kinds of token as text: what they name, and what proves it. Verifies nothing: the proof is for the server to check.
//!
//! A token has one spelling only: whatever is changed in it, added or left out makes it another token, or none.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use uuid::Uuid;

use crate::paths::{ADMIN_TOKEN_PREFIX, INSTALLATION_TOKEN_PREFIX};

/// An administration token. `Display` shows its secret; `Debug` does not, so that logs stay clean.
#[derive(Clone, PartialEq, Eq)]
pub struct AdminToken {
    /// What the server finds it by.
    pub id: Uuid,
    /// What proves it: random, and known to the server as a keyed hash only.
    pub secret: [u8; 24],
}

impl AdminToken {
    /// The token that a text spells; none where it spells no token.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 40] = bytes(text, ADMIN_TOKEN_PREFIX)?;
        let (id, secret) = bytes.split_first_chunk()?;
        Some(Self { id: Uuid::from_bytes(*id), secret: secret.try_into().ok()? })
    }
}

impl fmt::Display for AdminToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.id.as_bytes().as_slice(), &self.secret].concat();
        write!(f, "{ADMIN_TOKEN_PREFIX}{}", BASE64.encode(bytes))
    }
}

impl fmt::Debug for AdminToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AdminToken({}, …)", self.id)
    }
}

/// The token of an installation, which says itself whose it is, so that a forgery is told with nothing looked up.
///
/// `Display` shows its proof; `Debug` does not, so that logs stay clean.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct InstallationToken {
    /// The licence.
    pub license_id: Uuid,
    /// The device's activation.
    pub activation_id: Uuid,
    /// The installation on it.
    pub installation_id: Uuid,
    /// Which of the installation's tokens: each activation makes another.
    pub generation: u32,
    /// What proves it: the server's MAC of [`named`](Self::named).
    pub mac: [u8; 16],
}

impl InstallationToken {
    /// The token that a text spells; none where it spells no token. Its proof may be false.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 68] = bytes(text, INSTALLATION_TOKEN_PREFIX)?;
        let id = |at: usize| Uuid::from_slice(&bytes[at..at + 16]).ok();
        Some(Self {
            license_id: id(0)?,
            activation_id: id(16)?,
            installation_id: id(32)?,
            generation: u32::from_be_bytes(bytes[48..52].try_into().ok()?),
            mac: bytes[52..].try_into().ok()?,
        })
    }

    /// All that it names, as it is proven.
    pub fn named(&self) -> [u8; 52] {
        let mut named = [0; 52];
        let ids = [self.license_id, self.activation_id, self.installation_id];
        for (place, id) in named.chunks_exact_mut(16).zip(ids) {
            place.copy_from_slice(id.as_bytes());
        }
        named[48..].copy_from_slice(&self.generation.to_be_bytes());
        named
    }
}

impl fmt::Display for InstallationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.named().as_slice(), &self.mac].concat();
        write!(f, "{INSTALLATION_TOKEN_PREFIX}{}", BASE64.encode(bytes))
    }
}

impl fmt::Debug for InstallationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InstallationToken({}, …)", self.installation_id)
    }
}

fn bytes<const N: usize>(text: &str, prefix: &str) -> Option<[u8; N]> {
    BASE64.decode(text.strip_prefix(prefix)?).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn admin() -> impl Strategy<Value = AdminToken> {
        any::<([u8; 16], [u8; 24])>().prop_map(|(id, secret)| AdminToken { id: Uuid::from_bytes(id), secret })
    }

    fn installation() -> impl Strategy<Value = InstallationToken> {
        any::<([[u8; 16]; 3], u32, [u8; 16])>().prop_map(|(ids, generation, mac)| {
            let [license_id, activation_id, installation_id] = ids.map(Uuid::from_bytes);
            InstallationToken { license_id, activation_id, installation_id, generation, mac }
        })
    }

    proptest! {
        #[test]
        fn tokens_read_back_as_they_were_written(admin in admin(), installation in installation()) {
            prop_assert_eq!(AdminToken::parse(&admin.to_string()), Some(admin.clone()));
            prop_assert_eq!(InstallationToken::parse(&installation.to_string()), Some(installation));
            prop_assert_eq!(AdminToken::parse(&installation.to_string()), None);
            prop_assert_eq!(InstallationToken::parse(&admin.to_string()), None);
        }

        /// Every character in place of every other: nothing else is read as the same token.
        #[test]
        fn a_token_has_one_spelling(admin in admin(), installation in installation(), place: prop::sample::Index, other: char) {
            for text in [admin.to_string(), installation.to_string()] {
                let at = place.index(text.len());
                let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
                let (longer, shorter) = (format!("{}{other}{}", &text[..at], &text[at..]), &text[..at]);
                for odd in [changed.as_str(), &longer, shorter, &format!("{text}="), &format!("{text}{other}")] {
                    let read = AdminToken::parse(odd).map(|token| token.to_string());
                    let read = read.or_else(|| InstallationToken::parse(odd).map(|token| token.to_string()));
                    prop_assert!(read.is_none_or(|read| read == odd), "{odd}");
                }
            }
        }

        #[test]
        fn never_panics(text: String) {
            prop_assert_eq!(AdminToken::parse(&text), None);
            prop_assert_eq!(InstallationToken::parse(&format!("ska_{text}")), None);
        }
    }

    #[test]
    fn debug_tells_no_secret() {
        let admin = AdminToken { id: Uuid::nil(), secret: [7; 24] };
        assert_eq!(format!("{admin:?}"), "AdminToken(00000000-0000-0000-0000-000000000000, …)");
        let [license_id, activation_id, installation_id] = [Uuid::nil(); 3];
        let token = InstallationToken { license_id, activation_id, installation_id, generation: 1, mac: [7; 16] };
        assert_eq!(format!("{token:?}"), "InstallationToken(00000000-0000-0000-0000-000000000000, …)");
    }
}
