//! What a customer owns and uses: pools with their seats, single-user licences, what needs somebody.

use askama::Template;
use jiff::SignedDuration;
use seatkeeper_domain::license::Model;
use seatkeeper_service::read::{LicenseFilter, LicenseRow, Page as Part};
use uuid::Uuid;

use super::needs::{Need, needs, replaced};
use super::pools::{self, Pool, features};
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{TermSaid, many};

/// Licences looked at; a customer with more finds them in the list of licences.
const MOST: u32 = 200;
/// Pools shown with all that there is to say of them, those in most use first.
const POOLS: usize = 12;

#[derive(Template)]
#[template(path = "overview/customer.html")]
struct Page {
    shell: Shell,
    headline: String,
    summary: String,
    pools: Vec<Pool>,
    singles: Vec<Single>,
    needs: Vec<Need>,
    more: bool,
}

struct Single {
    id: Uuid,
    serial: String,
    product: String,
    on: String,
    features: Vec<String>,
    term: TermSaid,
}

/// What is owned, and what of it is in use.
pub(super) async fn overview(portal: &Portal, mut visitor: Visitor) -> Answer {
    let part = Part { after: None, limit: MOST };
    let listed = portal.service.licenses(&visitor.admin, LicenseFilter::default(), part).await?;
    let mut needs = needs(&listed.items, &visitor.face);
    let (mut pools, singles): (Vec<_>, Vec<_>) = listed
        .items
        .into_iter()
        .filter(|row| !row.license.revoked())
        .partition(|row| row.license.model == Model::Concurrent);
    pools.sort_by_key(|row| std::cmp::Reverse(row.counters.in_use));
    let more = listed.next.is_some() || pools.len() > POOLS || singles.len() > POOLS;
    pools.truncate(POOLS);
    for row in &pools {
        needs.extend(replaced(portal, &visitor, row).await?);
    }
    let counted = portal.service.pools(&visitor.admin, &pools).await?;
    let today = visitor.face.today();
    let week = visitor.now() - SignedDuration::from_hours(7 * 24);
    let refused: u64 =
        portal.service.refused_since(&visitor.admin, &pools, today).await?.iter().map(|r| r.people).sum();
    let this_week = portal.service.refused_since(&visitor.admin, &pools, week).await?;
    let mut pools: Vec<Pool> =
        pools.iter().zip(&counted).map(|(row, count)| Pool::of(row, count, &visitor.face)).collect();
    let since = pools::since(&visitor.face);
    for (pool, refused) in pools.iter_mut().zip(this_week) {
        let hours = portal.service.usage(&visitor.admin, pool.id.into(), since).await?;
        (pool.refused, pool.past) = (refused.people, Some(pools::past(&hours, pool.seats, &visitor.face)));
    }
    let mut shown_singles = Vec::new();
    for row in singles.into_iter().take(POOLS) {
        shown_singles.push(single(portal, &visitor, row).await?);
    }
    shown(&Page {
        headline: headline(&pools, &visitor),
        summary: summary(&pools, refused),
        pools,
        singles: shown_singles,
        needs,
        more,
        shell: Shell::live(&mut visitor, "/overview", "Overview"),
    })
}

fn headline(pools: &[Pool], visitor: &Visitor) -> String {
    let free: u64 = pools.iter().map(|pool| u64::from(pool.free())).sum();
    let greeting = visitor.face.greeting();
    match (pools.len(), free) {
        (0, _) => format!("{greeting}."),
        (_, 0) => format!("{greeting}. Every seat is taken."),
        (_, 1) => format!("{greeting}. 1 seat is free."),
        (_, free) => format!("{greeting}. {} are free.", many(free, "seat")),
    }
}

fn summary(pools: &[Pool], refused_today: u64) -> String {
    let said = |pool: &Pool| format!("{} · {} of {} in use", pool.product, pool.in_use, pool.seats);
    let refused = match refused_today {
        0 => "nobody has been refused today".to_owned(),
        1 => "1 person has been refused today".to_owned(),
        people => format!("{people} people have been refused today"),
    };
    pools.iter().take(3).map(said).chain([refused]).collect::<Vec<_>>().join(" · ")
}

async fn single(portal: &Portal, visitor: &Visitor, row: LicenseRow) -> Result<Single, Refused> {
    let part = Part { after: None, limit: 20 };
    let devices = portal.service.activations(&visitor.admin, Some(row.license.id), part).await?.items;
    let device = devices.into_iter().find(|device| device.ended.is_none());
    let name = device.and_then(|device| device.names.device_name);
    Ok(Single {
        id: row.license.id.0,
        serial: row.license.serial_number.clone(),
        product: row.product.name.clone(),
        on: name.unwrap_or_else(|| "not activated yet".to_owned()),
        features: features(&row, &visitor.face),
        term: TermSaid::of(&row.license, &visitor.face),
    })
}
