//! Policies, there and back.

use seatkeeper_domain::decide::PolicyPatch;
use seatkeeper_domain::policy::{CountBy, Hold, Policy};
use seatkeeper_protocol as protocol;
use seatkeeper_protocol::admin;

use super::Checked;

pub(super) fn patch(checked: &mut Checked, patch: admin::PolicyPatch) -> PolicyPatch {
    let mut seconds = |field: &str, given: Option<u64>| given.map(|given| checked.seconds(field, given));
    PolicyPatch {
        lease_seconds: seconds("policy.lease_seconds", patch.lease_seconds),
        refresh_seconds: seconds("policy.refresh_seconds", patch.refresh_seconds),
        grace_seconds: seconds("policy.grace_seconds", patch.grace_seconds),
        renewal_grace_seconds: seconds("policy.renewal_grace_seconds", patch.renewal_grace_seconds),
        hold: patch.hold.map(|hold| match hold {
            protocol::Hold::Lease => Hold::Lease,
            protocol::Hold::Grace => Hold::Grace,
            protocol::Hold::Indefinite => Hold::Indefinite,
        }),
        count_by: patch.count_by.map(|count_by| match count_by {
            admin::CountBy::Holder => CountBy::Holder,
            admin::CountBy::User => CountBy::User,
            admin::CountBy::Device => CountBy::Device,
        }),
        overdraft: patch.overdraft,
        show_holders: patch.show_holders,
        devices: patch.devices,
        holders_per_device: patch.holders_per_device,
        moves_per_year: patch.moves_per_year,
    }
}

pub(super) fn policy(policy: Policy) -> admin::Policy {
    admin::Policy {
        lease_seconds: policy.lease_seconds.into(),
        refresh_seconds: policy.refresh_seconds.into(),
        grace_seconds: policy.grace_seconds.into(),
        hold: hold(policy.hold),
        count_by: match policy.count_by {
            CountBy::Holder => admin::CountBy::Holder,
            CountBy::User => admin::CountBy::User,
            CountBy::Device => admin::CountBy::Device,
        },
        overdraft: policy.overdraft,
        show_holders: policy.show_holders,
        devices: policy.devices,
        holders_per_device: policy.holders_per_device,
        renewal_grace_seconds: policy.renewal_grace_seconds.into(),
        moves_per_year: policy.moves_per_year,
    }
}

pub(super) fn hold(hold: Hold) -> protocol::Hold {
    match hold {
        Hold::Lease => protocol::Hold::Lease,
        Hold::Grace => protocol::Hold::Grace,
        Hold::Indefinite => protocol::Hold::Indefinite,
    }
}
