//! Activation tokens: `ska_` and what they name, with a MAC, so that a forgery dies with no read.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use seatkeeper_domain::decide::Credential;
use uuid::Uuid;

use crate::seal::{Secrets, same};

const PREFIX: &str = "ska_";
const NAMED: usize = 16 * 3 + 4;

/// The token of an installation.
pub(crate) fn write(secrets: &Secrets, credential: &Credential) -> String {
    let mut token = Vec::with_capacity(NAMED + 16);
    token.extend(credential.license_id.0.as_bytes());
    token.extend(credential.activation_id.0.as_bytes());
    token.extend(credential.installation_id.0.as_bytes());
    token.extend(credential.generation.to_be_bytes());
    let mac = secrets.activation_token_mac(&token);
    token.extend(mac);
    format!("{PREFIX}{}", BASE64.encode(token))
}

/// What a token names; `None` for a forgery.
pub(crate) fn read(secrets: &Secrets, token: &str) -> Option<Credential> {
    let token = BASE64.decode(token.strip_prefix(PREFIX)?).ok()?;
    let (named, mac) = token.split_first_chunk::<NAMED>()?;
    if !same(&secrets.activation_token_mac(named), mac) {
        return None;
    }
    let id = |at: usize| Uuid::from_slice(&named[at..at + 16]).ok();
    Some(Credential {
        license_id: id(0)?.into(),
        activation_id: id(16)?.into(),
        installation_id: id(32)?.into(),
        generation: u32::from_be_bytes(named[48..].try_into().ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_and_no_changed_character_does() {
        let secrets = Secrets::derive(&[1; 32]);
        let credential = Credential {
            license_id: Uuid::from_u128(1).into(),
            activation_id: Uuid::from_u128(2).into(),
            installation_id: Uuid::from_u128(3).into(),
            generation: 4,
        };
        let token = write(&secrets, &credential);
        assert_eq!(read(&secrets, &token), Some(credential));
        assert_eq!(read(&Secrets::derive(&[2; 32]), &token), None);
        for at in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(read(&secrets, &forged), None, "{forged}");
        }
    }
}
