//! Whose seats these are: the licences of rows, with their products and customers, each read once.

use std::collections::HashMap;

use seatkeeper_domain::id::{CustomerId, LicenseId};

use crate::portal::Portal;
use crate::refused::Refused;
use crate::visitor::Visitor;

/// What a row says of its licence.
#[derive(Clone, Debug, Default)]
pub(crate) struct Owner {
    pub(crate) product: String,
    pub(crate) serial: String,
    /// For the vendor's people.
    pub(crate) customer: String,
}

/// Those met so far.
#[derive(Default)]
pub(crate) struct Owners {
    licenses: HashMap<LicenseId, Owner>,
    customers: HashMap<CustomerId, String>,
}

impl Owners {
    /// Reads a licence that was not met before.
    pub(crate) async fn meet(&mut self, portal: &Portal, visitor: &Visitor, id: LicenseId) -> Result<(), Refused> {
        if self.licenses.contains_key(&id) {
            return Ok(());
        }
        let row = portal.service.license(&visitor.admin, id).await?;
        let customer_id = row.license.customer_id;
        let customer = match self.customers.get(&customer_id) {
            _ if !visitor.vendor() => String::new(),
            Some(name) => name.clone(),
            None => portal.service.customer(&visitor.admin, customer_id).await?.name,
        };
        self.customers.insert(customer_id, customer.clone());
        let owner = Owner { product: row.product.name, serial: row.license.serial_number, customer };
        self.licenses.insert(id, owner);
        Ok(())
    }

    pub(crate) fn of(&self, id: LicenseId) -> Owner {
        self.licenses.get(&id).cloned().unwrap_or_default()
    }
}
