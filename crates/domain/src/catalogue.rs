//! Products and customers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::ChainHead;
use crate::id::{CustomerId, ProductId};
use crate::version::Version;

/// A module of a product, as the catalogue names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feature {
    /// Its code.
    pub code: String,
    /// Its name for people.
    pub name: String,
}

/// Most features that a product may have: a lease names them all, and has to fit into the request that renews it.
pub const MOST_FEATURES: usize = 200;

/// What visitors may ask for themselves. Nothing, until the vendor says so: a stranger makes no licence of a product that
/// was not opened to strangers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// A trial of so many days, with all features, for one person on one device; none where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial_days: Option<u32>,
    /// Whether education licences may be asked for.
    #[serde(default)]
    pub education: bool,
}

/// What is sold.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// Its code, which programs carry; unique.
    pub code: String,
    /// Its name for people.
    pub name: String,
    /// The earliest version that may use it.
    pub minimum_version: Option<Version>,
    /// Its modules.
    pub features: Vec<Feature>,
    /// What visitors may ask for themselves.
    pub offer: Offer,
    /// Raised by every change.
    pub revision: u64,
    /// When it was added.
    pub created_at: Timestamp,
}

/// Someone to write to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Their name.
    pub name: String,
    /// Their mail address.
    pub email: String,
}

/// A page that is open to whoever has its address. The address is made from the instant at which it was opened under it:
/// another instant is another address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FreePage {
    /// Since when it has its address. Kept when it is shut, so that no later one is the same.
    pub since: Timestamp,
    /// When it was shut; open where absent.
    pub shut_at: Option<Timestamp>,
}

/// A company that bought licences.
#[derive(Clone, Debug, PartialEq)]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// Its name.
    pub name: String,
    /// The vendor's own id for it; unique where present.
    pub external_id: Option<String>,
    /// The vendor's own notes.
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// Whom to write to.
    pub contacts: Vec<Contact>,
    /// Language, such as `en-GB`.
    pub locale: Option<String>,
    /// Time zone, such as `Europe/London`.
    pub time_zone: Option<String>,
    /// The page that tells its people whether a seat is free, where it was ever opened to whoever has the address.
    pub free_page: Option<FreePage>,
    /// Raised by every change that the vendor makes.
    pub revision: u64,
    /// When it was added.
    pub created_at: Timestamp,
    /// The last of its events.
    pub chain: ChainHead,
}

impl Customer {
    /// Since when its page of free seats is open under its address; not open where absent.
    pub fn free_page_since(&self) -> Option<Timestamp> {
        self.free_page.filter(|page| page.shut_at.is_none()).map(|page| page.since)
    }
}
