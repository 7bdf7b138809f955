//! Whom a licence is issued to, where that is not known yet.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Query;
use seatkeeper_domain::catalogue::Customer;
use seatkeeper_service::Permission;
use seatkeeper_service::read::Page as Part;
use serde::Deserialize;

use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;

/// Customers shown; whoever is not among them is looked for.
const ROWS: u32 = 20;

/// Who is looked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "issue/choose.html")]
struct Page {
    shell: Shell,
    asked: Asked,
    customers: Vec<Customer>,
    more: bool,
}

/// Choose a customer.
pub(crate) async fn choose(State(portal): State<Portal>, mut visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    visitor.vendor_only()?;
    visitor.admin.may(Permission::Sell)?;
    let part = Part { after: None, limit: ROWS };
    let found = portal.service.find_customers(&visitor.admin, &asked.q, part).await?;
    let shell = Shell::of(&mut visitor, "/customers", "Issue a licence");
    shown(&Page { shell, asked, more: found.next.is_some(), customers: found.items })
}
