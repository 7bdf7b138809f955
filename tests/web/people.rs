//! Who looks at the pages, and how they come to be signed in.

use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use seatkeeper_test_browser::{Browser, Look};
use seatkeeper_test_support::binary;
use seatkeeper_test_world::World;

/// Of everybody.
pub(crate) const PASSWORD: &str = "heron quartz 91 lantern";

/// Somebody who may look.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Person {
    /// The customer's own, with this role.
    Customers(&'static str),
    /// The vendor's, with this role.
    Vendors(&'static str),
}

impl Person {
    /// Their mail address, on an account that is made for them on the server's own machine.
    #[track_caller]
    pub(crate) fn account(self, world: &World) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let email = format!("person{}@example.com", NEXT.fetch_add(1, Ordering::Relaxed));
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        fs::write(file.path(), PASSWORD).expect("the password can be written");
        let mut command = Command::new(binary("seatkeeper"));
        command.args(["account", "invite", "--name", "Mara Ortega", "--email", &email]);
        command.arg("--data").arg(world.server.data()).arg("--password-file").arg(file.path());
        match self {
            Self::Vendors(role) => command.args(["--role", role]),
            Self::Customers(role) => command.args(["--role", role, "--customer", world.customer_id()]),
        };
        let output = command.output().expect("seatkeeper starts");
        assert!(output.status.success(), "no account: {}", String::from_utf8_lossy(&output.stderr));
        email
    }

    /// A browser in which they are signed in.
    #[track_caller]
    pub(crate) fn at(self, world: &World, look: Look) -> Browser {
        let (email, browser) = (self.account(world), Browser::start(look));
        browser.visit(&format!("{}/sign-in", world.server.url()));
        browser.fill("Mail address", &email);
        browser.fill("Password", PASSWORD);
        browser.click("Sign in");
        browser.shows("Good");
        browser
    }
}
