//! For a customer's people who are signed in, with the address for those who may open it to everybody.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use seatkeeper_domain::catalogue::Customer;
use seatkeeper_service::Permission;

use super::said::{Pool, Says, told};
use crate::form::Filled;
use crate::parts::Square;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, done, shown};
use crate::site::Site;
use crate::visitor::Visitor;
use crate::words::When;

#[derive(Template)]
#[template(path = "free/page.html")]
struct Page {
    shell: Shell,
    headline: String,
    pools: Vec<Pool>,
    may: bool,
    opened: Option<Opened>,
}

/// The page for everybody.
struct Opened {
    address: String,
    square: Option<Square>,
    since: When,
}

/// The customer whose page it is. The vendor has none: its people see a customer's as the customer does.
fn customer(visitor: &Visitor) -> Result<&Customer, Refused> {
    visitor.customer.as_ref().ok_or_else(Refused::not_found)
}

/// How the pools stand.
pub(crate) async fn page(State(portal): State<Portal>, mut visitor: Visitor, Site(site): Site) -> Answer {
    let customer = customer(&visitor)?;
    let seats = portal.service.free_seats(&visitor.admin, customer.id).await?;
    let (headline, pools) = told(&seats, &visitor.face);
    let may = visitor.may(Permission::Support);
    let address = portal.service.free_page_address(customer).filter(|_| may);
    let opened = address.zip(customer.free_page_since()).map(|(address, since)| {
        let address = format!("{site}/free/{address}");
        Opened { square: Square::of(&address), address, since: visitor.face.at(since) }
    });
    shown(&Page { headline, pools, may, opened, shell: Shell::live(&mut visitor, "/overview", "Is a seat free?") })
}

/// Opens the page to whoever has its address, or gives it another.
pub(crate) async fn open(State(portal): State<Portal>, visitor: Visitor, Form(asked): Form<Filled>) -> Answer {
    asked.sure()?;
    let customer = customer(&visitor)?;
    portal.service.set_free_page(&visitor.admin, customer.id, true).await?;
    let said = match customer.free_page_since() {
        None => "The page is open. Hand its address to your people.",
        Some(_) => "The page has a new address. The old one shows nothing any more.",
    };
    done("/free", said)
}

/// Shuts it.
pub(crate) async fn shut(State(portal): State<Portal>, visitor: Visitor, Form(asked): Form<Filled>) -> Answer {
    asked.sure()?;
    portal.service.set_free_page(&visitor.admin, customer(&visitor)?.id, false).await?;
    done("/free", "The page is shut. Its address shows nothing any more.")
}
