//! What happened: refusals as episodes, and events.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::Code;

/// Refusals of one holder within a quarter of an hour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Denial {
    /// The episode.
    pub id: Uuid,
    /// The licence.
    pub license_id: Uuid,
    /// The device's activation, where it was admitted.
    pub activation_id: Option<Uuid>,
    /// Who was refused, unless erased.
    pub user: Option<String>,
    /// On which device, unless erased.
    pub device_name: Option<String>,
    /// The program's version.
    pub version: String,
    /// Why.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub code: Code,
    /// The sentence that was said at the first refusal.
    pub detail: String,
    /// How often.
    pub tries: u32,
    /// The `request_id` of the first refusal, as the program was told it; absent for refusals by servers that kept none.
    pub first_request_id: Option<String>,
    /// The `request_id` of the last refusal.
    pub last_request_id: Option<String>,
    /// The first time.
    pub first_at: Timestamp,
    /// The last time.
    pub last_at: Timestamp,
    /// How it ended.
    pub outcome: DenialOutcome,
    /// Seats at the first refusal.
    pub seats: u32,
    /// Of them held.
    pub in_use: u32,
}

/// How an episode of refusals ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DenialOutcome {
    /// It may go on.
    Open,
    /// They got a seat after all.
    Granted,
    /// They did not try again.
    GaveUp,
}

/// Something that changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What, as `noun.verb`: `session.started`.
    pub kind: String,
    /// By whom.
    pub actor: Actor,
    /// The customer in whose chain it stands, if in one's.
    pub customer_id: Option<Uuid>,
    /// The licence in whose chain it stands, if in one's.
    pub license_id: Option<Uuid>,
    /// The particulars.
    pub data: BTreeMap<String, Value>,
    /// Its place in its chain.
    pub chain: EventChain,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Actor {
    /// `token`, `device`, `job` (the server itself) or `local` (on the server's own machine).
    pub kind: String,
    /// The token or the device's activation.
    pub id: Option<Uuid>,
}

/// An event's place in the chain of its licence, of its customer, or of the server itself where it is neither's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventChain {
    /// Number within the chain, from 1, with no gap.
    pub number: u64,
    /// Hash of this event and of the one before, in hexadecimal.
    pub hash: String,
}
