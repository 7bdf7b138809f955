//! Whether a history is whole: each event must follow from the one before, and the last be the one that the books know.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Query;
use seatkeeper_domain::event::Stream;
use seatkeeper_service::Verified;
use serde::Deserialize;
use uuid::Uuid;

use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::many;

/// Whose history; one's own company's where nothing is named, the server's for the vendor's people.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    license: Option<Uuid>,
    customer: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "activity/chain.html")]
struct Page {
    shell: Shell,
    of: &'static str,
    verified: Verified,
    looked_at: String,
}

/// A look at a chain.
pub(crate) async fn chain(State(portal): State<Portal>, mut visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let own = visitor.customer.as_ref().map(|customer| Stream::Customer(customer.id));
    let stream = match (asked.license, asked.customer) {
        (Some(id), _) => Stream::License(id.into()),
        (None, Some(id)) => Stream::Customer(id.into()),
        (None, None) => own.unwrap_or(Stream::Server),
    };
    let verified = portal.service.verify(&visitor.admin, stream).await?;
    shown(&Page {
        of: match stream {
            Stream::License(_) => "this licence’s history",
            Stream::Customer(_) => "this company’s own history",
            Stream::Server => "the server’s own history",
        },
        looked_at: many(verified.sound, "entry").replace("entrys", "entries"),
        verified,
        shell: Shell::of(&mut visitor, "/activity", "Is the history whole?"),
    })
}
