//! How a moment is told: one row of a timeline. Knows no page.

use std::collections::HashMap;

use seatkeeper_domain::denial::Denial;
use seatkeeper_domain::event::{Event, Stream};
use seatkeeper_domain::id::LicenseId;
use seatkeeper_service::Told;
use seatkeeper_service::read::refusals::Label;
use seatkeeper_service::read::timeline::Moment;
use seatkeeper_service::read::{EventRow, SessionRow};
use serde_json::Value;
use uuid::Uuid;

use super::super::activity::said;
use super::super::denials::said::{Ended, reason};
use crate::parts::{Who, ended_by};
use crate::visitor::Visitor;
use crate::words::{Face, Standing, When, length, many};

/// One moment.
pub(super) struct Row {
    pub(super) when: When,
    /// How it stands or ended, where that is a matter of colour.
    pub(super) mark: Option<(&'static str, String)>,
    pub(super) what: String,
    pub(super) more: String,
    /// Who and where, of what a program did.
    pub(super) with: Option<Who>,
    /// Who decided.
    pub(super) by: String,
    pub(super) label: Option<Label>,
    /// Where it is explained.
    pub(super) href: Option<String>,
}

/// What rows are told with.
pub(super) struct Teller<'a> {
    visitor: &'a Visitor,
    /// What product keys are called, by their ids.
    keys: HashMap<Uuid, String>,
}

impl<'a> Teller<'a> {
    pub(super) fn new(visitor: &'a Visitor, keys: HashMap<Uuid, String>) -> Self {
        Self { visitor, keys }
    }

    /// The rows of a page.
    pub(super) fn rows(&self, told: &Told) -> Vec<Row> {
        let label = |id: LicenseId| told.labels.iter().find(|label| label.license_id == id).cloned();
        let row = |moment: &Moment| match moment {
            Moment::Session(row) => self.session(row, told, label(row.session.license_id)),
            Moment::Refusal(denial) => self.refusal(denial, label(denial.license_id)),
            Moment::Change(row) => {
                let of = match row.event.stream {
                    Stream::License(id) => label(id),
                    _ => None,
                };
                self.change(row, told, of)
            }
        };
        told.items.iter().map(row).collect()
    }

    fn face(&self) -> &Face {
        &self.visitor.face
    }

    fn by(&self, event: &Event, told: &Told) -> String {
        said::who(event, &told.mentioned, self.visitor.vendor())
    }

    fn session(&self, row: &SessionRow, told: &Told, label: Option<Label>) -> Row {
        let (session, face) = (&row.session, self.face());
        let lasted = |until: jiff::Timestamp| match until.as_second() - session.started_at.as_second() {
            ..60 => "less than a minute".to_owned(),
            seconds => length(seconds / 60 * 60),
        };
        let version = format!("version {}", session.version);
        let release = told.released.get(&session.id);
        let (what, mark, more) = match session.ended {
            None => {
                let standing = Standing::of(row, face);
                let since = standing.when.map(|when| format!(" {}", when.said())).unwrap_or_default();
                let word = format!("{}{since}", standing.word);
                ("Holds a seat".to_owned(), Some((standing.class, word)), vec![lasted(face.now), version])
            }
            Some((at, why)) => {
                let why = match release.and_then(|event| text(event, "reason")) {
                    Some(reason) => format!("released: {reason}"),
                    None => ended_by(why).to_owned(),
                };
                (format!("Held a seat until {}", face.at(at).said()), None, vec![lasted(at), why, version])
            }
        };
        let customer = label.as_ref().map(|label| label.customer_id);
        Row {
            when: face.at(session.started_at),
            mark,
            what,
            more: more.join(" · "),
            with: customer.map(|customer| Who::of(&session.names, customer, Some(session.activation_id))),
            by: release.map(|event| self.by(event, told)).unwrap_or_default(),
            label,
            href: None,
        }
    }

    fn refusal(&self, denial: &Denial, label: Option<Label>) -> Row {
        let ended = Ended::of(denial, self.face().now);
        let customer = label.as_ref().map(|label| label.customer_id);
        Row {
            when: self.face().at(denial.first_at),
            mark: Some((ended.class, ended.words)),
            what: format!("Refused: {}", lower(reason(&denial.code))),
            more: format!(
                "{} · version {}",
                if denial.tries == 1 { "1 try".to_owned() } else { format!("{} tries", denial.tries) },
                denial.version
            ),
            with: customer.map(|customer| Who::of(&denial.names, customer, denial.activation_id)),
            by: String::new(),
            label,
            href: Some(format!("/denials/{}", denial.id)),
        }
    }

    fn change(&self, row: &EventRow, told: &Told, label: Option<Label>) -> Row {
        let event = &row.event;
        let because = text(event, "reason").filter(|reason| !reason.is_empty()).unwrap_or_default();
        let key = text(event, "key").and_then(|id| self.keys.get(&id.parse().ok()?).cloned());
        let with = key.map(|key| format!("with the product key {key}")).unwrap_or_default();
        let (what, more) = match event.kind.as_str() {
            "activation.admitted" => ("Activated".to_owned(), with),
            "activation.renewed" => ("Activated again".to_owned(), with),
            "activation.ended" => match text(event, "how").as_deref() {
                Some("moved") => ("Gave the licence up, to be moved".to_owned(), because),
                Some("blocked") => ("No longer activated, since it was blocked".to_owned(), because),
                _ => ("Ended by an administrator".to_owned(), because),
            },
            "activation.moved_often" => (said::what(event, &told.mentioned), moves(event)),
            "block.put" => ("Blocked".to_owned(), because),
            "block.lifted" => ("Let in again: the block was lifted".to_owned(), because),
            _ => (said::what(event, &told.mentioned), String::new()),
        };
        let mark = (event.kind == "block.put").then(|| ("limit", "Blocked".to_owned()));
        let by = self.by(event, told);
        Row { when: self.face().at(event.at), mark, what, more, with: None, by, label, href: None }
    }
}

fn moves(event: &Event) -> String {
    let body: Value = serde_json::from_str(&event.body).unwrap_or_default();
    body.get("moves")
        .and_then(Value::as_u64)
        .map(|moves| format!("{} in a year", many(moves, "move")))
        .unwrap_or_default()
}

/// A text that an event says.
fn text(event: &Event, member: &str) -> Option<String> {
    let body: Value = serde_json::from_str(&event.body).ok()?;
    Some(body.get(member)?.as_str()?.to_owned())
}

/// Words that go on in a sentence.
fn lower(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
