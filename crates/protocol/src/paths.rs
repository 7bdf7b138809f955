//! Where things are: paths, headers and prefixes, each in one place. Knows nothing of what travels there.

use uuid::Uuid;

/// The protocol this build speaks, sent as `protocol` in an activation.
pub const PROTOCOL: u32 = 1;

/// `POST`: admits an installation to a licence.
pub const ACTIVATIONS: &str = "/v1/client/activations";
/// `GET`: the terms as they now are. `DELETE`: gives the device up.
pub const ACTIVATION: &str = "/v1/client/activation";
/// `GET`: is there a seat?
pub const AVAILABILITY: &str = "/v1/client/availability";
/// `GET`: the server's public keys, each certified by the vendor's root.
pub const JWKS: &str = "/.well-known/jwks.json";

/// `PUT` takes a seat, `DELETE` returns it.
pub fn checkout(checkout_id: Uuid) -> String {
    format!("/v1/client/checkouts/{checkout_id}")
}

/// `POST` renews the lease.
pub fn refresh(checkout_id: Uuid) -> String {
    format!("/v1/client/checkouts/{checkout_id}/refresh")
}

/// The page that explains a refusal, as it stands in a problem's `type`.
pub fn problem(code: &str) -> String {
    format!("/problems/{code}")
}

/// Stands on every answer; quoting it lets support find the request.
pub const REQUEST_ID: &str = "request-id";
/// Makes an administrator's `POST` safe to repeat.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Prefix of an administration token, so that secret scanners find one that leaked.
pub const ADMIN_TOKEN_PREFIX: &str = "skt_";
/// Prefix of an installation token, so that secret scanners find one that leaked.
pub const INSTALLATION_TOKEN_PREFIX: &str = "ska_";

/// Media type of a refusal (RFC 9457).
pub const PROBLEM_JSON: &str = "application/problem+json";
/// A longer request body is refused, in bytes.
pub const MAX_BODY_BYTES: usize = 64 * 1024;
/// No list answers more items on one page.
pub const MAX_PAGE: usize = 200;
