//! A licence's policy: how seats are lent.

use serde::{Deserialize, Serialize};

use super::patch;
use crate::Hold;

/// Who counts as one holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CountBy {
    /// Activation, user and OS session.
    Holder,
    /// The user, on whatever device.
    User,
    /// The device, whoever works on it.
    Device,
}

/// A licence's policy, complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Policy {
    /// How long a lease runs.
    pub lease_seconds: u64,
    /// How often programs renew it.
    pub refresh_seconds: u64,
    /// How long programs go on with no contact.
    pub grace_seconds: u64,
    /// When an unreturned seat is taken back.
    pub hold: Hold,
    /// Who counts as one.
    pub count_by: CountBy,
    /// Seats lent beyond those sold.
    pub overdraft: u32,
    /// Whether those who wait are told who holds the seats.
    pub show_holders: bool,
    /// Devices activated at once; none for any number.
    pub devices: Option<u32>,
    /// Holders at once on one device; none for any number.
    pub holders_per_device: Option<u32>,
    /// How long a subscription goes on after its end.
    pub renewal_grace_seconds: u64,
    /// Moves of a single-user licence in a year before they are reported, never refused; none for any number.
    pub moves_per_year: Option<u32>,
}

/// What to set of a policy; the rest stays, or is the model's default at issue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyPatch {
    /// How long a lease runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_seconds: Option<u64>,
    /// How often programs renew it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_seconds: Option<u64>,
    /// How long programs go on with no contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace_seconds: Option<u64>,
    /// When an unreturned seat is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
    /// Who counts as one; changed only while no seat is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count_by: Option<CountBy>,
    /// Seats lent beyond those sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdraft: Option<u32>,
    /// Whether those who wait are told who holds the seats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_holders: Option<bool>,
    /// Devices activated at once; `null` for any number.
    #[serde(default, deserialize_with = "patch", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>))]
    pub devices: Option<Option<u32>>,
    /// Holders at once on one device; `null` for any number.
    #[serde(default, deserialize_with = "patch", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>))]
    pub holders_per_device: Option<Option<u32>>,
    /// How long a subscription goes on after its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal_grace_seconds: Option<u64>,
    /// Moves of a single-user licence in a year before they are reported, never refused; `null` for any number.
    #[serde(default, deserialize_with = "patch", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>))]
    pub moves_per_year: Option<Option<u32>>,
}
