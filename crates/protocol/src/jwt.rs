//! Signed documents as compact JWS (RFC 7515), Ed25519 and nothing else. Knows no keys, no clock and no cryptography: callers sign and verify.
//!
//! Strict on purpose: one algorithm, one `typ` per call, three parts, a bound on size, no `crit`. Whether a document is still
//! valid is the caller's question, since only the caller has a clock.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// No document is longer, in bytes. The longest is a lease with the most features and the longest names; whatever it is, it
/// fits into the body of the request that renews it.
pub const MAX_BYTES: usize = 56 * 1024;

const ALG: &str = "EdDSA";

/// Why a document is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// Not a compact JWS of ours: its size, its parts, its encoding or its claims.
    Malformed,
    /// An algorithm other than `EdDSA`, or a header extension we do not know.
    Algorithm,
    /// Another kind of document than was asked for.
    Type,
    /// The verifier does not know the key, or the signature does not fit.
    Signature,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Error::Malformed => "the signed document is malformed",
            Error::Algorithm => "the document is signed by a method that is not accepted",
            Error::Type => "the signed document is of another kind",
            Error::Signature => "the document's signature is not valid",
        })
    }
}

impl std::error::Error for Error {}

#[derive(Serialize)]
struct HeaderOut<'a> {
    alg: &'a str,
    kid: &'a str,
    typ: &'a str,
}

#[derive(Deserialize)]
struct HeaderIn {
    alg: String,
    kid: String,
    typ: String,
    crit: Option<serde_json::Value>,
}

/// The document `claims` of kind `typ`, signed with the key `kid` by `sign`.
///
/// # Panics
/// If the claims cannot be written as JSON, which no type of [`crate::claims`] can cause.
pub fn encode<C: Serialize>(typ: &str, kid: &str, claims: &C, sign: impl FnOnce(&[u8]) -> [u8; 64]) -> String {
    let part = |json: serde_json::Result<Vec<u8>>| BASE64.encode(json.expect("claims are plain data"));
    let mut token = part(serde_json::to_vec(&HeaderOut { alg: ALG, kid, typ }));
    token.push('.');
    token.push_str(&part(serde_json::to_vec(claims)));
    let signature = BASE64.encode(sign(token.as_bytes()));
    token.push('.');
    token.push_str(&signature);
    token
}

/// The claims of a document of kind `typ`, if `verify(kid, message, signature)` says that it is genuine.
///
/// Nothing of the claims is read before the signature is verified.
///
/// # Errors
/// Says in which way the document is not to be believed.
pub fn decode<C: DeserializeOwned>(
    token: &str,
    typ: &str,
    verify: impl FnOnce(&str, &[u8], &[u8; 64]) -> bool,
) -> Result<C, Error> {
    if token.len() > MAX_BYTES {
        return Err(Error::Malformed);
    }
    let (message, signature) = token.rsplit_once('.').ok_or(Error::Malformed)?;
    let (header, claims) = message.split_once('.').ok_or(Error::Malformed)?;
    let header: HeaderIn = from_part(header)?;
    if header.alg != ALG || header.crit.is_some() {
        return Err(Error::Algorithm);
    }
    if header.typ != typ {
        return Err(Error::Type);
    }
    let signature = BASE64.decode(signature).map_err(|_| Error::Malformed)?;
    let signature = signature.try_into().map_err(|_| Error::Malformed)?;
    if !verify(&header.kid, message.as_bytes(), &signature) {
        return Err(Error::Signature);
    }
    from_part(claims)
}

fn from_part<T: DeserializeOwned>(part: &str) -> Result<T, Error> {
    let json = BASE64.decode(part).map_err(|_| Error::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| Error::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Claims {
        sub: String,
    }

    // Not a signature, but every bit of the message changes it; the real one is tested where it is made.
    fn sign(message: &[u8]) -> [u8; 64] {
        let mut sum = [0u8; 64];
        for (i, byte) in message.iter().enumerate() {
            sum[i % 64] = sum[i % 64].rotate_left(3) ^ byte;
        }
        sum
    }

    fn read(token: &str) -> Result<Claims, Error> {
        decode(token, "t+jwt", |kid, message, signature| kid == "k1" && sign(message) == *signature)
    }

    fn token() -> String {
        encode("t+jwt", "k1", &Claims { sub: "x".into() }, sign)
    }

    fn with_header(header: &str) -> String {
        let message = format!("{}.{}", BASE64.encode(header), BASE64.encode(r#"{"sub":"x"}"#));
        let signature = BASE64.encode(sign(message.as_bytes()));
        format!("{message}.{signature}")
    }

    #[test]
    fn reads_back_what_it_wrote() {
        assert_eq!(read(&token()), Ok(Claims { sub: "x".into() }));
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let token = token();
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(read(&changed).is_err(), "{at}");
        }
    }

    #[test]
    fn only_our_algorithm_and_kind() {
        assert!(read(&with_header(r#"{"alg":"EdDSA","kid":"k1","typ":"t+jwt"}"#)).is_ok());
        for (header, error) in [
            (r#"{"alg":"none","kid":"k1","typ":"t+jwt"}"#, Error::Algorithm),
            (r#"{"alg":"HS256","kid":"k1","typ":"t+jwt"}"#, Error::Algorithm),
            (r#"{"alg":"eddsa","kid":"k1","typ":"t+jwt"}"#, Error::Algorithm),
            (r#"{"alg":"EdDSA","kid":"k1","typ":"t+jwt","crit":["b64"]}"#, Error::Algorithm),
            (r#"{"alg":"EdDSA","kid":"k1","typ":"JWT"}"#, Error::Type),
            (r#"{"alg":"EdDSA","kid":"k2","typ":"t+jwt"}"#, Error::Signature),
            (r#"{"alg":"EdDSA","typ":"t+jwt"}"#, Error::Malformed),
        ] {
            assert_eq!(read(&with_header(header)), Err(error), "{header}");
        }
    }

    #[test]
    fn only_three_parts_of_plain_base64() {
        let token = token();
        for odd in [
            format!("{token}."),
            format!(".{token}"),
            format!("{token}="),
            format!("{token}\n"),
            token.replace('.', ""),
            token.rsplit_once('.').unwrap().0.to_owned(),
            String::new(),
            "a".repeat(MAX_BYTES + 1),
        ] {
            assert!(read(&odd).is_err(), "{odd}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(token: String) {
            prop_assert!(read(&token).is_err());
        }
    }
}
