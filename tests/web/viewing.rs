//! Support sees a customer's pages as its viewers do: nothing can be changed, no key is shown, and the customer reads of it.

use seatkeeper_test_world::{Machine, World};

use crate::looked::{BOTH, Looked};
use crate::people::{PASSWORD, Person, is_in, sign_in};

/// Seen red when keys are offered to whoever looks.
#[test]
fn support_sees_a_customers_pages_and_the_customer_reads_of_it() {
    let world = World::start();
    let pool = world.pool(3);
    Machine::new("WS-1").activate(&world.server.http(), &pool).take("Ann Okafor");
    let owner = Person::Customers("owner").account(&world).email;
    let keys = world.admin.get(&format!("{}/keys", pool.path())).expect(200);
    let key = keys["items"][0]["id"].as_str().expect("an id");
    let license = format!("{}/licenses/{}", world.server.url(), pool.id);
    let mut looked = Looked::default();
    for look in BOTH {
        let browser = Person::Vendors("support").at(&world, look);
        browser.click("Customers");
        browser.click("Bauer & Partner");
        browser.click("See their pages");
        browser.shows("You see what Bauer & Partner’s viewers see.");
        browser.text("form.viewing");
        looked.at(&browser, "viewing-overview");
        browser.click("Sessions");
        browser.shows("Ann Okafor");
        assert_eq!(browser.count("[href*=release], input[name=id]"), 0, "seats can be released");
        browser.visit(&format!("{license}/keys"));
        browser.shows("Product keys");
        assert_eq!(browser.count("[href$=show], [href$=reissue], [href$=new]"), 0, "keys can be shown or changed");
        looked.at(&browser, "viewing-keys");
        browser.visit(&format!("{license}/keys/{key}/show"));
        browser.shows("Your role does not allow this");
        assert!(!browser.source().contains(&pool.product_key));
        looked.at(&browser, "viewing-no-key");
        browser.visit(&format!("{}/customers", world.server.url()));
        browser.shows("There is nothing here");
        looked.at(&browser, "viewing-no-console");
        browser.visit(&license);
        browser.click("Back to your own");
        browser.shows("You see your own pages again.");
        browser.shows("See their pages");

        sign_in(&browser, &world, &owner, PASSWORD);
        is_in(&browser);
        browser.click("Activity");
        browser.shows("The vendor began to view these pages as the customer");
        browser.shows("The vendor stopped viewing these pages");
        looked.at(&browser, "viewed");
    }
    looked.all_well();
}
