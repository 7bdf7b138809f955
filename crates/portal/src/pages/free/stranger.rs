//! For whoever has the address, on a phone most likely, signed in nowhere. Whoever comes costs the server one look at the
//! books in two seconds at most (`service/free_page.rs`), and no event stream: the page fetches itself again now and then.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::said::{Pool, Says, told};
use crate::assets::{ASSETS, Assets};
use crate::portal::Portal;
use crate::shown::{Answer, shown};
use crate::visitor::zone;
use crate::words::{Face, When};

/// Seconds after which a page fetches itself again, with script. Without, it is loaded again by whoever looks: a page that
/// reloads itself takes the place from under those who have it read to them.
const AGAIN: u32 = 15;

#[derive(Template)]
#[template(path = "free/stranger.html")]
struct Page {
    assets: &'static Assets,
    customer: String,
    headline: String,
    pools: Vec<Pool>,
    at: When,
    /// Where it is, for whoever looks again.
    address: String,
    again: u32,
}

/// How the pools stand.
pub(crate) async fn page(State(portal): State<Portal>, headers: HeaderMap, Path(address): Path<String>) -> Answer {
    let seats = portal.service.free_page(&address).await?;
    let face = Face { now: seats.at, zone: zone(&headers, [None, seats.time_zone.clone()]) };
    let (headline, pools) = told(&seats, &face);
    let customer = seats.customer.clone();
    let mut page =
        shown(&Page { assets: &ASSETS, customer, headline, pools, at: face.at(seats.at), address, again: AGAIN })?;
    // An address that was put where search engines look is found by no more people for that.
    page.headers_mut().insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
    Ok(page)
}
