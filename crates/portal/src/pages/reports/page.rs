//! The report as a page.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Query;
use uuid::Uuid;

use super::asked::{Asked, Range};
use super::chart::Step;
use super::report::{One, Report};
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{Face, When, length, many};

#[derive(Template)]
#[template(path = "reports/page.html")]
struct Page {
    shell: Shell,
    face: Face,
    asked: Asked,
    report: Report,
    vendor: bool,
    tried: Option<u32>,
    /// What the chart comes to, in a sentence.
    summary: String,
    /// What is wrong with the number of seats that was typed.
    wrong: Option<&'static str>,
    /// From when the demand is, where it is not all that was asked for.
    sized_since: Option<When>,
}

/// The report.
pub(crate) async fn reports(State(portal): State<Portal>, mut visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let report = Report::read(&portal, &visitor, &asked).await?;
    let tried = asked.tried();
    let sized = report.one.as_ref().map(|one| one.sized.since).filter(|since| *since > report.since);
    shown(&Page {
        summary: report.one.as_ref().map(|one| summary(one, asked.range)).unwrap_or_default(),
        wrong: (tried.is_none() && !asked.seats.trim().is_empty()).then_some("Type a number of seats, such as 12."),
        sized_since: sized.map(|since| visitor.face.day(since)),
        face: visitor.face.clone(),
        tried,
        report,
        asked,
        vendor: visitor.vendor(),
        shell: Shell::of(&mut visitor, "/reports", "Reports"),
    })
}

fn summary(one: &One, range: Range) -> String {
    let full = match one.chart.full() {
        0 => "never at the limit".to_owned(),
        steps => format!("at the limit in {}", many(steps as u64, range.step())),
    };
    let mean = match one.chart.mean() {
        mean if mean > 0.0 && mean < 0.05 => "less than 0.1".to_owned(),
        mean => format!("{mean:.1}"),
    };
    format!("At most {} at once, {mean} on average, {full}.", many(one.chart.peak().into(), "seat"))
}

/// A row of the chart as a table.
struct Row<'a> {
    from: When,
    step: &'a Step,
}

impl Page {
    fn table<'a>(&'a self, one: &'a One) -> impl Iterator<Item = Row<'a>> {
        one.chart.steps.iter().map(|step| Row { from: self.face.at(step.from), step })
    }

    /// The number of seats that would have refused nobody.
    fn enough(&self, one: &One) -> String {
        match one.sized.enough {
            0 => "Nothing was wanted.".to_owned(),
            seats => format!("{} would have refused nobody.", many(seats.into(), "seat")),
        }
    }

    /// Seat-hours, to a tenth.
    fn hours(&self, seconds: &u64) -> String {
        format!("{:.1}", *seconds as f64 / 3_600.0)
    }

    /// A length of time in minutes, as people say it.
    fn minutes(&self, minutes: &u64) -> String {
        match i64::try_from(*minutes).unwrap_or(i64::MAX) {
            0 => "not at all".to_owned(),
            minutes => length(minutes.saturating_mul(60)),
        }
    }

    /// What a number of seats is.
    fn note(&self, seats: &u32, one: &One) -> &'static str {
        match *seats {
            seats if seats == one.sized.owned => "owned",
            seats if Some(seats) == self.tried => "tried",
            seats if seats == one.sized.enough => "enough for all",
            _ => "",
        }
    }

    fn marked(&self, seats: &u32, one: &One) -> bool {
        *seats == one.sized.owned || Some(*seats) == self.tried
    }

    fn here(&self, license: &Uuid) -> bool {
        self.report.one.as_ref().is_some_and(|one| one.label.license_id.0 == *license)
    }
}
