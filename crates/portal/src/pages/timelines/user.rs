//! One person at work at a customer's: all that happened with them, on whatever device.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Query;
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::CustomerId;
use seatkeeper_service::Told;
use seatkeeper_service::read::timeline::{Moment, Subject};

use super::asked::{Asked, List};
use super::device::ROWS;
use super::told::{Row, Teller};
use crate::named::Named;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "timelines/user.html")]
struct Page {
    shell: Shell,
    name: String,
    /// Whose person it is; where the reader is the customer, that goes without saying.
    customer: Option<(CustomerId, String)>,
    /// Whether moments tell of more than one licence.
    licenses: bool,
    list: List,
    rows: Vec<Row>,
}

/// The person.
pub(crate) async fn user(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Named(id): Named<CustomerId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let customer = portal.service.customer(&visitor.admin, id).await?;
    let (folded, filter) = (fold(&asked.name), asked.filter(&visitor.face));
    let subject = Subject::User(id, folded);
    let told = portal.service.timeline(&visitor.admin, subject, filter, asked.before(), ROWS).await?;
    // Nobody of that name was ever here, or their names are erased.
    if told.items.is_empty() && asked.whole() {
        return Err(Refused::not_found());
    }
    let name = written(&told).unwrap_or_else(|| asked.name.trim().to_owned());
    let rows = Teller::new(&visitor, HashMap::new()).rows(&told);
    shown(&Page {
        customer: visitor.vendor().then_some((id, customer.name)),
        licenses: true,
        list: asked.list(&format!("/users/{id}"), told.next),
        rows,
        shell: Shell::of(&mut visitor, "/sessions", name.clone()),
        name,
    })
}

/// The name as it was written last.
fn written(told: &Told) -> Option<String> {
    told.items.iter().find_map(|moment| match moment {
        Moment::Session(row) => row.session.names.user.clone(),
        Moment::Refusal(denial) => denial.names.user.clone(),
        Moment::Change(_) => None,
    })
}
