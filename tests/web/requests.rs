//! More seats: the customer asks, the vendor's sales grants, and whoever was refused gets in.

use seatkeeper_test_browser::Browser;
use seatkeeper_test_world::{Desk, World};

use crate::looked::{BOTH, Looked};
use crate::people::{PASSWORD, Person, is_in, sign_in};

/// Seen red when one seat fewer is granted than sales said.
#[test]
fn seats_are_asked_for_and_granted_and_the_next_person_gets_in() {
    let world = World::start();
    let owner = Person::Customers("owner").account(&world).email;
    let sales = Person::Vendors("sales").account(&world).email;
    let mut looked = Looked::default();
    for look in BOTH {
        let pool = world.pool(1);
        let page = format!("{}/licenses/{}", world.server.url(), pool.id);
        let mut ann = Desk::new("Ann Okafor", "WS-1", world.server.url(), &pool).seated();
        let mut ben = Desk::new("Ben Whitfield", "WS-2", world.server.url(), &pool).start();
        ben.comes_to("refused");

        let browser = Browser::start(look);
        sign_in(&browser, &world, &owner, PASSWORD);
        is_in(&browser);
        browser.visit(&page);
        browser.click("Ask for more seats");
        browser.fill("How many more", "2");
        browser.click("Ask");
        browser.shows("What for");
        looked.at(&browser, "ask-wrong");
        browser.fill("What for", "The tower begins on Monday");
        browser.click("Ask");
        browser.shows("You asked for more seats.");
        browser.shows("Waiting");
        looked.at(&browser, "asked");

        sign_in(&browser, &world, &sales, PASSWORD);
        browser.click("Requests");
        browser.shows("The tower begins on Monday");
        looked.at(&browser, "requests-waiting");
        browser.click_in_row("2 more seats", "Answer…");
        browser.shows("Bauer & Partner asks for 2 more seats");
        browser.fill("What the customer reads", "With pleasure");
        looked.at(&browser, "answering");
        browser.click("Grant");
        browser.shows("Granted: 2 more seats.");
        browser.shows("Nobody waits for an answer");

        sign_in(&browser, &world, &owner, PASSWORD);
        is_in(&browser);
        browser.visit(&page);
        browser.shows("Granted");
        browser.shows("With pleasure");
        browser.shows("of 3 in use");
        looked.at(&browser, "granted");
        ben.retry();
        ben.comes_to("licensed");
        assert_eq!(ann.stands().name(), "licensed");
        assert_eq!(world.in_use(&pool), 2);
    }
    looked.all_well();
}
