//! What visitors asked for, for the vendor: trials that they began, and education licences to be granted or declined.

mod list;
mod one;

use seatkeeper_domain::ask::{Ask, Stage, Wanted};
use seatkeeper_domain::id::ProductId;
use seatkeeper_service::read::Page as Part;
use uuid::Uuid;

use crate::portal::Portal;
use crate::refused::Refused;
use crate::routes::{Table, action, page};
use crate::visitor::Visitor;
use crate::words::{Face, When};

pub(crate) use list::waiting;

pub(crate) fn table() -> Table {
    vec![page("/asks", list::list), page("/asks/{id}", one::read), action("/asks/{id}", one::answer)]
}

/// An ask, as a row.
pub(crate) struct Row {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) company: String,
    pub(crate) what: &'static str,
    pub(crate) product: String,
    pub(crate) why: String,
    pub(crate) asked: When,
    pub(crate) class: &'static str,
    pub(crate) state: &'static str,
    pub(crate) license: Option<Uuid>,
    pub(crate) waits: bool,
}

impl Row {
    fn of(ask: Ask, products: &[(ProductId, String)], face: &Face) -> Self {
        let product = products.iter().find(|(id, _)| *id == ask.product_id).map(|(_, name)| name.clone());
        let (class, state) = said(ask.stage());
        Self {
            id: ask.id.0,
            what: if ask.wanted == Wanted::Trial { "Trial" } else { "Education" },
            product: product.unwrap_or_default(),
            asked: face.ago(ask.asked_at),
            class,
            state,
            license: ask.made().map(|made| made.license_id.0),
            waits: ask.stage() == Stage::Waiting,
            name: ask.name,
            email: ask.email,
            company: ask.company.unwrap_or_default(),
            why: ask.why.unwrap_or_default(),
        }
    }
}

/// A state's class and word.
fn said(stage: Stage) -> (&'static str, &'static str) {
    match stage {
        Stage::Unconfirmed => ("ended", "Not confirmed"),
        Stage::Waiting => ("silent", "Waiting"),
        Stage::Granted => ("live", "Granted"),
        Stage::Declined => ("limit", "Declined"),
    }
}

/// All products by id, with their names.
async fn products(portal: &Portal, visitor: &Visitor) -> Result<Vec<(ProductId, String)>, Refused> {
    let (mut products, mut part) = (Vec::new(), Part { after: None, limit: 200 });
    loop {
        let found = portal.service.products(&visitor.admin, part).await?;
        products.extend(found.items.into_iter().map(|product| (product.id, product.name)));
        match found.next {
            None => return Ok(products),
            after => part.after = after,
        }
    }
}
