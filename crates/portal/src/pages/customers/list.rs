//! The list of customers: found by name or by the vendor's own id, with what each uses and what needs somebody.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Query;
use seatkeeper_domain::catalogue::Customer;
use seatkeeper_service::Permission;
use seatkeeper_service::read::Page as Part;
use serde::Deserialize;
use uuid::Uuid;

use super::estate::{Estate, licenses};
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::When;

/// Rows on a page: the licences of each are looked at.
const ROWS: u32 = 25;

/// What is asked of the list.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    after: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "customers/list.html")]
struct Page {
    shell: Shell,
    asked: Asked,
    rows: Vec<Row>,
    next: Option<Uuid>,
    may_sell: bool,
}

struct Row {
    customer: Customer,
    estate: Estate,
    since: When,
}

/// Who bought licences.
pub(crate) async fn list(State(portal): State<Portal>, mut visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    visitor.vendor_only()?;
    let part = Part { after: asked.after, limit: ROWS };
    let found = match asked.q.trim() {
        "" => portal.service.customers(&visitor.admin, None, part).await?,
        text => portal.service.find_customers(&visitor.admin, text, part).await?,
    };
    let mut rows = Vec::with_capacity(found.items.len());
    for customer in found.items {
        let estate = Estate::of(&licenses(&portal, &visitor, customer.id).await?, &visitor.face);
        rows.push(Row { since: visitor.face.day(customer.created_at), customer, estate });
    }
    shown(&Page {
        rows,
        asked,
        next: found.next,
        may_sell: visitor.may(Permission::Sell),
        shell: Shell::of(&mut visitor, "/customers", "Customers"),
    })
}
