//! Who looks at the pages, and how they come to be signed in.

use seatkeeper_test_browser::{Browser, Look};
use seatkeeper_test_world::World;

/// Somebody who may look.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Person {
    /// The customer's own, with this role.
    Customers(&'static str),
    /// The vendor's, with this role.
    Vendors(&'static str),
}

impl Person {
    /// A browser in which they are signed in.
    #[track_caller]
    pub(crate) fn at(self, world: &World, look: Look) -> Browser {
        let browser = Browser::start(look);
        let token = match self {
            Self::Vendors(role) => world.server.token(&["--role", role]),
            Self::Customers(role) => world.server.token(&["--role", role, "--customer", world.customer_id()]),
        };
        browser.keep_cookie(world.server.url(), "__Host-seatkeeper", &token);
        browser
    }
}
