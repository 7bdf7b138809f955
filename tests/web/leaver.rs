//! Somebody who left: blocked, so that their open program is told and no other starts.

use seatkeeper_test_world::{Desk, World};

use crate::looked::{BOTH, Looked};
use crate::people::Person;

/// Seen red when names are blocked as they are typed, capital letters and all.
#[test]
fn a_leaver_is_blocked_and_nobody_else() {
    let world = World::start();
    let mut looked = Looked::default();
    for look in BOTH {
        let pool = world.brisk_pool(3);
        let desk = Desk::new("eve leaver", "WS-1", world.server.url(), &pool);
        let mut eve = desk.seated();
        let mut ann = Desk::new("Ann Okafor", "WS-2", world.server.url(), &pool).seated();

        let browser = Person::Customers("admin").at(&world, look);
        browser.visit(&format!("{}/licenses/{}", world.server.url(), pool.id));
        browser.click("Blocks");
        browser.shows("Nobody is blocked");
        browser.shows("learns of it within 5 seconds");
        browser.fill("User name", "Eve Leaver");
        browser.click("Block");
        browser.shows("Say why, in 1 to 500 characters");
        looked.at(&browser, "block-wrong");
        browser.fill("Reason", "Left in March");
        browser.click("Block");
        browser.shows("Blocked. What they held is free again.");
        browser.shows("Left in March");
        looked.at(&browser, "blocked");

        eve.comes_to("lost");
        eve.works();
        eve.quit();
        assert_eq!(desk.start().comes_to("refused").fact("code"), "blocked");
        assert_eq!(ann.stands().name(), "licensed");
        assert_eq!(world.in_use(&pool), 1);

        browser.click("Lift");
        browser.shows("Nobody is blocked");
        desk.seated();
    }
    looked.all_well();
}
