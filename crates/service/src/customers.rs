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
}
