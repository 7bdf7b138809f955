//! How a licence's seats are lent: the rules that its page says in sentences, to be changed.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use seatkeeper_domain::decide::{LicensePatch, PolicyPatch};
use seatkeeper_domain::id::LicenseId;
use seatkeeper_domain::license::Model;
use seatkeeper_domain::policy::{CountBy, Hold, Policy};
use seatkeeper_service::read::LicenseRow;
use serde::Deserialize;

use super::change::change;
use super::frame::Frame;
use super::span::Span;
use crate::form::{Wrong, filled};
use crate::named::Named;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, again, done, shown};
use crate::visitor::Visitor;
use crate::words;

/// What the form shows mistakes beside.
const FIELDS: &[&str] = &[
    "policy.lease_seconds",
    "policy.refresh_seconds",
    "policy.grace_seconds",
    "policy.overdraft",
    "policy.devices",
    "policy.holders_per_device",
    "policy.renewal_grace_seconds",
    "policy.moves_per_year",
];

const COUNTED: [(&str, CountBy); 3] =
    [("holder", CountBy::Holder), ("user", CountBy::User), ("device", CountBy::Device)];
const HELD: [(&str, Hold); 3] = [("grace", Hold::Grace), ("lease", Hold::Lease), ("indefinite", Hold::Indefinite)];

#[derive(Template)]
#[template(path = "licenses/policy.html")]
struct Page {
    shell: Shell,
    frame: Frame,
    pool: bool,
    counted: Vec<(&'static str, String)>,
    held: Vec<(&'static str, String)>,
    in_use: u32,
    form: Filled,
    wrong: Wrong,
}

/// The form as it was filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    count_by: String,
    hold: String,
    lease: String,
    lease_unit: String,
    refresh: String,
    refresh_unit: String,
    grace: String,
    grace_unit: String,
    renewal: String,
    renewal_unit: String,
    overdraft: String,
    devices: String,
    holders_per_device: String,
    moves_per_year: String,
    show_holders: bool,
    revision: u64,
}

impl Filled {
    fn of(policy: &Policy, revision: u64) -> Self {
        let (lease, refresh) = (Span::of(policy.lease_seconds), Span::of(policy.refresh_seconds));
        let (grace, renewal) = (Span::of(policy.grace_seconds), Span::of(policy.renewal_grace_seconds));
        let code = |text: Option<&(&str, _)>| text.map_or("", |(code, _)| *code).to_owned();
        let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        Self {
            count_by: COUNTED.iter().find(|(_, by)| *by == policy.count_by).map_or("", |(code, _)| code).to_owned(),
            hold: code(HELD.iter().find(|(_, hold)| *hold == policy.hold)),
            lease: lease.count,
            lease_unit: lease.unit,
            refresh: refresh.count,
            refresh_unit: refresh.unit,
            grace: grace.count,
            grace_unit: grace.unit,
            renewal: renewal.count,
            renewal_unit: renewal.unit,
            overdraft: policy.overdraft.to_string(),
            devices: number(policy.devices),
            holders_per_device: number(policy.holders_per_device),
            moves_per_year: number(policy.moves_per_year),
            show_holders: policy.show_holders,
            revision,
        }
    }

    /// What is asked for, and what cannot be read of it.
    fn patch(&self, model: Model, wrong: &mut Wrong) -> PolicyPatch {
        let pool = model == Model::Concurrent;
        let mut span = |field: &str, count: &str, unit: &str| {
            Span::new(count, unit).seconds().inspect_err(|why| wrong.note(field, *why)).ok()
        };
        let (lease_seconds, refresh_seconds, grace_seconds, renewal_grace_seconds) = (
            span("policy.lease_seconds", &self.lease, &self.lease_unit),
            span("policy.refresh_seconds", &self.refresh, &self.refresh_unit),
            span("policy.grace_seconds", &self.grace, &self.grace_unit),
            span("policy.renewal_grace_seconds", &self.renewal, &self.renewal_unit),
        );
        let mut number = |field: &str, text: &str| {
            let number = filled(text).map(|text| text.parse::<u32>()).transpose();
            number.unwrap_or_else(|_| {
                wrong.note(field, "must be a whole number, or empty");
                None
            })
        };
        PolicyPatch {
            lease_seconds,
            refresh_seconds,
            grace_seconds,
            renewal_grace_seconds,
            hold: HELD.iter().find(|(code, _)| *code == self.hold).map(|(_, hold)| *hold),
            count_by: COUNTED.iter().find(|(code, _)| *code == self.count_by).map(|(_, by)| *by),
            // What the form of a single-user licence does not show stays as it is.
            overdraft: pool.then(|| number("policy.overdraft", &self.overdraft).unwrap_or(0)),
            show_holders: pool.then_some(self.show_holders),
            devices: pool.then(|| number("policy.devices", &self.devices)),
            holders_per_device: Some(number("policy.holders_per_device", &self.holders_per_device)),
            moves_per_year: (!pool).then(|| number("policy.moves_per_year", &self.moves_per_year)),
        }
    }
}

/// The form.
pub(crate) async fn edit(State(portal): State<Portal>, mut visitor: Visitor, Named(id): Named<LicenseId>) -> Answer {
    let (frame, row) = Frame::to_sell(&portal, &visitor, id).await?;
    let form = Filled::of(&row.license.policy, row.license.revision);
    shown(&page(&mut visitor, frame, &row, form, Wrong::default()))
}

/// Changes it.
pub(crate) async fn save(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Named(id): Named<LicenseId>,
    Form(form): Form<Filled>,
) -> Answer {
    let (frame, row) = Frame::to_sell(&portal, &visitor, id).await?;
    let mut wrong = Wrong::default();
    let policy = form.patch(row.license.model, &mut wrong);
    if wrong.is_empty() {
        let patch = LicensePatch { policy, ..Default::default() };
        wrong = change(&portal, &visitor, id, form.revision, patch, FIELDS).await?;
    }
    if !wrong.is_empty() {
        return again(&page(&mut visitor, frame, &row, form, wrong));
    }
    done(&frame.home(), "The policy is changed. Open programs follow it from their next refresh.")
}

fn page(visitor: &mut Visitor, frame: Frame, row: &LicenseRow, form: Filled, wrong: Wrong) -> Page {
    let policy = &row.license.policy;
    Page {
        shell: Shell::of(visitor, "/licenses", frame.title("Policy")),
        frame,
        pool: row.license.model == Model::Concurrent,
        counted: COUNTED.iter().map(|(code, by)| (*code, words::counted(*by).to_owned())).collect(),
        held: HELD.iter().map(|(code, hold)| (*code, words::held(*hold, policy))).collect(),
        in_use: row.counters.in_use,
        form,
        wrong,
    }
}
