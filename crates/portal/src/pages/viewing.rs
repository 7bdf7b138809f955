//! The vendor's people seeing a customer's pages as its viewers do.

use axum::extract::State;
use axum_extra::extract::Form;
use seatkeeper_domain::id::CustomerId;

use crate::form::Filled;
use crate::named::Named;
use crate::portal::Portal;
use crate::routes::{Table, action};
use crate::shown::{Answer, done};
use crate::visitor::Visitor;

pub(crate) fn table() -> Table {
    vec![action("/customers/{id}/view", begin), action("/viewing/end", end)]
}

/// Begins, for half an hour.
async fn begin(
    State(portal): State<Portal>,
    visitor: Visitor,
    Named(id): Named<CustomerId>,
    Form(asked): Form<Filled>,
) -> Answer {
    asked.sure()?;
    visitor.vendor_only()?;
    let customer = portal.service.customer(&visitor.admin, id).await?;
    portal.service.view_as(&visitor.who, id).await?;
    done("/overview", format!("You see what {}’s viewers see.", customer.name))
}

/// Ends.
async fn end(State(portal): State<Portal>, visitor: Visitor, Form(asked): Form<Filled>) -> Answer {
    asked.sure()?;
    portal.service.stop_viewing(&visitor.who).await?;
    let to = visitor.who.viewing.map_or_else(|| "/overview".to_owned(), |id| format!("/customers/{id}"));
    done(&to, "You see your own pages again.")
}
