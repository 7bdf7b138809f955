//! Making a token. It is shown once: what is kept is a hash.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use seatkeeper_domain::token::Role;
use seatkeeper_service::{Asked, Permission};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::form::{Filled, Wrong, filled};
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, again, shown};
use crate::visitor::Visitor;

/// What the form shows mistakes beside.
const FIELDS: &[&str] = &["label", "role", "customer", "expires_at"];
/// Letters in a label, at most.
const LABEL: usize = 100;

/// Roles as the form offers them, the one that may least first.
const ROLES: &[(&str, &str)] = &[
    ("viewer", "Viewer: reads"),
    ("support", "Support: releases seats, manages devices and keys"),
    ("sales", "Sales: customers, licences, products too"),
    ("admin", "Admin: everything"),
];

#[derive(Template)]
#[template(path = "tokens/make.html")]
struct Page {
    shell: Shell,
    form: Filled,
    wrong: Wrong,
    /// What this form is known by: sent twice, it makes one token.
    once: Uuid,
}

#[derive(Template)]
#[template(path = "tokens/made.html")]
struct Made {
    shell: Shell,
    label: String,
    secret: String,
}

/// The form.
pub(crate) async fn ask(State(portal): State<Portal>, mut visitor: Visitor) -> Answer {
    visitor.vendor_only()?;
    visitor.admin.may(Permission::Govern)?;
    let shell = Shell::of(&mut visitor, "/server", "Make a token");
    shown(&Page { shell, form: Filled::default(), wrong: Wrong::default(), once: portal.service.draw() })
}

/// Makes it, and shows it.
pub(crate) async fn make(State(portal): State<Portal>, mut visitor: Visitor, Form(form): Form<Filled>) -> Answer {
    visitor.vendor_only()?;
    visitor.admin.may(Permission::Govern)?;
    let once: Uuid = form.get("once").parse().unwrap_or_else(|_| portal.service.draw());
    let mut wrong = Wrong::default();
    let label = form.get("label").trim().to_owned();
    if !(1..=LABEL).contains(&label.chars().count()) {
        wrong.note("label", format!("must have 1 to {LABEL} characters: say what uses the token"));
    }
    let role = role(form.get("role"))?;
    let expires_at = visitor.face.last_of(form.get("expires_at"), None).unwrap_or_else(|why| {
        wrong.note("expires_at", why);
        None
    });
    let customer = match filled(form.get("customer")) {
        None => None,
        Some(named) => {
            let found = portal.service.customer_named(&visitor.admin, &named).await?;
            if found.is_none() {
                wrong.note("customer", "no customer has this name or id");
            }
            found.map(|customer| customer.id)
        }
    };
    if wrong.is_empty() {
        let asked = Asked { key: format!("token {once}"), request: Sha256::digest(format!("{form:?}")).into() };
        let made =
            portal.service.create_token(&visitor.admin, Some(asked), label.clone(), role, customer, expires_at).await;
        match made {
            Ok(made) => {
                let shell = Shell::of(&mut visitor, "/server", "The token is made");
                return shown(&Made { shell, label, secret: made.secret.unwrap_or_default() });
            }
            Err(failure) => wrong = Wrong::of(failure, FIELDS)?,
        }
    }
    let shell = Shell::of(&mut visitor, "/server", "Make a token");
    again(&Page { shell, form, wrong, once })
}

fn role(code: &str) -> Result<Role, Refused> {
    match code {
        "viewer" => Ok(Role::Viewer),
        "support" => Ok(Role::Support),
        "sales" => Ok(Role::Sales),
        "admin" => Ok(Role::Admin),
        _ => Err(Refused::unreadable(
            "The form names no role that there is. Go back, reload the page and send it again.",
        )),
    }
}
