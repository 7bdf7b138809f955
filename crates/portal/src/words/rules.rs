//! A licence's policy in plain sentences, each with what it means for people.

use seatkeeper_domain::license::{License, Model};
use seatkeeper_domain::policy::{CountBy, Hold, Policy};

use super::{length, many};

/// One rule.
pub(crate) struct Rule {
    /// What it is about.
    pub(crate) about: &'static str,
    /// What it says.
    pub(crate) says: String,
}

/// All rules of a licence.
pub(crate) fn rules(license: &License) -> Vec<Rule> {
    let policy = &license.policy;
    let mut rules = vec![
        Rule { about: "Who takes a seat", says: counted(policy.count_by).to_owned() },
        Rule { about: "In use", says: refreshed(policy) },
        Rule { about: "No contact", says: grace(policy) },
        Rule { about: "A forgotten seat", says: held(policy.hold, policy) },
    ];
    let mut add = |about, says| rules.push(Rule { about, says });
    match (license.model, policy.devices) {
        (Model::SingleUser, _) => add("Devices", "One device at a time. Move the licence away on it before it is activated on another, or end the old device here.".to_owned()),
        (_, Some(devices)) => add("Devices", format!("At most {} can be activated at a time.", many(devices.into(), "device"))),
        (_, None) => add("Devices", "Any number of devices can be activated; seats are what is limited.".to_owned()),
    }
    if let Some(holders) = policy.holders_per_device {
        add(
            "One device",
            format!("At most {holders} people at once can work on the same device, such as a terminal server."),
        );
    }
    if policy.overdraft > 0 {
        add(
            "Overdraft",
            format!(
                "{} more than were bought can be in use at once, so that a busy morning stops nobody.",
                many(policy.overdraft.into(), "seat")
            ),
        );
    }
    if license.model == Model::Concurrent {
        add("When all seats are taken", shown(policy.show_holders).to_owned());
    }
    if policy.renewal_grace_seconds > 0 {
        add(
            "Late renewal",
            format!(
                "A subscription goes on for {} past its end, so that nobody stops while it is being renewed.",
                length(policy.renewal_grace_seconds.into())
            ),
        );
    }
    if let Some(moves) = policy.moves_per_year {
        add(
            "Moves",
            format!(
                "More than {} to another device in a year are reported to the vendor. Nobody is stopped.",
                many(moves.into(), "move")
            ),
        );
    }
    rules
}

/// Who counts as one.
pub(crate) fn counted(by: CountBy) -> &'static str {
    match by {
        CountBy::Holder => "Each person on each device takes one seat. More copies that they open there share it.",
        CountBy::User => "Each person takes one seat, on however many devices.",
        CountBy::Device => "Each device takes one seat, with however many people on it.",
    }
}

/// How a seat is known to be in use.
fn refreshed(policy: &Policy) -> String {
    format!(
        "An open program says so every {}. One that was not heard of for {} is shown as silent.",
        length(policy.refresh_seconds.into()),
        length(policy.lease_seconds.into())
    )
}

/// What a program does that has no contact.
fn grace(policy: &Policy) -> String {
    match policy.grace_seconds {
        0 => "Without the server a program cannot be started, and one that is open can go on until its lease ends."
            .to_owned(),
        grace => format!(
            "Without the server a program goes on, and can be started again, for {}. Work is never stopped.",
            length(grace.into())
        ),
    }
}

/// When a seat comes back that nobody gave back.
pub(crate) fn held(hold: Hold, policy: &Policy) -> String {
    let lease = length(policy.lease_seconds.into());
    match hold {
        Hold::Lease if policy.grace_seconds > policy.lease_seconds => format!(
            "A seat that is not given back is free again {lease} after last contact. Its holder may still be at work without contact, so two people may use it for a while; that is written down."
        ),
        Hold::Lease => format!("A seat that is not given back is free again {lease} after last contact."),
        Hold::Grace => format!(
            "A seat that is not given back is free again when its holder’s grace ends, {} after last contact.",
            length(policy.grace_seconds.max(policy.lease_seconds).into())
        ),
        Hold::Indefinite => "A seat that is not given back stays taken until somebody releases it here.".to_owned(),
    }
}

/// What those are told who find no seat.
fn shown(holders: bool) -> &'static str {
    if holders {
        "Whoever finds no seat is told who holds them, and when the next is due back."
    } else {
        "Whoever finds no seat is told when the next is due back, and not who holds them."
    }
}

#[cfg(test)]
mod tests {
    use seatkeeper_domain::term::Term;

    use super::super::license::tests::license;
    use super::*;

    fn says(license: &License, about: &str) -> Option<String> {
        rules(license).into_iter().find(|rule| rule.about == about).map(|rule| rule.says)
    }

    #[test]
    fn a_policy_says_what_it_means_for_people() {
        let mut license = license(Term::Perpetual { maintenance_until: None });
        let forgotten = says(&license, "A forgotten seat").unwrap();
        assert!(
            forgotten.ends_with("free again when its holder’s grace ends, 2 days after last contact."),
            "{forgotten}"
        );
        assert_eq!(says(&license, "Overdraft"), None, "what is not so is not said");
        license.policy.hold = Hold::Lease;
        assert!(says(&license, "A forgotten seat").unwrap().contains("two people may use it"));
        license.policy.grace_seconds = 0;
        assert!(!says(&license, "A forgotten seat").unwrap().contains("two people"), "nobody goes on past the lease");
        license.policy.overdraft = 2;
        assert!(says(&license, "Overdraft").unwrap().starts_with("2 seats more"));
    }
}
