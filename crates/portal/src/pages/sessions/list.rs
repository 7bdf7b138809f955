//! The list of who holds seats: searched, filtered, sorted, and kept up to date while it is looked at.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Query;
use seatkeeper_domain::id::SessionId;
use seatkeeper_service::Permission;
use seatkeeper_service::read::refusals::Label;
use seatkeeper_service::read::seats::{FEW, SeatFilter, SeatOrder, SeatPage, SeatPlace, SeatState, Seats};
use seatkeeper_service::read::{LicenseFilter, LicenseRow, Page as Part, SessionRow};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::labels::Labels;
use crate::parts::Who;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{Face, Standing, When, many};

/// Rows on a page.
const ROWS: u32 = 50;
/// Licences in a choice at most.
const CHOICE: u32 = 50;

/// What is asked of the list; what is left out is not.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Asked {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) q: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) license: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<Uuid>,
    #[serde(skip_serializing_if = "String::is_empty")]
    sort: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    down: bool,
    /// A row's place, as [`place`] writes it, and whether the page ends before it.
    #[serde(skip_serializing_if = "String::is_empty")]
    from: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    back: bool,
}

/// Columns that sort, by what they are called in the address.
const ORDERS: [(&str, SeatOrder); 5] = [
    ("started", SeatOrder::Started),
    ("heard", SeatOrder::Refreshed),
    ("user", SeatOrder::User),
    ("device", SeatOrder::Device),
    ("back", SeatOrder::BackBy),
];
const STATES: [(&str, SeatState); 3] =
    [("live", SeatState::Live), ("silent", SeatState::Silent), ("held", SeatState::Held)];

#[derive(Template)]
#[template(path = "sessions/list.html")]
struct Page {
    shell: Shell,
    asked: Asked,
    order: &'static str,
    rows: Vec<Row>,
    total: Option<String>,
    before: Option<String>,
    after: Option<String>,
    may_release: bool,
    vendor: bool,
    /// The one licence whose seats these are: what it is called.
    of: Option<String>,
    /// Licences to choose from, where there are few.
    licenses: Vec<(Uuid, String)>,
}

struct Row {
    id: Uuid,
    who: Who,
    label: Label,
    version: String,
    address: String,
    copies: u32,
    started: When,
    heard: When,
    state: Standing,
    back_by: Option<When>,
}

/// Who holds seats.
pub(crate) async fn list(State(portal): State<Portal>, mut visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let found = portal.service.seats(&visitor.admin, asked.filter(), asked.page()).await?;
    let licenses = found.rows.iter().map(|row| row.session.license_id).chain(asked.license.map(Into::into));
    let labels = Labels::of(&portal, &visitor, licenses).await?;
    let of = asked.license.map(|id| labels.one(id.into())).map(|of| format!("{} {}", of.product, of.serial_number));
    shown(&Page {
        order: ORDERS.iter().find(|(_, order)| *order == found.order).map_or("", |(name, _)| name),
        total: found.total.map(|total| many(total, "seat")),
        before: found.before.as_ref().map(|at| asked.with(|asked| asked.turn(at, true))),
        after: found.after.as_ref().map(|at| asked.with(|asked| asked.turn(at, false))),
        rows: rows(found, &labels, &visitor.face),
        asked,
        may_release: visitor.may(Permission::Support),
        vendor: visitor.vendor(),
        of,
        licenses: choice(&portal, &visitor).await?,
        shell: Shell::live(&mut visitor, "/sessions", "Sessions"),
    })
}

/// A customer's licences, unless they are too many to choose from.
async fn choice(portal: &Portal, visitor: &Visitor) -> Result<Vec<(Uuid, String)>, Refused> {
    if visitor.vendor() {
        return Ok(Vec::new());
    }
    let page = Part { after: None, limit: CHOICE };
    let found = portal.service.licenses(&visitor.admin, LicenseFilter::default(), page).await?;
    if found.next.is_some() || found.items.len() < 2 {
        return Ok(Vec::new());
    }
    let named = |row: LicenseRow| (row.license.id.0, format!("{} {}", row.product.name, row.license.serial_number));
    Ok(found.items.into_iter().map(named).collect())
}

impl Asked {
    pub(super) fn of_license(license: Uuid, q: String, state: String) -> Self {
        Self { license: Some(license), q, state, ..Self::default() }
    }

    pub(super) fn filter(&self) -> SeatFilter {
        SeatFilter {
            license_id: self.license.map(Into::into),
            customer_id: self.customer.map(Into::into),
            text: Some(self.q.trim().to_owned()).filter(|text| !text.is_empty()),
            state: STATES.iter().find(|(name, _)| *name == self.state).map(|(_, state)| *state),
            ..SeatFilter::default()
        }
    }

    pub(super) fn page(&self) -> SeatPage {
        SeatPage {
            order: ORDERS.iter().find(|(name, _)| *name == self.sort).map_or(SeatOrder::Started, |(_, order)| *order),
            descending: self.down,
            from: place(&self.from),
            back: self.back,
            limit: ROWS,
            few: FEW,
        }
    }

    fn turn(&mut self, at: &SeatPlace, back: bool) {
        (self.from, self.back) = (format!("{}{}", at.id, at.key), back);
    }

    /// The address of the list with something else asked of it.
    fn with(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut asked = Self { from: String::new(), back: false, ..self.clone() };
        change(&mut asked);
        format!("/sessions?{}", serde_html_form::to_string(&asked).unwrap_or_default())
    }

    /// Where a column's heading leads: sorted by it, and the other way round where it is already.
    fn sorted(&self, by: &str, now: &str) -> String {
        self.with(|asked| {
            asked.down = by == now && !self.down;
            by.clone_into(&mut asked.sort);
        })
    }

    /// The list itself, from its beginning.
    pub(super) fn here(&self) -> String {
        self.with(|_| ())
    }

    /// Whether a person, a device or a state is asked for.
    pub(super) fn narrowed(&self) -> bool {
        !self.q.trim().is_empty() || !self.state.is_empty()
    }

    /// The address of the same as a file.
    fn file(&self, kind: &str) -> String {
        self.here().replacen("/sessions?", &format!("/sessions/export/{kind}?"), 1)
    }

    /// The address of what releases all that is asked for.
    fn release_all(&self) -> String {
        self.here().replacen("/sessions?", "/sessions/release/all?", 1)
    }

    fn empty(&self) -> bool {
        !self.narrowed() && self.license.is_none() && self.customer.is_none()
    }
}

/// A row's place: its id and, after that, what it is sorted by.
fn place(text: &str) -> Option<SeatPlace> {
    let (id, key) = text.split_at_checked(36)?;
    Some(SeatPlace { id: SessionId(id.parse().ok()?), key: key.to_owned() })
}

fn rows(found: Seats, labels: &Labels, face: &Face) -> Vec<Row> {
    let row = |row: SessionRow| {
        let state = Standing::of(&row, face);
        let label = labels.one(row.session.license_id);
        Row {
            id: row.session.id.0,
            who: Who::of(&row.session.names, label.customer_id, Some(row.session.activation_id)),
            label,
            version: row.session.version,
            address: row.session.address.unwrap_or_default(),
            copies: row.session.checkouts,
            started: face.at(row.session.started_at),
            heard: face.ago(row.refreshed_at),
            back_by: row.back_by.map(|at| face.at(at)),
            state,
        }
    };
    found.rows.into_iter().map(row).collect()
}
