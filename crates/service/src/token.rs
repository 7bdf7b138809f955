//! Administration tokens: `skt_`, an id to find the row by, and a secret of which a keyed hash is kept.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use seatkeeper_domain::id::TokenId;
use uuid::Uuid;

const PREFIX: &str = "skt_";
const SECRET: usize = 24;

/// The secret part of a token.
pub(crate) type TokenSecret = [u8; SECRET];

/// The token as its owner carries it.
pub(crate) fn write(id: TokenId, secret: &TokenSecret) -> String {
    format!("{PREFIX}{}", BASE64.encode([id.0.as_bytes().as_slice(), secret].concat()))
}

/// The parts of a token; `None` if it is none.
pub(crate) fn read(token: &str) -> Option<(TokenId, TokenSecret)> {
    let token = BASE64.decode(token.strip_prefix(PREFIX)?).ok()?;
    let (id, secret) = token.split_first_chunk::<16>()?;
    Some((Uuid::from_bytes(*id).into(), secret.try_into().ok()?))
}
