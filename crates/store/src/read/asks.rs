//! What is read of what visitors asked for. It is the vendor's alone, and whoever presents an ask's link. Knows no page and no
//! engine.

use jiff::Timestamp;
use seatkeeper_domain::ask::{Ask, Stage};
use seatkeeper_domain::id::{AskId, ProductId};

use super::{Listed, Page};
use crate::error::StoreError;

type Read<T> = Result<T, StoreError>;

/// Which asks.
#[derive(Clone, Copy, Debug, Default)]
pub struct AskFilter {
    /// Of this product.
    pub product_id: Option<ProductId>,
    /// That stand so.
    pub stage: Option<Stage>,
}

/// Reading what was asked for.
pub trait AskReader {
    /// One, for whoever presents its link, or for the vendor.
    fn ask(&self, id: AskId) -> Read<Option<Ask>>;
    /// A list, newest first: those before `page.after`.
    fn asks(&self, filter: AskFilter, page: Page) -> Read<Listed<Ask>>;
    /// All from one [mailbox](seatkeeper_domain::ask::mailbox), in the order of their ids.
    fn asks_from(&self, mailbox: &str) -> Read<Vec<Ask>>;
    /// Those whose mail is to be tried at `now`, those that have waited longest first.
    fn asks_to_mail(&self, now: Timestamp, limit: u32) -> Read<Vec<Ask>>;
}
