//! What stands around every page: the mark, the way to the other pages, who looks, and what was done just now.

use seatkeeper_service::Permission;

use crate::assets::{ASSETS, Assets};
use crate::visitor::Visitor;

/// The frame of a page.
pub(crate) struct Shell {
    /// The page's name, as browsers show it on a tab.
    pub(crate) title: String,
    pub(crate) assets: &'static Assets,
    pub(crate) places: Vec<Place>,
    pub(crate) company: String,
    pub(crate) name: String,
    /// Until when the vendor's people see these pages as the customer's viewers do.
    pub(crate) viewing: Option<String>,
    pub(crate) said: Option<String>,
    /// Whether the page follows what changes.
    pub(crate) live: bool,
}

/// A page that the others lead to.
pub(crate) struct Place {
    pub(crate) href: &'static str,
    pub(crate) name: &'static str,
    pub(crate) here: bool,
}

/// In the order in which they are shown.
const CUSTOMERS: &[(&str, &str)] = &[
    ("/overview", "Overview"),
    ("/sessions", "Sessions"),
    ("/licenses", "Licences"),
    ("/reports", "Reports"),
    ("/denials", "Denials"),
    ("/people", "People"),
    ("/activity", "Activity"),
];
const VENDORS: &[(&str, &str)] = &[
    ("/overview", "Overview"),
    ("/customers", "Customers"),
    ("/sessions", "Sessions"),
    ("/licenses", "Licences"),
    ("/requests", "Requests"),
    ("/asks", "Trials"),
    ("/products", "Products"),
    ("/reports", "Reports"),
    ("/denials", "Denials"),
    ("/people", "People"),
    ("/activity", "Activity"),
    ("/server", "Server"),
];

impl Shell {
    /// The frame of the page that belongs to the place at `here`.
    pub(crate) fn of(visitor: &mut Visitor, here: &str, title: impl Into<String>) -> Self {
        let places = if visitor.vendor() { VENDORS } else { CUSTOMERS };
        let governs = visitor.may(Permission::Govern);
        let manages = visitor.may(Permission::People);
        let offered =
            places.iter().filter(|(href, _)| (*href != "/server" || governs) && (*href != "/people" || manages));
        Self {
            title: title.into(),
            assets: &ASSETS,
            places: offered.map(|(href, name)| Place { href, name, here: *href == here }).collect(),
            company: visitor.customer.as_ref().map_or("Vendor", |customer| &customer.name).to_owned(),
            name: visitor.who.account.name.clone(),
            viewing: viewing(visitor),
            said: visitor.flash.0.take(),
            live: false,
        }
    }

    /// Likewise, of a page that follows what changes.
    pub(crate) fn live(visitor: &mut Visitor, here: &str, title: impl Into<String>) -> Self {
        Self { live: true, ..Self::of(visitor, here, title) }
    }
}

/// Until when a customer's pages are seen by the vendor's people.
fn viewing(visitor: &Visitor) -> Option<String> {
    visitor.who.viewing?;
    let (_, until) = visitor.who.sign_in.viewing?;
    Some(visitor.face.at(until).said().to_owned())
}
