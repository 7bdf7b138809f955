//! What happened with one device or one person at work, for pages, with the names and labels that belong to it; and who held
//! a licence's seats at an instant. Knows no page.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use seatkeeper_domain::event::{Event, Stream};
use seatkeeper_domain::id::{LicenseId, SessionId};
use seatkeeper_domain::session::EndReason;
use seatkeeper_store::read::refusals::Label;
use seatkeeper_store::read::timeline::{Moment, Place, Subject, Timeline, TimelineFilter};
use seatkeeper_store::read::{EventRow, SessionRow};
use uuid::Uuid;

use crate::authority::Admin;
use crate::failure::Failure;
use crate::mentioned::Mentioned;
use crate::service::Service;

/// Those who held seats at an instant that are shown, at most.
pub const SEATED: u32 = 50;

/// A page of a timeline, and what it takes to tell it.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// The moments, newest first.
    pub items: Vec<Moment>,
    /// What the next page follows, if there is one.
    pub next: Option<Place>,
    /// Who released sessions, and why, of those in it.
    pub released: HashMap<SessionId, Event>,
    /// Who did what was decided.
    pub mentioned: Mentioned,
    /// What the licences are called that it is about.
    pub labels: Vec<Label>,
}

impl Service {
    /// What happened with somebody or something, newest first: what comes before a place. Nothing of what does not exist for
    /// the administrator.
    pub async fn timeline(
        &self,
        admin: &Admin,
        subject: Subject,
        filter: TimelineFilter,
        before: Option<Place>,
        limit: u32,
    ) -> Result<Told, Failure> {
        let scope = admin.scope();
        let (page, releases) = self
            .read(move |reader| {
                let page = reader.timeline(scope, &subject, &filter, before, limit)?;
                let releases = reader.mentioning(scope, &released(&page))?;
                Ok((page, releases))
            })
            .await?;
        let decided = page.items.iter().filter_map(|moment| match moment {
            Moment::Change(row) => Some(row),
            _ => None,
        });
        let events: Vec<EventRow> = decided.chain(&releases).cloned().collect();
        let mentioned = self.mentioned(admin, &events).await?;
        let licenses: BTreeSet<LicenseId> = page.items.iter().filter_map(license).collect();
        let labels = self.labels(admin, licenses.into_iter().collect()).await?;
        let released = releases.into_iter().filter_map(|row| Some((session(&row.event)?, row.event))).collect();
        Ok(Told { items: page.items, next: page.next, released, mentioned, labels })
    }

    /// Who held a licence's seats at an instant, those who came back first, first: fifty at most.
    pub async fn seated_at(
        &self,
        admin: &Admin,
        license: LicenseId,
        at: Timestamp,
    ) -> Result<Vec<SessionRow>, Failure> {
        let scope = admin.scope();
        self.read(move |reader| reader.seated_at(scope, license, at, SEATED)).await
    }
}

/// Sessions of a page that somebody released.
fn released(page: &Timeline) -> Vec<Uuid> {
    let released = page.items.iter().filter_map(|moment| match moment {
        Moment::Session(row) => {
            row.session.ended.filter(|(_, why)| *why == EndReason::Released).map(|_| row.session.id.0)
        }
        _ => None,
    });
    released.collect()
}

fn license(moment: &Moment) -> Option<LicenseId> {
    match moment {
        Moment::Session(row) => Some(row.session.license_id),
        Moment::Refusal(denial) => Some(denial.license_id),
        Moment::Change(row) => match row.event.stream {
            Stream::License(id) => Some(id),
            _ => None,
        },
    }
}

/// The session that an event released.
fn session(event: &Event) -> Option<SessionId> {
    let body: serde_json::Value = serde_json::from_str(&event.body).ok()?;
    Some(SessionId(body.get("session")?.as_str()?.parse().ok()?))
}
