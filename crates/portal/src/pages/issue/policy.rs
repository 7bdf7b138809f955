//! What of a policy is asked for when a licence is issued; what is left empty is as the model has it.

use seatkeeper_domain::decide::PolicyPatch;
use seatkeeper_domain::policy::{CountBy, Hold};

use crate::form::{Filled, Wrong};

/// How a seat that is not returned is taken back, as the form offers it.
pub(super) const HOLDS: &[(&str, &str)] = &[
    ("", "As usual for the model"),
    ("grace", "When the holder’s time without contact is over"),
    ("lease", "As soon as nothing is heard"),
    ("indefinite", "Only when it is returned or released"),
];

/// Who counts as one, likewise.
pub(super) const COUNTS: &[(&str, &str)] = &[
    ("", "A person on a device (as usual)"),
    ("user", "A person, on however many devices"),
    ("device", "A device, with however many people"),
];

/// What differs from the usual.
pub(super) fn patch(form: &Filled, wrong: &mut Wrong) -> PolicyPatch {
    let mut seconds = |name: &str, unit: u32| form.number(name, wrong).map(|count| count.saturating_mul(unit));
    PolicyPatch {
        grace_seconds: seconds("policy.grace_seconds", 3_600),
        renewal_grace_seconds: seconds("policy.renewal_grace_seconds", 86_400),
        overdraft: seconds("policy.overdraft", 1),
        hold: match form.get("hold") {
            "grace" => Some(Hold::Grace),
            "lease" => Some(Hold::Lease),
            "indefinite" => Some(Hold::Indefinite),
            _ => None,
        },
        count_by: match form.get("count_by") {
            "user" => Some(CountBy::User),
            "device" => Some(CountBy::Device),
            _ => None,
        },
        show_holders: form.has("show_holders", "yes").then_some(true),
        ..Default::default()
    }
}
