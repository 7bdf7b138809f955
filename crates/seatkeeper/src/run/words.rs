//! What `run` says on standard error, and when it says that the program is not started. Knows no signals and no processes.

use std::io::Write;

use jiff::Timestamp;
use seatkeeper_client::{Code, State};

use crate::failure::NoSeat;

/// Why the program is not started, if the first answer was no.
pub(super) fn refusal(state: &State) -> Option<anyhow::Error> {
    match state {
        State::Licensed | State::Offline { .. } | State::Grace { .. } => None,
        State::Refused { problem } if matches!(problem.code, Code::NoSeatAvailable | Code::HolderLimit) => {
            let holders = problem.holders();
            let holders = holders.iter().map(|holder| {
                let back = holder.back_by.map(|at| format!(", back by {}", minute(at))).unwrap_or_default();
                format!("\n  {} on {}, since {}{back}", holder.user, holder.device_name, minute(holder.started_at))
            });
            let request = match problem.request_id.as_str() {
                "" => String::new(),
                id => format!("\n  request {id}, if you ask for help"),
            };
            Some(NoSeat(format!("{}{}{request}", problem.detail, holders.collect::<String>())).into())
        }
        State::Refused { problem } => Some((**problem).clone().into()),
        State::GraceOver => Some(anyhow::anyhow!(
            "the time that this licence may be used with no contact is over: connect to the network and start again"
        )),
        State::Starting => Some(anyhow::anyhow!("the licence server did not answer in time")),
        State::Lost { reason } => Some(anyhow::anyhow!("the seat was lost at once: {reason}")),
        State::Closed => Some(anyhow::anyhow!("the licence was closed")),
    }
}

/// Says it. Whoever read it may have gone, which is no reason to leave a running program without its seat.
pub(super) fn say(words: &str) {
    let _ = writeln!(std::io::stderr(), "seatkeeper: {words}");
}

/// Tells a change of state, if a person should know it.
pub(super) fn tell(before: &State, now: &State, program: &str) {
    if let Some(words) = told(before, now, program) {
        say(&words);
    }
}

fn told(before: &State, now: &State, program: &str) -> Option<String> {
    match now {
        State::Licensed => match before {
            State::Starting | State::Licensed => None,
            _ => Some("in contact with the licence server again; a seat is held".to_owned()),
        },
        State::Offline { until } => {
            Some(format!("contact with the licence server is lost; {program} may go on until {}", minute(*until)))
        }
        State::Grace { until } => {
            Some(format!("no contact with the licence server; {program} may be used until {}", minute(*until)))
        }
        State::GraceOver => {
            Some(format!("the time with no contact is over. {program} stays open; connect to the network"))
        }
        State::Refused { problem } => Some(format!("{} {program} stays open", problem.detail)),
        State::Lost { reason } => Some(format!("the seat is gone ({reason}). {program} stays open; save your work")),
        State::Starting | State::Closed => None,
    }
}

fn minute(at: Timestamp) -> String {
    at.strftime("%H:%M UTC on %-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatkeeper_client::{EndReason, Problem};
    use serde_json::json;

    #[test]
    fn a_full_pool_says_who_holds_it_where_that_is_shown() {
        let holders = json!([{
            "user": "mara", "device_name": "WS-14", "started_at": "2026-11-21T08:00:00Z", "back_by": "2026-11-23T08:20:00Z"
        }]);
        let problem = Problem::new(Code::NoSeatAvailable, "The one seat is in use.").with("holders", holders);
        let error = refusal(&State::Refused { problem: Box::new(problem) }).unwrap();
        assert!(error.is::<NoSeat>());
        assert_eq!(
            error.to_string(),
            "The one seat is in use.\n  mara on WS-14, since 08:00 UTC on 21 November 2026, back by 08:20 UTC on 23 November 2026"
        );
    }

    #[test]
    fn other_refusals_are_told_as_they_came() {
        let problem = Problem::new(Code::LicenseRevoked, "This licence has been revoked.");
        let error = refusal(&State::Refused { problem: Box::new(problem) }).unwrap();
        assert!(error.is::<Problem>() && !error.is::<NoSeat>());
    }

    #[test]
    fn a_lost_seat_closes_nothing() {
        let lost = told(&State::Licensed, &State::Lost { reason: EndReason::Released }, "editor").unwrap();
        assert_eq!(lost, "the seat is gone (released). editor stays open; save your work");
        assert_eq!(told(&State::Starting, &State::Licensed, "editor"), None);
        assert!(told(&State::Lost { reason: EndReason::Released }, &State::Licensed, "editor").is_some());
    }
}
