//! Letting somebody in.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::{Form, Query};
use seatkeeper_service::NewPerson;
use serde::Deserialize;
use uuid::Uuid;

use super::{House, Of, chosen, roles};
use crate::form::Wrong;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, again, done, shown};
use crate::visitor::Visitor;

const FIELDS: &[&str] = &["email", "name", "role"];

/// What is filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    email: String,
    name: String,
    role: String,
    customer: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "people/invite.html")]
struct Page {
    shell: Shell,
    customer: Option<Uuid>,
    roles: Vec<(&'static str, &'static str)>,
    form: Filled,
    wrong: Wrong,
}

fn of(visitor: &mut Visitor, house: &House, form: Filled, wrong: Wrong) -> Page {
    let customer = house.named(visitor);
    let roles = roles(house.customer);
    Page { shell: Shell::of(visitor, "/people", "Invite somebody"), customer, roles, form, wrong }
}

/// The form.
pub(crate) async fn page(State(portal): State<Portal>, mut visitor: Visitor, Query(whose): Query<Of>) -> Answer {
    let house = House::of(&portal, &visitor, &whose).await?;
    shown(&of(&mut visitor, &house, Filled { role: "viewer".to_owned(), ..Filled::default() }, Wrong::default()))
}

/// Makes the account, and has its owner invited.
pub(crate) async fn invite(State(portal): State<Portal>, mut visitor: Visitor, Form(form): Form<Filled>) -> Answer {
    let house = House::of(&portal, &visitor, &Of { customer: form.customer }).await?;
    let mut wrong = Wrong::default();
    let Some(role) = chosen(&form.role) else {
        wrong.note("role", "is none that people here may have");
        return again(&of(&mut visitor, &house, form, wrong));
    };
    let person = NewPerson { customer_id: house.customer, email: form.email.clone(), name: form.name.clone(), role };
    match portal.service.invite(&visitor.admin, person).await {
        Ok(id) => done(&format!("/people/{id}"), format!("An invitation goes to {}.", form.email.trim())),
        Err(failure) => {
            let wrong = Wrong::of(failure, FIELDS)?;
            again(&of(&mut visitor, &house, form, wrong))
        }
    }
}
