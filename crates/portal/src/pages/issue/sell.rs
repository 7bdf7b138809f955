//! The form that issues a licence, and issuing it.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use seatkeeper_domain::catalogue::{Customer, Product};
use seatkeeper_domain::id::CustomerId;
use seatkeeper_service::read::Page as Part;
use seatkeeper_service::{Asked, Permission};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::form::{FIELDS, empty, terms};
use super::issued::issued;
use crate::form::{Filled, Wrong};
use crate::named::Named;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, again, shown};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "issue/issue.html")]
struct Page {
    shell: Shell,
    customer: Customer,
    products: Vec<Product>,
    form: Filled,
    wrong: Wrong,
    /// What this form is known by: sent twice, it issues one licence.
    once: Uuid,
}

/// The form.
pub(crate) async fn ask(State(portal): State<Portal>, mut visitor: Visitor, Named(id): Named<CustomerId>) -> Answer {
    let (customer, products) = needed(&portal, &visitor, id).await?;
    let (form, once) = (empty(&products), portal.service.draw());
    let shell = Shell::of(&mut visitor, "/customers", "Issue a licence");
    shown(&Page { shell, customer, products, form, wrong: Wrong::default(), once })
}

/// Issues it, and shows its serial number and key. A form that is sent again, by a reload or an impatient hand, shows the
/// licence that it made.
pub(crate) async fn issue(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Named(id): Named<CustomerId>,
    Form(form): Form<Filled>,
) -> Answer {
    let (customer, products) = needed(&portal, &visitor, id).await?;
    let once: Uuid = form.get("once").parse().unwrap_or_else(|_| portal.service.draw());
    let mut wrong = Wrong::default();
    let terms = terms(&form, id, &visitor.face, &mut wrong);
    if wrong.is_empty() {
        let asked = Asked { key: format!("issue {once}"), request: Sha256::digest(format!("{id} {form:?}")).into() };
        match portal.service.issue(&visitor.admin, Some(asked), terms).await {
            Ok(made) => return issued(&portal, visitor, customer, made).await,
            Err(failure) => wrong = Wrong::of(failure, FIELDS)?,
        }
    }
    let shell = Shell::of(&mut visitor, "/customers", "Issue a licence");
    again(&Page { shell, customer, products, form, wrong, once })
}

async fn needed(portal: &Portal, visitor: &Visitor, id: CustomerId) -> Result<(Customer, Vec<Product>), Refused> {
    visitor.vendor_only()?;
    visitor.admin.may(Permission::Sell)?;
    let customer = portal.service.customer(&visitor.admin, id).await?;
    let products = portal.service.products(&visitor.admin, Part { after: None, limit: 200 }).await?;
    Ok((customer, products.items))
}
