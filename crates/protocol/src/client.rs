//! What programs send and are answered. Ignores fields it does not know, both ways, so that old and new work together. Decides nothing.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Hold, Known, LicenseStatus, Model, SeatShare, Secret};

/// A device, as its program describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Device {
    /// Its name, for reading only.
    #[cfg_attr(feature = "openapi", schema(max_length = 256))]
    pub name: String,
    /// Its operating system, for reading only.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 256))]
    pub os: String,
    /// Product-scoped hashes of what it is made of; enough of them matching is the same device.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 16))]
    pub fingerprint: Vec<String>,
}

/// Admits this installation on this device to a licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivationRequest {
    /// The protocol spoken: 1.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1))]
    pub protocol: u32,
    /// The licence's serial number.
    pub serial_number: String,
    /// The product key. Secret.
    pub product_key: Secret,
    /// The product's code.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub product: String,
    /// The program's version.
    #[cfg_attr(feature = "openapi", schema(max_length = 64))]
    pub version: String,
    /// When this release of the program was made, built into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released_at: Option<Timestamp>,
    /// Made up by this user's installation and kept.
    pub installation_id: Uuid,
    /// The device.
    pub device: Device,
}

/// The installation is admitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivationAnswer {
    /// The activation.
    pub activation_id: Uuid,
    /// Bearer token of this installation for every later call. Secret, and shown only here.
    pub activation_token: Secret,
    /// The licence's terms.
    pub license: LicenseTerms,
    /// The licence's policy.
    pub policy: ProgramPolicy,
    /// A signed `seatkeeper-activation+jwt`, for later starts with no contact.
    pub certificate: String,
    /// The server's clock.
    pub server_time: Timestamp,
}

/// The terms as they now are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivationTerms {
    /// The activation.
    pub activation_id: Uuid,
    /// The licence's terms.
    pub license: LicenseTerms,
    /// The licence's policy.
    pub policy: ProgramPolicy,
    /// A signed `seatkeeper-activation+jwt`, for later starts with no contact.
    pub certificate: String,
    /// The server's clock.
    pub server_time: Timestamp,
}

/// What a licence is, as a program needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LicenseTerms {
    /// The serial number. It may have changed since the activation (reissue).
    pub serial_number: String,
    /// The product's code.
    pub product: String,
    /// Pool or single user.
    #[cfg_attr(feature = "openapi", schema(value_type = Model))]
    pub model: Known<Model>,
    /// Seats now.
    pub seats: u32,
    /// The features switched on.
    pub features: Vec<Feature>,
    /// How long it runs.
    pub term: Term,
    /// What it may do now.
    #[cfg_attr(feature = "openapi", schema(value_type = LicenseStatus))]
    pub status: Known<LicenseStatus>,
}

/// A feature switched on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ProgramFeature))]
pub struct Feature {
    /// Its code.
    pub code: String,
    /// When it ends, if it does.
    #[serde(default)]
    pub ends_at: Option<Timestamp>,
}

/// How long a licence runs, as programs read it: the members that its kind has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ProgramTerm))]
pub struct Term {
    /// `perpetual`, `subscription`, `trial` or `education`.
    pub kind: String,
    /// Perpetual: releases dated later are refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maintenance_until: Option<Timestamp>,
    /// When it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Trial: how many days from the first activation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// Trial: the first activation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
}

/// The part of a licence's policy that programs go by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProgramPolicy {
    /// How long a lease runs.
    pub lease_seconds: u64,
    /// How often to renew it.
    pub refresh_seconds: u64,
    /// How long to go on with no contact.
    pub grace_seconds: u64,
    /// When an unreturned seat is taken back.
    #[cfg_attr(feature = "openapi", schema(value_type = Hold))]
    pub hold: Known<Hold>,
}

/// Takes a seat, or joins the one its holder has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckoutRequest {
    /// The user's name; compared case-folded.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub user: String,
    /// The device's name, for reading only.
    #[cfg_attr(feature = "openapi", schema(max_length = 256))]
    pub device_name: String,
    /// The OS session, on multi-session hosts and nowhere else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub os_session: Option<String>,
    /// The program's version.
    #[cfg_attr(feature = "openapi", schema(max_length = 64))]
    pub version: String,
    /// When this release of the program was made, built into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released_at: Option<Timestamp>,
    /// Codes of the features wanted; all by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub features: Option<Vec<String>>,
    /// Own earlier checkouts that died unreturned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub ends: Vec<Uuid>,
    /// Since when the program has worked with no contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offline_since: Option<Timestamp>,
}

/// Renews a lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefreshRequest {
    /// The lease held.
    pub lease: String,
    /// Own earlier checkouts that died unreturned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub ends: Vec<Uuid>,
}

/// The seat is held: the answer to a checkout and to a refresh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckoutAnswer {
    /// The session.
    pub session_id: Uuid,
    /// Whether a seat was taken or shared.
    #[cfg_attr(feature = "openapi", schema(value_type = SeatShare))]
    pub seat: Known<SeatShare>,
    /// A signed `seatkeeper-lease+jwt`.
    pub lease: String,
    /// When the lease ends unless it is renewed.
    pub lease_until: Timestamp,
    /// How long the program may go on with no contact.
    pub grace_until: Timestamp,
    /// When to refresh, as the server wishes it.
    pub refresh_after_seconds: u64,
    /// When the seat is taken back at the latest; none under an indefinite hold.
    #[serde(default)]
    pub back_by: Option<Timestamp>,
    /// The features granted.
    pub features: Vec<Feature>,
    /// Seats now.
    pub seats: u32,
    /// Of them held.
    pub in_use: u32,
    /// The server's clock.
    pub server_time: Timestamp,
}

/// Is there a seat?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Availability {
    /// Seats now.
    pub seats: u32,
    /// Of them held.
    pub in_use: u32,
    /// When the next one is back at the latest, as far as that is known.
    #[serde(default)]
    pub next_back_by: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_least_a_program_may_send() {
        let request: CheckoutRequest =
            serde_json::from_value(json!({ "user": "Mara", "device_name": "WS-14", "version": "16", "mood": "good" }))
                .unwrap();
        assert_eq!(request.features, None);
        assert!(request.ends.is_empty());
        let written = serde_json::to_value(&request).unwrap();
        assert_eq!(written, json!({ "user": "Mara", "device_name": "WS-14", "version": "16" }));
    }

    #[test]
    fn an_answer_of_tomorrow_is_read() {
        let terms: LicenseTerms = serde_json::from_value(json!({
            "serial_number": "SN-1", "product": "planner", "model": "named_user", "seats": 10, "status": "paused",
            "features": [{ "code": "bim", "seats": 3 }], "term": { "kind": "metered", "minutes": 5 }
        }))
        .unwrap();
        assert_eq!(terms.model.word(), None);
        assert_eq!(terms.term.kind, "metered");
        assert_eq!(terms.features[0].code, "bim");
    }
}
