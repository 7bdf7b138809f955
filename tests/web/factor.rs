//! Two-factor sign-in with an authenticator of our own: set up, asked for, got around by a recovery code once, taken away by
//! an owner when the telephone is lost.

use aws_lc_rs::hmac;
use seatkeeper_test_browser::Browser;
use seatkeeper_test_world::World;

use crate::looked::{BOTH, Looked};
use crate::people::{PASSWORD, Person, is_in, sign_in};

/// What shows codes, as the program on a telephone: RFC 6238, six digits every thirty seconds.
struct Authenticator {
    secret: Vec<u8>,
    /// A code is good once: the last step that one was given of.
    last: u64,
}

impl Authenticator {
    /// From the secret as pages show it for typing, in base 32.
    fn typed(secret: &str) -> Self {
        let mut bits = String::new();
        for letter in secret.bytes().filter(|letter| *letter != b' ') {
            let value = if letter >= b'A' { letter - b'A' } else { letter - b'2' + 26 };
            bits += &format!("{value:05b}");
        }
        let bytes = bits.as_bytes().chunks_exact(8);
        let byte = |bits: &[u8]| u8::from_str_radix(std::str::from_utf8(bits).expect("ASCII"), 2).expect("a byte");
        Self { secret: bytes.map(byte).collect(), last: 0 }
    }

    /// A code that was not given yet. One step ahead is taken too, so that nobody waits here for the next.
    fn code(&mut self, clock: i64) -> String {
        let now = clock.cast_unsigned() / 30;
        self.last = now.max(self.last + 1);
        assert!(self.last <= now + 1, "no code is left that would be taken now");
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.secret);
        let mac = hmac::sign(&key, &self.last.to_be_bytes());
        let mac = mac.as_ref();
        let at = usize::from(mac[19] & 15);
        let word = u32::from_be_bytes([mac[at], mac[at + 1], mac[at + 2], mac[at + 3]]) & 0x7FFF_FFFF;
        format!("{:06}", word % 1_000_000)
    }
}

#[track_caller]
fn gives(browser: &Browser, code: &str) {
    browser.fill("Code", code);
    browser.click("Go on");
}

/// Switches it on in the browser where somebody is signed in: their authenticator, and their recovery codes.
#[track_caller]
fn switched_on(browser: &Browser, world: &World, looked: &mut Looked) -> (Authenticator, Vec<String>) {
    browser.visit(&format!("{}/account", world.server.url()));
    browser.click("Switch it on");
    browser.click("Begin");
    let mut authenticator = Authenticator::typed(&browser.text(".secret"));
    browser.fill("The code that it shows then", "000000");
    browser.click("Switch it on");
    browser.shows("This code is not right");
    looked.at(browser, "two-factor-wrong");
    browser.fill("The code that it shows then", &authenticator.code(browser.clock()));
    browser.click("Switch it on");
    browser.shows("Your recovery codes");
    looked.at(browser, "recovery-codes");
    let codes = browser.text("#codes").split_whitespace().map(str::to_owned).collect();
    browser.click("I have them");
    browser.shows("10 recovery codes left");
    (authenticator, codes)
}

/// Seen red when the owner is told that it is off, and it is not.
#[test]
fn a_second_factor_is_asked_for_until_an_owner_takes_it_away() {
    let world = World::start();
    let owner = Person::Customers("owner").account(&world).email;
    let mut looked = Looked::default();
    for look in BOTH {
        let browser = Browser::start(look);
        let who = Person::Customers("admin").account(&world);
        sign_in(&browser, &world, &who.email, PASSWORD);
        is_in(&browser);
        let (mut authenticator, recovery) = switched_on(&browser, &world, &mut looked);
        looked.at(&browser, "account-two-factor");

        sign_in(&browser, &world, &who.email, PASSWORD);
        browser.shows("Confirm it is you");
        // The password alone opens nothing.
        browser.visit(&format!("{}/licenses", world.server.url()));
        browser.shows("Sign in");
        sign_in(&browser, &world, &who.email, PASSWORD);
        gives(&browser, "000000");
        browser.shows("This code is not right");
        looked.at(&browser, "code-wrong");
        gives(&browser, &authenticator.code(browser.clock()));
        is_in(&browser);

        // Once, and no second time.
        sign_in(&browser, &world, &who.email, PASSWORD);
        gives(&browser, &recovery[3].to_lowercase());
        is_in(&browser);
        browser.visit(&format!("{}/account", world.server.url()));
        browser.shows("9 recovery codes left");
        sign_in(&browser, &world, &who.email, PASSWORD);
        gives(&browser, &recovery[3]);
        browser.shows("This code is not right, or was used already.");
        looked.at(&browser, "recovery-code-used");

        sign_in(&browser, &world, &owner, PASSWORD);
        is_in(&browser);
        browser.visit(&format!("{}/people/{}", world.server.url(), who.id));
        looked.at(&browser, "person-two-factor");
        browser.click("Switch two-factor sign-in off");
        browser.shows("Two-factor sign-in of Mara Ortega is off.");
        sign_in(&browser, &world, &who.email, PASSWORD);
        is_in(&browser);
    }
    looked.all_well();
}
