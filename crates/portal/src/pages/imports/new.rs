//! The file is chosen, checked and looked over; what is wrong is told by line and column, and nothing is applied before somebody
//! saw what it would be.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use jiff::tz::TimeZone;
use seatkeeper_domain::license::Model;
use seatkeeper_domain::term::Term;
use seatkeeper_service::{COLUMNS, Column, IMPORTED_MOST, Mistake, Plan, Row, read_import};
use uuid::Uuid;

use super::allowed;
use super::one::{Last, last};
use super::sent::Sent;
use crate::form::Wrong;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, again, shown};
use crate::visitor::Visitor;
use crate::words::many;

/// Mistakes that are told at once.
const TOLD: usize = 200;
/// Lines shown of what would be made.
const FIRST: usize = 10;
/// Customers named of those that would be entered.
const NAMED: usize = 10;
/// A text up to which it is shown again to be mended here, in bytes.
const MENDED: usize = 64 * 1024;
/// For so long the end of a short import is waited for.
const BRIEF: Duration = Duration::from_millis(1_500);

#[derive(Template)]
#[template(path = "imports/new.html")]
struct New {
    shell: Shell,
    last: Vec<Last>,
    columns: &'static [Column],
    wrong: Wrong,
    mistakes: Vec<Mistake>,
    /// Mistakes that are not told.
    more: usize,
    text: String,
}

#[derive(Template)]
#[template(path = "imports/check.html")]
struct Check {
    shell: Shell,
    id: Uuid,
    text: String,
    customers: Vec<(String, String)>,
    more_customers: usize,
    facts: Vec<String>,
    sold: Vec<(String, String, String)>,
    rows: Vec<Line>,
    verb: Option<String>,
}

struct Line {
    line: u64,
    customer: String,
    product: String,
    serial: String,
    model: String,
    term: String,
}

/// Where it begins, and how the last ones went.
pub(crate) async fn form(State(portal): State<Portal>, mut visitor: Visitor) -> Answer {
    allowed(&visitor)?;
    let last = last(&portal, &visitor).await?;
    shown(&New::of(&mut visitor, last, Wrong::default(), Vec::new(), String::new()))
}

/// Checks a file or, once it was looked over, begins to apply it.
pub(crate) async fn send(State(portal): State<Portal>, mut visitor: Visitor, sent: Sent) -> Answer {
    allowed(&visitor)?;
    let mut wrong = Wrong::default();
    if sent.bytes.iter().all(u8::is_ascii_whitespace) {
        wrong.note("file", "choose a file, or paste its lines");
        let last = last(&portal, &visitor).await?;
        return again(&New::of(&mut visitor, last, wrong, Vec::new(), String::new()));
    }
    let checked = match read_import(&sent.bytes).and_then(few) {
        Ok(rows) if sent.sure => {
            let id = sent.id.unwrap_or_else(|| portal.service.draw());
            let ending = portal.service.start_import(&visitor.admin, id.into(), rows)?;
            // A short one is done before its page is shown.
            let _ = tokio::time::timeout(BRIEF, ending.come()).await;
            return Ok(Redirect::to(&format!("/imports/{id}")).into_response());
        }
        Ok(rows) => portal.service.check_import(&visitor.admin, rows).await?,
        Err(mistakes) => Err(mistakes),
    };
    let text = String::from_utf8_lossy(&sent.bytes).into_owned();
    match checked {
        Ok(plan) => shown(&Check::of(&mut visitor, portal.service.draw(), plan, text)),
        Err(mistakes) => {
            let last = last(&portal, &visitor).await?;
            let text = if text.len() > MENDED || text.contains('\u{fffd}') { String::new() } else { text };
            again(&New::of(&mut visitor, last, wrong, mistakes, text))
        }
    }
}

/// Refuses more lines than are taken at once.
fn few(rows: Vec<Row>) -> Result<Vec<Row>, Vec<Mistake>> {
    let Some(first) = rows.get(IMPORTED_MOST) else { return Ok(rows) };
    let why = format!(
        "the file has {}, and an import takes {IMPORTED_MOST}: make it two files, with the head in each",
        many(rows.len() as u64, "licence")
    );
    Err(vec![Mistake { line: first.line, column: String::new(), why }])
}

impl New {
    fn of(visitor: &mut Visitor, last: Vec<Last>, wrong: Wrong, mut mistakes: Vec<Mistake>, text: String) -> Self {
        let more = mistakes.len().saturating_sub(TOLD);
        mistakes.truncate(TOLD);
        let shell = Shell::of(visitor, "/licenses", "Import");
        Self { shell, last, columns: &COLUMNS, wrong, mistakes, more, text }
    }

    /// How many mistakes there are.
    fn found(&self) -> String {
        many((self.mistakes.len() + self.more) as u64, "mistake")
    }
}

impl Check {
    fn of(visitor: &mut Visitor, id: Uuid, plan: Plan, text: String) -> Self {
        let (customers, licenses) = (plan.customers.len() as u64, plan.rows.len() as u64);
        let mut facts = Vec::new();
        if customers > 0 {
            facts.push(format!("{} to be entered", many(customers, "customer")));
        }
        if plan.there > 0 {
            let stay = if plan.there == 1 {
                "is there already, and stays as it is"
            } else {
                "are there already, and stay as they are"
            };
            facts.push(format!("{} {stay}", many(plan.there as u64, "licence")));
        }
        let sold = plan
            .sold
            .into_iter()
            .map(|(product, sold)| (product, many(sold.licenses as u64, "licence"), many(sold.seats, "seat")));
        Self {
            shell: Shell::of(visitor, "/licenses", "Import"),
            id,
            text,
            more_customers: plan.customers.len().saturating_sub(NAMED),
            customers: plan.customers.into_iter().take(NAMED).collect(),
            facts,
            sold: sold.collect(),
            rows: plan.rows.into_iter().take(FIRST).map(Line::of).collect(),
            verb: (licenses > 0).then(|| format!("Import {}", many(licenses, "licence"))),
        }
    }
}

impl Line {
    fn of(row: Row) -> Self {
        Self {
            line: row.line,
            customer: row.customer_name.unwrap_or(row.customer),
            product: row.product,
            serial: row.serial_number,
            model: match row.model {
                Model::Concurrent => many(row.seats.into(), "seat"),
                Model::SingleUser => "single user".to_owned(),
            },
            term: term(row.term),
        }
    }
}

/// A term as the file has it, whose days are UTC whoever reads.
fn term(term: Term) -> String {
    let day = |at: jiff::Timestamp| at.to_zoned(TimeZone::UTC).strftime("%-d %b %Y").to_string();
    match term {
        Term::Perpetual { maintenance_until: None } => "perpetual".to_owned(),
        Term::Perpetual { maintenance_until: Some(until) } => format!("perpetual, maintenance to {}", day(until)),
        Term::Subscription { expires_at } => format!("to {}", day(expires_at)),
        Term::Education { expires_at } => format!("education, to {}", day(expires_at)),
        Term::Trial { days, .. } => format!("trial, {}", many(days.into(), "day")),
    }
}
