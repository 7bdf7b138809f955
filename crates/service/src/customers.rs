//! Customers, looked for by what people remember of them. Reads; changes nothing.

use seatkeeper_domain::catalogue::Customer;
use seatkeeper_domain::holder::fold;
use seatkeeper_store::read::{Listed, Page};

use crate::authority::Admin;
use crate::failure::Failure;
use crate::service::Service;

/// Customers read at once while one is looked for.
const AT_ONCE: u32 = 200;

impl Service {
    /// Customers whose name or external id holds a text, whatever its case. There is an index of neither by their parts: a
    /// text that few have is looked for among all customers, of whom a vendor has thousands, not millions.
    ///
    /// # Errors
    /// If the books cannot be read.
    pub async fn find_customers(&self, admin: &Admin, text: &str, page: Page) -> Result<Listed<Customer>, Failure> {
        let (scope, part) = (admin.scope(), fold(text));
        self.read(move |reader| {
            let holds = |name: &str| fold(name).contains(&part);
            let fits = |row: &Customer| holds(&row.name) || row.external_id.as_deref().is_some_and(holds);
            let (mut items, mut after, most) = (Vec::new(), page.after, page.limit.clamp(1, AT_ONCE) as usize);
            loop {
                let some = reader.customers(scope, None, Page { after, limit: AT_ONCE })?;
                items.extend(some.items.into_iter().filter(fits));
                after = some.next;
                if items.len() > most || after.is_none() {
                    break;
                }
            }
            let more = items.len() > most;
            items.truncate(most);
            let next = items.last().filter(|_| more).map(|row| row.id.0);
            Ok(Listed { items, next })
        })
        .await
    }

    /// The customer with this external id, or else the only one with this name, whatever its case.
    ///
    /// # Errors
    /// If the books cannot be read.
    pub async fn customer_named(&self, admin: &Admin, named: &str) -> Result<Option<Customer>, Failure> {
        let page = Page { after: None, limit: AT_ONCE };
        let by_id = self.customers(admin, Some(named.to_owned()), page).await?.items.pop();
        if by_id.is_some() {
            return Ok(by_id);
        }
        let found = self.find_customers(admin, named, page).await?.items;
        let mut same = found.into_iter().filter(|row| fold(&row.name) == fold(named));
        let first = same.next();
        Ok(first.filter(|_| same.next().is_none()))
    }
}
