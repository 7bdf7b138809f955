//! Who holds what: sessions, devices, blocks.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::EndReason;

/// A holder in a seat, from the first checkout to the last return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// The session.
    pub id: Uuid,
    /// The licence.
    pub license_id: Uuid,
    /// The device's activation.
    pub activation_id: Uuid,
    /// `live`; later also others.
    pub kind: String,
    /// The user's name, unless erased.
    pub user: Option<String>,
    /// The device's name, unless erased.
    pub device_name: Option<String>,
    /// The OS session, on multi-session hosts.
    pub os_session: Option<String>,
    /// The program's version.
    pub version: String,
    /// Where it was started from, unless erased.
    pub address: Option<String>,
    /// Running copies of the program that share the seat.
    pub checkouts: u32,
    /// Since when.
    pub started_at: Timestamp,
    /// When a copy last took or renewed its lease.
    pub last_refreshed_at: Timestamp,
    /// When the lease ends unless it is renewed.
    pub lease_until: Timestamp,
    /// When the seat is taken back at the latest; none under an indefinite hold.
    pub back_by: Option<Timestamp>,
    /// How it is now.
    pub state: SessionState,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Why it ended.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub end_reason: Option<EndReason>,
}

/// How a session is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SessionState {
    /// Its lease runs.
    Live,
    /// Its lease is over, its seat held.
    Silent,
    /// Its seat is free.
    Ended,
}

/// What giving a seat back means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Release {
    /// The session that ended.
    pub session_id: Uuid,
    /// Until when the released program may still be open beside the next holder's; none where it was told already.
    pub overlap_until: Option<Timestamp>,
    /// The same, as a sentence to show a person.
    pub message: String,
}

/// A device admitted to a licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Activation {
    /// The activation.
    pub id: Uuid,
    /// The licence.
    pub license_id: Uuid,
    /// The device's name.
    pub device_name: Option<String>,
    /// Its operating system.
    pub os: String,
    /// When it was admitted, last.
    pub activated_at: Timestamp,
    /// When it was given up or ended.
    pub ended_at: Option<Timestamp>,
    /// Why.
    pub end_reason: Option<ActivationEnd>,
}

/// Why a device is no longer admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ActivationEnd {
    /// Given up on the device itself (Move Licence).
    Moved,
    /// Ended by an administrator.
    Ended,
    /// The device was blocked.
    Blocked,
}

/// A user or device that a licence no longer admits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Block {
    /// The block.
    pub id: Uuid,
    /// The licence.
    pub license_id: Uuid,
    /// The user's name in lower case, where a user is blocked.
    pub user: Option<String>,
    /// The device's activation, where a device is blocked.
    pub device: Option<Uuid>,
    /// Why.
    pub reason: String,
    /// Since when.
    pub created_at: Timestamp,
}

/// Blocks a user or a device: exactly one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BlockNew {
    /// The user's name; compared case-folded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub user: Option<String>,
    /// The device, by its activation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Uuid>,
    /// Why.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub reason: String,
}
