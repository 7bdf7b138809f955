//! One refusal, explained: why, by which rule, how often it was tried, how it ended, and who held the seats then.

use askama::Template;
use axum::extract::State;
use jiff::Timestamp;
use seatkeeper_domain::id::DenialId;
use seatkeeper_domain::session::EndReason;
use seatkeeper_service::Explained;
use seatkeeper_service::read::SessionRow;

use super::said::{Ended, reason};
use crate::named::Named;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{Face, When, counted, held, length, many};

#[derive(Template)]
#[template(path = "denials/one.html")]
struct Page {
    shell: Shell,
    explained: Explained,
    vendor: bool,
    user: String,
    device: String,
    first: When,
    last: When,
    ended: Ended,
    reason: String,
    /// What the rule says that refused, where there is one to tell.
    rule: Option<String>,
    seated: Vec<Seated>,
}

struct Seated {
    user: String,
    device: String,
    since: When,
    back: Option<When>,
    /// How long after the refusal, and how it came back.
    how: String,
}

/// One refusal.
pub(crate) async fn one(State(portal): State<Portal>, mut visitor: Visitor, Named(id): Named<DenialId>) -> Answer {
    let explained = portal.service.explain(&visitor.admin, id).await?;
    let (face, denial) = (&visitor.face, &explained.denial);
    // Without a capacity that was full, who held seats has nothing to do with it.
    let full = denial.code == "no_seat_available";
    let seated = explained.seated.iter().filter(|_| full).map(|row| Seated::of(row, denial.first_at, face)).collect();
    let user = denial.names.user.clone();
    shown(&Page {
        device: denial.names.device_name.clone().unwrap_or_default(),
        first: face.at(denial.first_at),
        last: face.at(denial.last_at),
        ended: Ended::of(denial, face.now),
        reason: reason(&denial.code).to_owned(),
        rule: rule(&explained),
        seated,
        user: user.unwrap_or_else(|| "Somebody".to_owned()),
        explained,
        vendor: visitor.vendor(),
        shell: Shell::of(&mut visitor, "/denials", "A refusal"),
    })
}

impl Seated {
    fn of(row: &SessionRow, refused_at: Timestamp, face: &Face) -> Self {
        let names = &row.session.names;
        let how = match row.session.ended {
            None => "still holds it".to_owned(),
            Some((at, why)) => {
                let later = (at.as_second() - refused_at.as_second()).max(0);
                let later = if later < 60 { "within a minute".to_owned() } else { length(later / 60 * 60) + " later" };
                format!("{later}, {}", ended_by(why))
            }
        };
        Self {
            user: names.user.clone().unwrap_or_else(|| "name erased".to_owned()),
            device: names.device_name.clone().unwrap_or_default(),
            since: face.at(row.session.started_at),
            back: row.session.ended.map(|(at, _)| face.at(at)),
            how,
        }
    }
}

/// How a seat came back.
fn ended_by(why: EndReason) -> &'static str {
    match why {
        EndReason::Returned => "given back",
        EndReason::Died => "its program had died",
        EndReason::Released => "released by an administrator",
        EndReason::Reclaimed => "taken back when it was due",
        EndReason::ActivationEnded => "its device was given up",
        EndReason::Blocked => "blocked",
        EndReason::LicenseRevoked => "the licence was revoked",
    }
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
