//! The list of products.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Query;
use seatkeeper_domain::catalogue::Product;
use seatkeeper_service::Permission;
use seatkeeper_service::read::Page as Part;
use serde::Deserialize;
use uuid::Uuid;

use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;

/// Rows on a page.
const ROWS: u32 = 50;

/// What is asked of the list.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    after: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "products/list.html")]
struct Page {
    shell: Shell,
    products: Vec<Product>,
    next: Option<Uuid>,
    may_change: bool,
}

/// What is sold.
pub(crate) async fn list(State(portal): State<Portal>, mut visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    visitor.vendor_only()?;
    let found = portal.service.products(&visitor.admin, Part { after: asked.after, limit: ROWS }).await?;
    let may_change = visitor.may(Permission::Catalogue);
    let shell = Shell::of(&mut visitor, "/products", "Products");
    shown(&Page { shell, products: found.items, next: found.next, may_change })
}
