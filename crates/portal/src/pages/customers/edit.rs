//! Entering a customer and changing one.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use seatkeeper_domain::catalogue::Customer;
use seatkeeper_domain::decide::PutCustomer;
use seatkeeper_domain::id::CustomerId;
use seatkeeper_service::Permission;
use uuid::Uuid;

use super::form::{FIELDS, Filled};
use crate::form::Wrong;
use crate::named::Named;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, again, done, shown};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "customers/edit.html")]
struct Page {
    shell: Shell,
    /// The customer that is changed, by id and name.
    changed: Option<(Uuid, String)>,
    form: Filled,
    wrong: Wrong,
}

impl Page {
    fn of(visitor: &mut Visitor, before: Option<&Customer>, form: Filled, wrong: Wrong) -> Self {
        let title = before.map_or_else(|| "Add a customer".to_owned(), |customer| format!("Change {}", customer.name));
        let shell = Shell::of(visitor, "/customers", title);
        Self { shell, changed: before.map(|customer| (customer.id.0, customer.name.clone())), form, wrong }
    }
}

/// The form for a new customer.
pub(crate) async fn new(mut visitor: Visitor) -> Answer {
    visitor.vendor_only()?;
    visitor.admin.may(Permission::Sell)?;
    shown(&Page::of(&mut visitor, None, Filled::default(), Wrong::default()))
}

/// Enters a customer.
pub(crate) async fn add(State(portal): State<Portal>, visitor: Visitor, Form(form): Form<Filled>) -> Answer {
    visitor.vendor_only()?;
    put(&portal, visitor, None, form).await
}

/// The form for changes.
pub(crate) async fn edit(State(portal): State<Portal>, mut visitor: Visitor, Named(id): Named<CustomerId>) -> Answer {
    visitor.vendor_only()?;
    visitor.admin.may(Permission::Sell)?;
    let customer = portal.service.customer(&visitor.admin, id).await?;
    shown(&Page::of(&mut visitor, Some(&customer), Filled::of(&customer), Wrong::default()))
}

/// Changes a customer, unless somebody else did since the form was shown.
pub(crate) async fn save(
    State(portal): State<Portal>,
    visitor: Visitor,
    Named(id): Named<CustomerId>,
    Form(form): Form<Filled>,
) -> Answer {
    visitor.vendor_only()?;
    let before = portal.service.customer(&visitor.admin, id).await?;
    put(&portal, visitor, Some(before), form).await
}

async fn put(portal: &Portal, mut visitor: Visitor, before: Option<Customer>, form: Filled) -> Answer {
    visitor.admin.may(Permission::Sell)?;
    let mut wrong = Wrong::default();
    let what = PutCustomer {
        id: before.as_ref().map_or_else(|| portal.service.draw(), |before| before.id),
        new: before.is_none(),
        patch: form.patch(before.as_ref(), &mut wrong),
        if_match: before.is_some().then_some(form.revision),
    };
    if !wrong.is_empty() {
        return again(&Page::of(&mut visitor, before.as_ref(), form, wrong));
    }
    let (id, said) = (what.id, if what.new { "is entered" } else { "is changed" });
    match portal.service.office(&visitor.admin, None, what).await {
        Ok(_) => done(&format!("/customers/{id}"), format!("{} {said}.", form.name.trim())),
        Err(failure) => {
            let wrong = Wrong::of(failure, FIELDS)?;
            again(&Page::of(&mut visitor, before.as_ref(), form, wrong))
        }
    }
}
