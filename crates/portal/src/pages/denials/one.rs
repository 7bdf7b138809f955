//! One refusal, explained: why, by which rule, how often it was tried, how it ended, and who held the seats then.

use askama::Template;
use axum::extract::State;
use seatkeeper_domain::id::DenialId;
use seatkeeper_service::Explained;

use super::said::{Ended, reason};
use crate::named::Named;
use crate::parts::{Seated, Who};
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{When, counted, held, many};

#[derive(Template)]
#[template(path = "denials/one.html")]
struct Page {
    shell: Shell,
    explained: Explained,
    vendor: bool,
    first: When,
    last: When,
    ended: Ended,
    reason: String,
    /// What the rule says that refused, where there is one to tell.
    rule: Option<String>,
    seated: Seated,
    who: Who,
}

/// One refusal.
pub(crate) async fn one(State(portal): State<Portal>, mut visitor: Visitor, Named(id): Named<DenialId>) -> Answer {
    let explained = portal.service.explain(&visitor.admin, id).await?;
    let (face, denial) = (&visitor.face, &explained.denial);
    // Without a capacity that was full, who held seats has nothing to do with it.
    let full = denial.code == "no_seat_available";
    let then = if full { explained.seated.as_slice() } else { &[] };
    let customer = explained.label.customer_id;
    shown(&Page {
        who: Who::of(&denial.names, customer, denial.activation_id),
        seated: Seated::of(then, customer, denial.first_at, face),
        first: face.at(denial.first_at),
        last: face.at(denial.last_at),
        ended: Ended::of(denial, face.now),
        reason: reason(&denial.code).to_owned(),
        rule: rule(&explained),
        explained,
        vendor: visitor.vendor(),
        shell: Shell::of(&mut visitor, "/denials", "A refusal"),
    })
}

/// The rule that refused, as the licence has it now.
fn rule(explained: &Explained) -> Option<String> {
    let (denial, policy) = (&explained.denial, &explained.license.license.policy);
    match denial.code.as_str() {
        "no_seat_available" => Some(format!(
            "{} were bought and {} taken. {} {}",
            many(denial.seats.into(), "seat"),
            if denial.in_use == 1 { "1 was".to_owned() } else { format!("{} were", denial.in_use) },
            counted(policy.count_by),
            held(policy.hold, policy)
        )),
        "holder_limit" => policy
            .holders_per_device
            .map(|most| format!("At most {} at once may work on one device.", many(most.into(), "holder"))),
        "device_limit" => {
            policy.devices.map(|most| format!("At most {} may be activated at a time.", many(most.into(), "device")))
        }
        "trial_used" => Some(
            "A trial that visitors begin themselves is for a device once. One that you issue yourself works on it."
                .to_owned(),
        ),
        _ => None,
    }
}
