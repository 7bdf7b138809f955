//! The vendor's people seeing a customer's pages as that customer's viewers do: on the record, and over by itself.

use seatkeeper_domain::decide::{StopViewing, View};
use seatkeeper_domain::id::CustomerId;
use seatkeeper_domain::refusal::Refusal;

use super::{SignedIn, whose};
use crate::failure::Failure;
use crate::service::Service;

impl Service {
    /// Begins to see a customer's pages.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for whoever is not the vendor's own, or if there is no such customer.
    pub async fn view_as(&self, who: &SignedIn, customer_id: CustomerId) -> Result<(), Failure> {
        if who.account.customer_id.is_some() {
            return Err(Refusal::NotFound { what: "customer" }.into());
        }
        let view = View { whose: whose(&who.account), sign_in_id: who.sign_in.id, customer_id };
        self.by_account(&who.account, view).await.map(drop)
    }

    /// Sees one's own pages again.
    pub async fn stop_viewing(&self, who: &SignedIn) -> Result<(), Failure> {
        let Some((customer_id, _)) = who.sign_in.viewing else { return Ok(()) };
        let stop = StopViewing { whose: whose(&who.account), sign_in_id: who.sign_in.id, customer_id };
        self.by_account(&who.account, stop).await.map(drop)
    }
}
