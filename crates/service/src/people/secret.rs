//! The text of a cookie and of a link: an id, and what proves that its bearer was given it.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use uuid::Uuid;

/// An id with its secret.
pub(crate) struct Secret {
    pub(crate) id: Uuid,
    pub(crate) secret: [u8; 32],
}

impl Secret {
    /// Reads it; `None` for what was never one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 48] = BASE64.decode(text).ok()?.try_into().ok()?;
        let (id, secret) = bytes.split_at(16);
        Some(Self { id: Uuid::from_slice(id).ok()?, secret: secret.try_into().ok()? })
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64.encode([self.id.as_bytes().as_slice(), &self.secret].concat()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again_and_nothing_else_is() {
        let secret = Secret { id: Uuid::from_u128(7), secret: [0xFE; 32] };
        let read = Secret::parse(&secret.to_string()).unwrap();
        assert_eq!((read.id, read.secret), (secret.id, secret.secret));
        for other in ["", "AAAA", "skt_abc", "é", &format!("{secret}A"), &secret.to_string().replace('-', "+")] {
            assert!(Secret::parse(other).is_none(), "{other}");
        }
    }
}
