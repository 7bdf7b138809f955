//! Who looks at the pages, and how they come to be signed in.

use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use seatkeeper_test_browser::{Browser, Look};
use seatkeeper_test_support::{Http, binary};
use seatkeeper_test_world::World;
use serde_json::Value;

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

/// Somebody's account.
pub(crate) struct Account {
    /// Its id.
    pub(crate) id: String,
    /// Their mail address.
    pub(crate) email: String,
}

impl Person {
    /// An account for them, made on the server's own machine.
    #[track_caller]
    pub(crate) fn account(self, world: &World) -> Account {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let email = format!("person{}@example.com", NEXT.fetch_add(1, Ordering::Relaxed));
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        fs::write(file.path(), PASSWORD).expect("the password can be written");
        let mut command = Command::new(binary("seatkeeper"));
        command.args(["account", "invite", "--json", "--name", "Mara Ortega", "--email", &email]);
        command.arg("--data").arg(world.server.data()).arg("--password-file").arg(file.path());
        match self {
            Self::Vendors(role) => command.args(["--role", role]),
            Self::Customers(role) => command.args(["--role", role, "--customer", world.customer_id()]),
        };
        let output = command.output().expect("seatkeeper starts");
        assert!(output.status.success(), "no account: {}", String::from_utf8_lossy(&output.stderr));
        let made: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        Account { id: made["id"].as_str().expect("an id").to_owned(), email }
    }

    /// Requests as their browser sends them, signed in.
    #[track_caller]
    pub(crate) fn http(self, world: &World) -> Http {
        let (email, http) = (self.account(world).email, world.server.http());
        let answer = http.form("/sign-in", &[("email", &email), ("password", PASSWORD)]);
        let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
        let cookies: Vec<&str> = cookies.filter_map(|cookie| cookie.split(';').next()).collect();
        http.header("Cookie", &cookies.join("; "))
    }

    /// A browser in which they are signed in.
    #[track_caller]
    pub(crate) fn at(self, world: &World, look: Look) -> Browser {
        let browser = Browser::start(look);
        self.takes(&browser, world);
        browser
    }

    /// Takes a browser over from whoever was signed in there.
    #[track_caller]
    pub(crate) fn takes(self, browser: &Browser, world: &World) {
        sign_in(browser, world, &self.account(world).email, PASSWORD);
        is_in(browser);
    }
}

/// Gives mail address and password, in a browser that knows nobody.
#[track_caller]
pub(crate) fn sign_in(browser: &Browser, world: &World, email: &str, password: &str) {
    browser.forget();
    browser.visit(&format!("{}/sign-in", world.server.url()));
    browser.fill("Mail address", email);
    browser.fill("Password", password);
    browser.click("Sign in");
}

/// Waits until somebody is signed in: the overview greets them, or says what is full.
#[track_caller]
pub(crate) fn is_in(browser: &Browser) {
    browser.text("nav [aria-current]");
}
