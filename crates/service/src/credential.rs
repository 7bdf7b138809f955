//! Tokens of programs: proven by a MAC, so that a forgery dies with no read. Knows nothing of whether one is still good.

use seatkeeper_domain::decide::Credential;
use seatkeeper_protocol::token::InstallationToken;

use crate::seal::{Secrets, same};

/// The token of an installation.
pub(crate) fn write(secrets: &Secrets, credential: &Credential) -> String {
    let mut token = InstallationToken {
        license_id: credential.license_id.0,
        activation_id: credential.activation_id.0,
        installation_id: credential.installation_id.0,
        generation: credential.generation,
        mac: [0; 16],
    };
    token.mac = secrets.activation_token_mac(&token.named());
    token.to_string()
}

/// What a token names; `None` for a forgery.
pub(crate) fn read(secrets: &Secrets, text: &str) -> Option<Credential> {
    let token = InstallationToken::parse(text)?;
    same(&secrets.activation_token_mac(&token.named()), &token.mac).then(|| Credential {
        license_id: token.license_id.into(),
        activation_id: token.activation_id.into(),
        installation_id: token.installation_id.into(),
        generation: token.generation,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::Index;
    use uuid::Uuid;

    fn credential() -> impl Strategy<Value = Credential> {
        any::<([u128; 3], u32)>().prop_map(|(ids, generation)| {
            let [license, activation, installation] = ids.map(Uuid::from_u128);
            Credential {
                license_id: license.into(),
                activation_id: activation.into(),
                installation_id: installation.into(),
                generation,
            }
        })
    }

    proptest! {
        /// A character changed, put in, taken out; the end cut off or drawn out: nothing but the token itself is believed.
        #[test]
        fn only_the_token_itself_is_believed(credential in credential(), place: Index, letter in "[A-Za-z0-9_=.-]") {
            let secrets = Secrets::derive(&[1; 32]);
            let token = write(&secrets, &credential);
            prop_assert_eq!(read(&secrets, &token), Some(credential));
            prop_assert_eq!(read(&Secrets::derive(&[2; 32]), &token), None);
            let at = place.index(token.len());
            let (before, after) = token.split_at(at);
            let (cut, longer) = (before.to_owned(), format!("{token}{letter}"));
            let (changed, left_out) = (format!("{before}{letter}{}", &after[1..]), format!("{before}{}", &after[1..]));
            for odd in [changed, format!("{before}{letter}{after}"), left_out, cut, longer] {
                prop_assert_eq!(read(&secrets, &odd).is_some(), odd == token, "{}", odd);
            }
        }

        /// The parts of one token and the proof of another.
        #[test]
        fn a_proof_is_for_its_own_token(one in credential(), other in credential()) {
            let secrets = Secrets::derive(&[1; 32]);
            let [one, other] = [one, other].map(|credential| InstallationToken::parse(&write(&secrets, &credential)).unwrap());
            let mixed = InstallationToken { mac: other.mac, ..one };
            prop_assert_eq!(read(&secrets, &mixed.to_string()).is_some(), one == other);
        }
    }
}
