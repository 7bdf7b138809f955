//! What the vendor's people look at first: who waits for an answer, pools that are full now, and who was refused lately.

use askama::Template;
use seatkeeper_service::Permission;
use seatkeeper_service::read::refusals::{EpisodeFilter, Label};
use seatkeeper_service::read::seats::{FEW, SeatFilter, SeatOrder, SeatPage};
use uuid::Uuid;

use super::pools::Pool;
use super::waits::{Wait, waits};
use crate::labels::Labels;
use crate::parts::Who;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{When, many};

/// Full pools shown.
const POOLS: u32 = 6;
/// Refusals shown.
const REFUSALS: u32 = 12;

#[derive(Template)]
#[template(path = "overview/vendor.html")]
struct Page {
    shell: Shell,
    headline: String,
    waits: Vec<Wait>,
    more_wait: bool,
    may_answer: bool,
    pools: Vec<(Pool, Label)>,
    refusals: Vec<Refusal>,
}

struct Refusal {
    id: Uuid,
    at: When,
    who: Who,
    label: Label,
    detail: String,
    tries: u32,
}

pub(super) async fn overview(portal: &Portal, mut visitor: Visitor) -> Answer {
    let (service, admin) = (&portal.service, &visitor.admin);
    let one = SeatPage { order: SeatOrder::Started, descending: false, from: None, back: false, limit: 1, few: FEW };
    let held = service.seats(admin, SeatFilter::default(), one).await?.total.unwrap_or(0);
    let full = service.full_pools(admin, POOLS).await?;
    let counted = service.pools(admin, &full).await?;
    let episodes = service.episodes(admin, EpisodeFilter::default(), None, REFUSALS).await?.items;
    let met = full.iter().map(|row| row.license.id).chain(episodes.iter().map(|denial| denial.license_id));
    let labels = Labels::of(portal, &visitor, met).await?;
    let (waits, more_wait) = waits(portal, &visitor).await?;
    let face = &visitor.face;
    let pools = full.iter().zip(&counted);
    let pools = pools.map(|(row, count)| (Pool::of(row, count, face), labels.one(row.license.id))).collect();
    let refusals = episodes.into_iter().map(|denial| Refusal {
        id: denial.id.0,
        at: face.at(denial.last_at),
        who: Who::of(&denial.names, labels.one(denial.license_id).customer_id, denial.activation_id),
        label: labels.one(denial.license_id),
        detail: denial.detail,
        tries: denial.tries,
    });
    let are = if held == 1 { "is" } else { "are" };
    shown(&Page {
        headline: format!("{}. {} {are} in use.", face.greeting(), many(held, "seat")),
        waits,
        more_wait,
        may_answer: visitor.may(Permission::Sell),
        pools,
        refusals: refusals.collect(),
        shell: Shell::live(&mut visitor, "/overview", "Overview"),
    })
}
