//! A refusal of the domain as it travels: its code, its sentence and the facts that the sentence is made of.

use seatkeeper_domain::refusal::Refusal;
use seatkeeper_protocol::{Code, FieldError, HolderShown, Problem};
use seatkeeper_service::read::SessionRow;
use serde_json::json;

/// `holders` are those that the licence's policy shows.
pub(super) fn problem(refusal: &Refusal, holders: &[SessionRow]) -> Problem {
    let problem = Problem::new(Code::from(refusal.code()), refusal.to_string());
    match refusal {
        Refusal::UnknownKey
        | Refusal::KeyRevoked
        | Refusal::LicenseRevoked
        | Refusal::LicenseSuspended
        | Refusal::CheckoutForked
        | Refusal::PreconditionFailed
        | Refusal::Conflict(_)
        | Refusal::IdempotencyConflict
        | Refusal::SignInRefused
        | Refusal::CodeRefused
        | Refusal::SignInOver
        | Refusal::LinkOver
        | Refusal::LastOwner { .. }
        | Refusal::TrialUsed
        | Refusal::NotFound { .. } => problem,
        Refusal::LicenseExpired { ended_at } => problem.with_time("ended_at", Some(*ended_at)),
        Refusal::VersionNotSupported { version, minimum_version } => {
            problem.with("version", version.as_str()).with("minimum_version", minimum_version.as_str())
        }
        Refusal::MaintenanceLapsed { released_at, maintenance_until } => problem
            .with_time("released_at", Some(*released_at))
            .with_time("maintenance_until", Some(*maintenance_until)),
        Refusal::Blocked { device } => problem.with("blocked", if *device { "device" } else { "user" }),
        Refusal::DeviceLimit { limit, held_by, since } => {
            problem.with("limit", *limit).with("device_name", held_by.clone()).with_time("since", *since)
        }
        Refusal::ActivationEnded { reason } => problem.with("end_reason", json!(reason)),
        Refusal::NoSeatAvailable { seats, in_use, next_back_by } => {
            let problem =
                problem.with("seats", *seats).with("in_use", *in_use).with_time("next_back_by", *next_back_by);
            if holders.is_empty() { problem } else { problem.with("holders", json!(shown(holders))) }
        }
        Refusal::HolderLimit { limit } | Refusal::CopyLimit { limit } => problem.with("limit", *limit),
        Refusal::CheckoutEnded { reason } => problem.with("end_reason", json!(reason)),
        Refusal::Invalid(wrong) => {
            let error =
                |(field, message): &(String, String)| FieldError { field: field.clone(), message: message.clone() };
            super::invalid(&wrong.iter().map(error).collect::<Vec<_>>())
        }
        Refusal::AlreadyExists { field, .. } => problem.with("field", *field),
        Refusal::CountByInUse { in_use } => problem.with("in_use", *in_use),
    }
}

fn shown(holders: &[SessionRow]) -> Vec<HolderShown> {
    holders
        .iter()
        .map(|row| HolderShown {
            user: row.session.names.user.clone().unwrap_or_default(),
            device_name: row.session.names.device_name.clone().unwrap_or_default(),
            started_at: row.session.started_at,
            back_by: row.back_by,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use seatkeeper_domain::activation::ActivationEnd;
    use seatkeeper_domain::session::EndReason;

    #[test]
    fn facts_travel_with_the_sentence() {
        let at = Timestamp::from_second(1_800_000_000).unwrap();
        let full = Refusal::NoSeatAvailable { seats: 10, in_use: 10, next_back_by: Some(at) };
        let problem = problem(&full, &[]);
        assert_eq!((problem.status, problem.code.as_str()), (409, "no_seat_available"));
        assert_eq!((problem.number("seats"), problem.next_back_by()), (Some(10), Some(at)));
        assert!(!problem.facts.contains_key("holders"), "policy shows nobody");
    }

    #[test]
    fn reasons_are_spelled_as_the_protocol_does() {
        for reason in [EndReason::Returned, EndReason::LicenseRevoked, EndReason::ActivationEnded] {
            let problem = problem(&Refusal::CheckoutEnded { reason: Some(reason) }, &[]);
            let word = problem.text("end_reason").unwrap();
            assert!(!matches!(word.into(), seatkeeper_protocol::EndReason::Other(_)), "{word}");
        }
        let ended = problem(&Refusal::ActivationEnded { reason: Some(ActivationEnd::Moved) }, &[]);
        assert_eq!((ended.status, ended.text("end_reason")), (401, Some("moved")));
    }

    #[test]
    fn every_code_of_the_domain_is_known_to_the_protocol() {
        let at = Timestamp::from_second(1_800_000_000).unwrap();
        let refusals = [
            Refusal::UnknownKey,
            Refusal::KeyRevoked,
            Refusal::LicenseRevoked,
            Refusal::LicenseSuspended,
            Refusal::LicenseExpired { ended_at: at },
            Refusal::VersionNotSupported { version: "15".to_owned(), minimum_version: "16".to_owned() },
            Refusal::MaintenanceLapsed { released_at: at, maintenance_until: at },
            Refusal::Blocked { device: true },
            Refusal::DeviceLimit { limit: 1, held_by: None, since: None },
            Refusal::TrialUsed,
            Refusal::ActivationEnded { reason: None },
            Refusal::NoSeatAvailable { seats: 1, in_use: 1, next_back_by: None },
            Refusal::HolderLimit { limit: 1 },
            Refusal::CopyLimit { limit: 1 },
            Refusal::CheckoutEnded { reason: None },
            Refusal::CheckoutForked,
            Refusal::NotFound { what: "product" },
            Refusal::field("seats", "is missing"),
            Refusal::AlreadyExists { what: "product", field: "code" },
            Refusal::PreconditionFailed,
            Refusal::Conflict(""),
            Refusal::CountByInUse { in_use: 1 },
            Refusal::IdempotencyConflict,
            Refusal::SignInRefused,
            Refusal::CodeRefused,
            Refusal::SignInOver,
            Refusal::LinkOver,
            Refusal::LastOwner { customer: true },
        ];
        for refusal in refusals {
            let problem = problem(&refusal, &[]);
            assert!(!matches!(problem.code, Code::Other(_)), "{refusal:?}");
        }
    }
}
