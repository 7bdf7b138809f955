//! A product key that leaked: replaced on the pages, with nobody interrupted, until every device has the new one.

use seatkeeper_test_world::{Desk, License, World};

use crate::looked::{BOTH, Looked};
use crate::people::Person;

/// Seen red when the old key goes on for a week, whatever was chosen.
#[test]
fn a_key_is_reissued_and_devices_move_to_the_new_one() {
    let world = World::start();
    let mut looked = Looked::default();
    for look in BOTH {
        let old = world.pool(3);
        let keys = format!("{}/licenses/{}/keys", world.server.url(), old.id);
        let mut ann = Desk::new("Ann Okafor", "WS-1", world.server.url(), &old).seated();
        let desk = Desk::without_key("Ben Whitfield", "WS-2", world.server.url());
        desk.write_key_file(&old);
        desk.seated().quit();

        let browser = Person::Customers("admin").at(&world, look);
        browser.visit(&format!("{}/licenses/{}", world.server.url(), old.id));
        browser.click("Product keys");
        browser.click("Reissue…");
        browser.fill("The old key goes on for", "0");
        browser.click("Say what will happen");
        browser.shows("2 devices use the old key now.");
        browser.shows("opens nothing from the moment you press the button");
        looked.at(&browser, "reissue-told");
        browser.click("Reissue the key");
        browser.shows("The new key for");
        looked.at(&browser, "reissued");
        let new = License { product_key: browser.text("#key"), ..old.clone() };
        assert_ne!(new.product_key, old.product_key);

        // Who works goes on; who starts with the old key is told.
        assert_eq!(ann.stands().name(), "licensed");
        ann.works();
        assert_eq!(desk.start().comes_to("refused").fact("code"), "key_revoked");
        browser.visit(&keys);
        browser.shows("0 of 2 devices have the new key.");
        desk.write_key_file(&new);
        let _ben = desk.seated();
        // With script the page follows by itself.
        if !look.script {
            browser.reload();
        }
        browser.shows("1 of 2 devices have the new key.");
        looked.at(&browser, "keys-moving");
        browser.click("See which have not");
        browser.shows("WS-1");
        browser.hides("WS-2");
    }
    looked.all_well();
}
