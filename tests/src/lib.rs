//! What strangers can send, and what must hold whatever it is: no panic, nothing forged believed, nothing read that
//! cannot be written and read again. Knows nothing of the fuzzer: `cargo fuzz` calls these (`fuzz/`), and so does an
//! ordinary test with a bounded number of cases (`tests/fuzz/`).

use std::fmt::Debug;

use seatkeeper_domain::version::Version;
use seatkeeper_protocol::claims::{ACTIVATION_TYP, ActivationClaims, KEY_TYP, KeyClaims, LEASE_TYP, LeaseClaims};
use seatkeeper_protocol::token::{AdminToken, InstallationToken};
use seatkeeper_protocol::{ProductKey, admin, client, jwt, normalize_serial_number};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A product key, serial number or version as somebody typed it.
pub fn typed(data: &[u8]) {
    let typed = String::from_utf8_lossy(data);
    if let Ok(key) = ProductKey::parse(&typed) {
        assert_eq!(ProductKey::parse(&key.to_string()), Ok(key));
    }
    let serial = normalize_serial_number(&typed);
    assert_eq!(normalize_serial_number(&serial), serial);
    if let Ok(version) = Version::parse(&typed) {
        assert_eq!(Version::parse(version.as_str()), Ok(version));
    }
}

/// A token as somebody sent it.
pub fn token(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some(token) = AdminToken::parse(&text) {
        assert_eq!(token.to_string(), text, "a token has one spelling");
    }
    if let Some(token) = InstallationToken::parse(&text) {
        assert_eq!(token.to_string(), text, "a token has one spelling");
    }
}

/// A signed document, genuine or not.
pub fn document(data: &[u8]) {
    let token = String::from_utf8_lossy(data);
    document_of::<LeaseClaims>(&token, LEASE_TYP);
    document_of::<ActivationClaims>(&token, ACTIVATION_TYP);
    document_of::<KeyClaims>(&token, KEY_TYP);
    read_again::<LeaseClaims>(data);
    read_again::<ActivationClaims>(data);
    read_again::<KeyClaims>(data);
}

fn document_of<C: Debug + DeserializeOwned + PartialEq + Serialize>(token: &str, typ: &str) {
    assert!(jwt::decode::<C>(token, typ, |_, _, _| false).is_err(), "believed unverified");
    // With a verifier that believes everything, what lies behind the signature is reached too.
    if let Ok(claims) = jwt::decode::<C>(token, typ, |_, _, _| true) {
        let again = jwt::encode(typ, "kid", &claims, |_| [0; 64]);
        assert_eq!(jwt::decode(&again, typ, |_, _, _| true), Ok(claims));
    }
}

/// The body of any request.
pub fn request(data: &[u8]) {
    read_again::<client::ActivationRequest>(data);
    read_again::<client::CheckoutRequest>(data);
    read_again::<client::RefreshRequest>(data);
    read_again::<admin::ProductNew>(data);
    read_again::<admin::ProductPatch>(data);
    read_again::<admin::CustomerNew>(data);
    read_again::<admin::CustomerPatch>(data);
    read_again::<admin::LicenseNew>(data);
    read_again::<admin::LicensePatch>(data);
    read_again::<admin::Import>(data);
    read_again::<admin::KeyNew>(data);
    read_again::<admin::KeyPatch>(data);
    read_again::<admin::SigningKeyNew>(data);
    read_again::<admin::Reissue>(data);
    read_again::<admin::BlockNew>(data);
    read_again::<admin::TokenNew>(data);
    read_again::<admin::Reason>(data);
}

/// The body of an answer, as an SDK gets it from whoever answers.
pub fn answer(data: &[u8]) {
    read_again::<client::ActivationAnswer>(data);
    read_again::<client::ActivationTerms>(data);
    read_again::<client::CheckoutAnswer>(data);
    read_again::<client::Availability>(data);
    read_again::<seatkeeper_protocol::Problem>(data);
    read_again::<seatkeeper_protocol::jwks::Jwks>(data);
}

fn read_again<T: Debug + DeserializeOwned + PartialEq + Serialize>(data: &[u8]) {
    if let Ok(value) = serde_json::from_slice::<T>(data) {
        let written = serde_json::to_vec(&value).expect("what was read can be written");
        let again = serde_json::from_slice::<T>(&written).expect("and read again");
        assert_eq!(again, value);
    }
}
