//! The audit trail, newest first, and the same as a file.

use askama::Template;
use axum::extract::{Path, State};
use axum_extra::extract::Query;
use seatkeeper_domain::event::Stream;
use seatkeeper_service::read::{EventRow, LanePosition};
use seatkeeper_service::{Failure, History, HistoryFilter};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::said::{ACTS, GROUPS, what, who};
use crate::export::{self, Cell, Kind, Sheet};
use crate::labels::Labels;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{Face, When};

/// Rows on a page.
const ROWS: usize = 50;

/// What is asked of the trail; what is left out is not.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// A group's name, or `all`; what was decided where it is left out.
    #[serde(skip_serializing_if = "String::is_empty")]
    about: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    by: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    since: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    until: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<Uuid>,
    /// A place on each lane, as [`places`] reads them: the page follows them.
    #[serde(skip_serializing_if = "String::is_empty")]
    before: String,
}

/// Who did it, by how actors begin.
const ACTORS: [(&str, &str); 5] = [
    ("account:", "People"),
    ("visitor:", "Visitors"),
    ("token:", "API tokens"),
    ("device:", "Programs"),
    ("job", "Seatkeeper"),
];

#[derive(Template)]
#[template(path = "activity/list.html")]
struct Page {
    shell: Shell,
    asked: Asked,
    rows: Vec<Row>,
    next: Option<String>,
    first: Option<String>,
}

struct Row {
    when: When,
    what: String,
    who: String,
    /// What it is about, and where that is.
    about: String,
    href: Option<String>,
    number: u64,
}

/// The trail.
pub(crate) async fn list(State(portal): State<Portal>, mut visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let found = asked.read(&portal, &visitor, places(&asked.before), ROWS).await?;
    let mentioned = portal.service.mentioned(&visitor.admin, &found.items).await?;
    let labels = labels(&portal, &visitor, &found.items).await?;
    let row = |row: EventRow| {
        let (about, href) = about(row.event.stream, &labels, visitor.vendor());
        Row {
            when: visitor.face.at(row.event.at),
            what: what(&row.event, &mentioned),
            who: who(&row.event, &mentioned, visitor.vendor()),
            about,
            href,
            number: row.event.number,
        }
    };
    let first = (!asked.before.is_empty()).then(|| asked.address("/activity", String::new()));
    shown(&Page {
        next: found.next.map(|places| asked.address("/activity", written(&places))),
        rows: found.items.into_iter().map(row).collect(),
        first,
        asked,
        shell: Shell::of(&mut visitor, "/activity", "Activity"),
    })
}

/// The same as a file: the newest, as many as it takes, with what their chains are made of.
pub(crate) async fn export(
    State(portal): State<Portal>,
    visitor: Visitor,
    Path(kind): Path<Kind>,
    Query(asked): Query<Asked>,
) -> Answer {
    let page = async |before: Option<Vec<LanePosition>>| {
        let found = asked.read(&portal, &visitor, before.unwrap_or_default(), 500).await?;
        Ok((found.items, found.next))
    };
    let taken = export::take(page).await?;
    let labels = labels(&portal, &visitor, &taken.rows).await?;
    let row = |row: EventRow| -> Vec<Cell> {
        let event = row.event;
        vec![
            event.at.into(),
            event.kind.into(),
            event.actor.into(),
            about(event.stream, &labels, visitor.vendor()).0.into(),
            event.stream.kind().into(),
            event.stream.id().to_string().into(),
            event.number.into(),
            event.body.into(),
            seatkeeper_domain::holder::hex(&event.hash).into(),
        ]
    };
    let headings = ["When", "Kind", "By", "About", "Chain of", "Its id", "Number", "What", "Hash"];
    let sheet = Sheet::taken("Activity", headings, taken, row);
    export::file(kind, "activity", &[sheet], &visitor.face.zone)
}

async fn labels(portal: &Portal, visitor: &Visitor, events: &[EventRow]) -> Result<Labels, crate::refused::Refused> {
    let license = |row: &EventRow| match row.event.stream {
        Stream::License(id) => Some(id),
        _ => None,
    };
    Labels::of(portal, visitor, events.iter().filter_map(license)).await
}

/// What a chain is of, in words, and the page of it.
fn about(stream: Stream, labels: &Labels, vendor: bool) -> (String, Option<String>) {
    match stream {
        Stream::License(id) => {
            let label = labels.one(id);
            (format!("{} {}", label.product, label.serial_number), Some(format!("/licenses/{id}")))
        }
        Stream::Customer(id) if vendor => ("Customer".to_owned(), Some(format!("/customers/{id}"))),
        Stream::Customer(_) => ("Your company".to_owned(), None),
        Stream::Server => ("Server".to_owned(), None),
    }
}

impl Asked {
    async fn read(
        &self,
        portal: &Portal,
        visitor: &Visitor,
        before: Vec<LanePosition>,
        limit: usize,
    ) -> Result<History, Failure> {
        portal.service.history(&visitor.admin, self.filter(&visitor.face), before, limit).await
    }

    fn filter(&self, face: &Face) -> HistoryFilter {
        let kinds = match self.about.as_str() {
            "all" => &[],
            about => GROUPS.iter().find(|(name, _, _)| *name == about).map_or(ACTS.as_slice(), |(_, _, kinds)| kinds),
        };
        let actor = ACTORS.iter().find(|(actor, _)| *actor == self.by).map(|(actor, _)| (*actor).to_owned());
        HistoryFilter {
            of: self.stream(),
            kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
            actor,
            // A day that cannot be read asks for nothing.
            since: face.first_of(&self.since, None).ok().flatten(),
            until: face.last_of(&self.until, None).ok().flatten(),
        }
    }

    fn stream(&self) -> Option<Stream> {
        let license = self.license.map(|id| Stream::License(id.into()));
        license.or_else(|| self.customer.map(|id| Stream::Customer(id.into())))
    }

    fn address(&self, path: &str, before: String) -> String {
        let asked = Self { before, ..self.clone() };
        format!("{path}?{}", serde_html_form::to_string(&asked).unwrap_or_default())
    }

    fn file(&self, kind: &str) -> String {
        self.address(&format!("/activity/export/{kind}"), String::new())
    }

    /// Where the chain of what is looked at is looked at.
    fn chain(&self) -> String {
        let of = Self { license: self.license, customer: self.customer, ..Self::default() };
        of.address("/activity/chain", String::new())
    }
}

/// Lanes with a number each: `1.204-2.17`.
fn places(text: &str) -> Vec<LanePosition> {
    let place = |part: &str| {
        let (lane, number) = part.split_once('.')?;
        Some(LanePosition { lane: lane.parse().ok()?, number: number.parse().ok()? })
    };
    text.split('-').filter_map(place).collect()
}

fn written(places: &[LanePosition]) -> String {
    let places: Vec<String> = places.iter().map(|place| format!("{}.{}", place.lane, place.number)).collect();
    places.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_they_are_written() {
        let two = [LanePosition { lane: 1, number: 204 }, LanePosition { lane: 2, number: 17 }];
        assert_eq!(written(&two), "1.204-2.17");
        assert_eq!(places("1.204-2.17"), two);
        assert!(places("x.1-2.y--").is_empty());
    }
}
