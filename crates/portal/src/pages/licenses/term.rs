//! For how long a licence may be used: renewing it, and making a sale of a trial.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use jiff::Timestamp;
use seatkeeper_domain::decide::LicensePatch;
use seatkeeper_domain::id::LicenseId;
use seatkeeper_domain::license::License;
use seatkeeper_domain::term::Term;
use serde::Deserialize;

use super::change::change;
use super::frame::Frame;
use crate::form::Wrong;
use crate::named::Named;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, again, done, shown};
use crate::visitor::Visitor;
use crate::words::{Face, TermSaid};

/// What the form shows mistakes beside.
const FIELDS: &[&str] = &["term.expires_at", "term.days", "term.maintenance_until"];

#[derive(Template)]
#[template(path = "licenses/term.html")]
struct Page {
    shell: Shell,
    frame: Frame,
    now: TermSaid,
    /// Whether it is one, which a sale can be made of.
    trial: bool,
    form: Filled,
    wrong: Wrong,
}

/// The form as it was filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    kind: String,
    maintenance_until: String,
    expires_at: String,
    days: String,
    revision: u64,
}

/// The two dates that a term may have.
fn dates(term: Term) -> (Option<Timestamp>, Option<Timestamp>) {
    match term {
        Term::Perpetual { maintenance_until } => (maintenance_until, None),
        Term::Subscription { expires_at } | Term::Education { expires_at } => (None, Some(expires_at)),
        Term::Trial { .. } => (None, None),
    }
}

impl Filled {
    fn of(license: &License, face: &Face) -> Self {
        let (maintenance, expires) = dates(license.term);
        let (kind, days) = match license.term {
            Term::Perpetual { .. } => ("perpetual", String::new()),
            Term::Subscription { .. } => ("subscription", String::new()),
            Term::Education { .. } => ("education", String::new()),
            Term::Trial { days, .. } => ("trial", days.to_string()),
        };
        Self {
            kind: kind.to_owned(),
            maintenance_until: face.field(maintenance),
            expires_at: face.field(expires),
            days,
            revision: license.revision,
        }
    }

    /// What is asked for. `before` is the term that the form was filled with.
    fn term(&self, before: Term, face: &Face, wrong: &mut Wrong) -> Option<Term> {
        let (maintenance, expires) = dates(before);
        let mut day = |field: &str, typed: &str, before| {
            face.last_of(typed, before).unwrap_or_else(|why| {
                wrong.note(field, why);
                None
            })
        };
        match self.kind.as_str() {
            "perpetual" => {
                let maintenance_until = day("term.maintenance_until", &self.maintenance_until, maintenance);
                Some(Term::Perpetual { maintenance_until })
            }
            kind @ ("subscription" | "education") => {
                let expires_at = day("term.expires_at", &self.expires_at, expires);
                if expires_at.is_none() && wrong.is_empty() {
                    wrong.note("term.expires_at", "say on which day it ends");
                }
                let of = |expires_at| match kind {
                    "education" => Term::Education { expires_at },
                    _ => Term::Subscription { expires_at },
                };
                expires_at.map(of)
            }
            "trial" => {
                let started_at = if let Term::Trial { started_at, .. } = before { started_at } else { None };
                let days = self.days.trim().parse().ok();
                if days.is_none() {
                    wrong.note("term.days", "say for how many days");
                }
                days.map(|days| Term::Trial { days, started_at })
            }
            _ => {
                wrong.note("", "choose one of the terms");
                None
            }
        }
    }
}

/// The form.
pub(crate) async fn edit(State(portal): State<Portal>, mut visitor: Visitor, Named(id): Named<LicenseId>) -> Answer {
    let (frame, row) = Frame::to_sell(&portal, &visitor, id).await?;
    let form = Filled::of(&row.license, &visitor.face);
    shown(&page(&mut visitor, frame, &row.license, form, Wrong::default()))
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
    let term = form.term(row.license.term, &visitor.face, &mut wrong);
    if wrong.is_empty() {
        // One that is left as it is may have ended.
        let patch = LicensePatch { term: term.filter(|term| *term != row.license.term), ..Default::default() };
        wrong = change(&portal, &visitor, id, form.revision, patch, FIELDS).await?;
    }
    if !wrong.is_empty() {
        return again(&page(&mut visitor, frame, &row.license, form, wrong));
    }
    let after = portal.service.license(&visitor.admin, id).await?;
    done(&frame.home(), format!("The term is: {}.", TermSaid::of(&after.license, &visitor.face).text()))
}

fn page(visitor: &mut Visitor, frame: Frame, license: &License, form: Filled, wrong: Wrong) -> Page {
    let now = TermSaid::of(license, &visitor.face);
    let shell = Shell::of(visitor, "/licenses", frame.title("Term"));
    Page { shell, frame, now, trial: matches!(license.term, Term::Trial { .. }), form, wrong }
}
