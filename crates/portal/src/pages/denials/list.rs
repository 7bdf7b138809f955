//! The list of refusals, newest first, and the same as a file.

use askama::Template;
use axum::extract::{Path, State};
use axum_extra::extract::Query;
use seatkeeper_domain::denial::{Denial, Outcome};
use seatkeeper_domain::id::DenialId;
use seatkeeper_service::read::refusals::{EpisodeFilter, EpisodePlace, Label};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::said::{Ended, REASONS, reason};
use crate::export::{self, Cell, Kind, Sheet};
use crate::labels::Labels;
use crate::parts::Who;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{Face, When};

/// Rows on a page.
const ROWS: u32 = 50;

/// What is asked of the list; what is left out is not.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Asked {
    #[serde(skip_serializing_if = "String::is_empty")]
    q: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    code: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    ended: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    since: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    until: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<Uuid>,
    /// A row's place, as [`place`] reads it: the page follows it.
    #[serde(skip_serializing_if = "String::is_empty")]
    before: String,
}

const ENDS: [(&str, &str, Option<Outcome>); 3] = [
    ("granted", "Got a seat", Some(Outcome::Granted)),
    ("gave_up", "Gave up", Some(Outcome::GaveUp)),
    ("open", "May try again", None),
];

#[derive(Template)]
#[template(path = "denials/list.html")]
struct Page {
    shell: Shell,
    asked: Asked,
    rows: Vec<Row>,
    next: Option<String>,
    first: Option<String>,
    vendor: bool,
}

struct Row {
    id: Uuid,
    when: When,
    who: Who,
    label: Label,
    reason: String,
    tries: u32,
    ended: Ended,
}

/// Refusals.
pub(crate) async fn list(State(portal): State<Portal>, mut visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let filter = asked.filter(&visitor.face);
    let found = portal.service.episodes(&visitor.admin, filter, place(&asked.before), ROWS).await?;
    let labels = Labels::of(&portal, &visitor, found.items.iter().map(|denial| denial.license_id)).await?;
    let row = |denial: Denial| Row {
        id: denial.id.0,
        when: visitor.face.at(denial.first_at),
        who: Who::of(&denial.names, labels.one(denial.license_id).customer_id, denial.activation_id),
        label: labels.one(denial.license_id),
        reason: reason(&denial.code).to_owned(),
        tries: denial.tries,
        ended: Ended::of(&denial, visitor.now()),
    };
    let first = (!asked.before.is_empty()).then(|| asked.address("/denials", String::new()));
    shown(&Page {
        next: found.next.map(|(at, id)| asked.address("/denials", format!("{}.{id}", at.as_microsecond()))),
        rows: found.items.into_iter().map(row).collect(),
        first,
        asked,
        vendor: visitor.vendor(),
        shell: Shell::of(&mut visitor, "/denials", "Denials"),
    })
}

/// The same as a file: the newest, as many as it takes.
pub(crate) async fn export(
    State(portal): State<Portal>,
    visitor: Visitor,
    Path(kind): Path<Kind>,
    Query(asked): Query<Asked>,
) -> Answer {
    let page = async |before| {
        let found = portal.service.episodes(&visitor.admin, asked.filter(&visitor.face), before, 200).await?;
        Ok((found.items, found.next))
    };
    let taken = export::take(page).await?;
    let labels = Labels::of(&portal, &visitor, taken.rows.iter().map(|denial| denial.license_id)).await?;
    let row = |denial: Denial| -> Vec<Cell> {
        let label = labels.one(denial.license_id);
        vec![
            denial.first_at.into(),
            denial.last_at.into(),
            denial.names.user.clone().into(),
            denial.names.device_name.clone().into(),
            label.customer.into(),
            label.product.into(),
            label.serial_number.into(),
            denial.version.clone().into(),
            denial.code.clone().into(),
            denial.detail.clone().into(),
            denial.tries.into(),
            denial.seats.into(),
            denial.in_use.into(),
            Ended::of(&denial, visitor.now()).words.into(),
        ]
    };
    let headings = [
        "First try",
        "Last try",
        "Person",
        "Device",
        "Customer",
        "Product",
        "Serial number",
        "Version",
        "Code",
        "Why",
        "Tries",
        "Seats",
        "In use",
        "How it ended",
    ];
    let sheet = Sheet::taken("Denials", headings, taken, row);
    export::file(kind, "denials", &[sheet], &visitor.face.zone)
}

impl Asked {
    fn filter(&self, face: &Face) -> EpisodeFilter {
        let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        EpisodeFilter {
            license_id: self.license.map(Into::into),
            customer_id: self.customer.map(Into::into),
            product_id: None,
            code: said(&self.code),
            text: said(&self.q),
            // A day that cannot be read asks for nothing.
            since: face.first_of(&self.since, None).ok().flatten(),
            until: face.last_of(&self.until, None).ok().flatten(),
            ended: ENDS.iter().find(|(name, _, _)| *name == self.ended).map(|(_, _, ended)| *ended),
        }
    }

    /// The address of the list, or of its file, with the same asked of it.
    fn address(&self, path: &str, before: String) -> String {
        let asked = Self { before, ..self.clone() };
        format!("{path}?{}", serde_html_form::to_string(&asked).unwrap_or_default())
    }

    fn file(&self, kind: &str) -> String {
        self.address(&format!("/denials/export/{kind}"), String::new())
    }

    fn empty(&self) -> bool {
        let texts = [&self.q, &self.code, &self.ended, &self.since, &self.until];
        texts.iter().all(|text| text.trim().is_empty()) && self.license.is_none() && self.customer.is_none()
    }
}

/// When an episode began, in microseconds, and its id.
fn place(text: &str) -> Option<EpisodePlace> {
    let (at, id) = text.split_once('.')?;
    Some((jiff::Timestamp::from_microsecond(at.parse().ok()?).ok()?, DenialId(id.parse().ok()?)))
}
