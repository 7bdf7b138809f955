//! What visitors who have no account ask for, and what the vendor makes of it. Knows no page.

mod desk;
mod visit;

pub use desk::Reply;
pub use visit::{Asking, OpenAsk, Shown};

use seatkeeper_domain::ask::{Ask, mailbox};
use seatkeeper_domain::decide::Making;
use seatkeeper_domain::id::AskId;

use crate::entropy;
use crate::failure::Failure;
use crate::people::Secret;
use crate::service::Service;

impl Service {
    /// An ask's link, as it stands in an address.
    pub(crate) fn ask_text(&self, id: AskId) -> String {
        Secret { id: id.0, secret: self.secrets.ask_secret(id) }.to_string()
    }

    /// What is drawn for a licence: whoever has one from the same mailbox is the same customer.
    async fn making(&self, ask: &Ask) -> Result<Making, Failure> {
        let from = mailbox(&ask.email);
        let of = from.clone();
        let before = self.read(move |reader| reader.asks_from(&of)).await?;
        let customer = before.iter().find_map(Ask::made).map(|made| made.customer_id);
        Ok(Making {
            mailbox: from,
            customer_id: customer.unwrap_or_else(|| self.draw()),
            license_id: self.draw(),
            serial_number: entropy::serial_number(),
            key: self.new_key(&entropy::product_key(), "default"),
        })
    }
}
