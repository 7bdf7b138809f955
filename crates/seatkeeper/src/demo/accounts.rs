//! Who may sign in at the demo: the vendor's people, and those of its first customer.

use std::fmt::Write;

use fastrand::Rng;
use seatkeeper_domain::token::Role;
use seatkeeper_service::{NewPerson, Service};

use super::cast::ALPHA;
use super::stage::Stage;

/// Somebody with an account.
struct Person {
    email: &'static str,
    name: &'static str,
    role: Role,
    /// Of the customer, or of the vendor.
    customer: Option<&'static str>,
    /// What they do here.
    part: &'static str,
}

const PEOPLE: &[Person] = &[
    Person {
        email: "mara@alpha.example",
        name: "Mara Ortega",
        role: Role::Owner,
        customer: Some(ALPHA.customer),
        part: "Alpha Bau's account owner",
    },
    Person {
        email: "it@alpha.example",
        name: "Ivo Lindt",
        role: Role::Viewer,
        customer: Some(ALPHA.customer),
        part: "reads along at Alpha Bau",
    },
    Person {
        email: "sam@vendor.example",
        name: "Sam Reyes",
        role: Role::Support,
        customer: None,
        part: "the vendor's support",
    },
    Person { email: "sina@vendor.example", name: "Sina Falk", role: Role::Sales, customer: None, part: "its sales" },
    Person {
        email: "ada@vendor.example",
        name: "Ada Quist",
        role: Role::Admin,
        customer: None,
        part: "its administrator",
    },
];

/// Makes the accounts, all with one password, which is drawn anew each time: a demo can be reached from this machine only, and
/// all the same nobody should know the password of another's.
pub(super) async fn open(service: &Service, stage: &Stage) -> anyhow::Result<String> {
    let mut chance = Rng::new();
    let password: Vec<String> = (0..3).map(|_| (0..5).map(|_| chance.lowercase()).collect()).collect();
    let password = password.join("-");
    let owner = service.owner();
    let mut told = String::new();
    for person in PEOPLE {
        let customer_id = person.customer.map(|name| stage.customer(name).into());
        let (email, name) = (person.email.to_owned(), person.name.to_owned());
        service.make_account(&owner, NewPerson { customer_id, email, name, role: person.role }, &password).await?;
        writeln!(told, "  {:<22} {}", person.email, person.part)?;
    }
    writeln!(told, "  {:<22} everybody's password", password)?;
    Ok(told)
}
