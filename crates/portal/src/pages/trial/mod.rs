//! The pages of visitors who have no account: what they may ask for, asking, and what the link in their mail leads to. None of
//! them tells whether an address was seen before, and none of them but the link's shows what anybody wrote.

mod ask;
mod link;
mod offers;
mod sent;

use seatkeeper_domain::catalogue::Product;

use crate::portal::Portal;
use crate::refused::Refused;
use crate::routes::{Table, action, page};

pub(crate) fn table() -> Table {
    vec![
        page("/trial", offers::list),
        page("/trial/{product}", ask::trial),
        action("/trial/{product}", ask::ask_trial),
        page("/trial/{product}/education", ask::education),
        action("/trial/{product}/education", ask::ask_education),
        page("/trial/{product}/sent", sent::page),
        page("/ask/{text}", link::page),
        action("/ask/{text}", link::take),
    ]
}

/// The product with this code, if visitors may ask for anything of it.
async fn offered(portal: &Portal, code: &str) -> Result<Product, Refused> {
    let offers = portal.service.offers().await?;
    offers.into_iter().find(|product| product.code == code).ok_or_else(Refused::not_found)
}
