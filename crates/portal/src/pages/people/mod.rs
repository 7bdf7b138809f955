//! People who sign in: the vendor's own, a customer's. For whoever may not manage them there are no such pages.

mod invite;
mod list;
mod one;

use seatkeeper_domain::account::fits;
use seatkeeper_domain::id::CustomerId;
use seatkeeper_domain::token::Role;
use seatkeeper_service::Permission;
use seatkeeper_service::read::Scope;
use serde::Deserialize;
use uuid::Uuid;

use crate::portal::Portal;
use crate::refused::Refused;
use crate::routes::{Table, action, page};
use crate::visitor::Visitor;
use crate::words::role;

pub(crate) fn table() -> Table {
    vec![
        page("/people", list::list),
        page("/people/invite", invite::page),
        action("/people/invite", invite::invite),
        page("/people/{id}", one::page),
        action("/people/{id}", one::save),
        action("/people/{id}/link", one::link),
        action("/people/{id}/end", one::end),
        action("/people/{id}/erase", one::erase),
        action("/people/{id}/two-factor/off", one::factor_off),
    ]
}

/// Whose people are meant: one's own company's, or the customer's that the vendor's people name.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Of {
    #[serde(default)]
    customer: Option<Uuid>,
}

/// A house, and what it is called.
struct House {
    customer: Option<CustomerId>,
    name: String,
}

impl House {
    /// The one that is asked for, if there is one for this visitor.
    async fn of(portal: &Portal, visitor: &Visitor, of: &Of) -> Result<Self, Refused> {
        visitor.admin.may(Permission::People)?;
        let own = visitor.admin.scope().customer();
        match (own, of.customer.map(CustomerId)) {
            (None, None) => Ok(Self { customer: None, name: "Your people".to_owned() }),
            (Some(own), None) => Ok(Self { customer: Some(own), name: "Your people".to_owned() }),
            (_, Some(id)) => {
                let customer = portal.service.customer(&visitor.admin, id).await?;
                Ok(Self { customer: Some(id), name: format!("{}: people", customer.name) })
            }
        }
    }

    fn scope(&self) -> Scope {
        self.customer.map_or(Scope::Vendor, Scope::Customer)
    }

    /// What names it in an address, for whoever sees more than one.
    fn named(&self, visitor: &Visitor) -> Option<Uuid> {
        self.customer.filter(|_| visitor.vendor()).map(|id| id.0)
    }
}

/// Roles that people of a house may have, as a choice.
fn roles(customer: Option<CustomerId>) -> Vec<(&'static str, &'static str)> {
    ROLES.iter().filter(|(_, role)| fits(customer, *role)).map(|(code, r)| (*code, role(*r))).collect()
}

const ROLES: [(&str, Role); 5] = [
    ("owner", Role::Owner),
    ("admin", Role::Admin),
    ("sales", Role::Sales),
    ("support", Role::Support),
    ("viewer", Role::Viewer),
];

fn code(role: Role) -> &'static str {
    ROLES.iter().find(|(_, known)| *known == role).map_or("viewer", |(code, _)| code)
}

fn chosen(code: &str) -> Option<Role> {
    ROLES.iter().find(|(known, _)| *known == code).map(|(_, role)| *role)
}
