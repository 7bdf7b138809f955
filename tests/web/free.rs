//! "Is a seat free?", with the real program: opened by whoever runs the licences at the customer's, looked at by somebody who
//! is signed in nowhere.

use seatkeeper_test_browser::{Browser, Look, PHONE, SCREEN};
use seatkeeper_test_support::{BOUND, until};
use seatkeeper_test_world::{Desk, World};

use crate::looked::Looked;
use crate::people::Person;

/// With script the page says so by itself; without, when somebody looks again.
#[test]
fn somebody_with_the_address_sees_a_seat_being_taken() {
    let mut looked = Looked::default();
    for look in [Look::new(PHONE), Look::new(SCREEN).dark().no_script()] {
        let world = World::start();
        let pool = world.brisk_pool(3);
        let desk = |user: &str, device: &str| Desk::new(user, device, world.server.url(), &pool).seated();
        let _ann = desk("Ann Okafor", "WS-1");
        let owner = Person::Customers("owner").at(&world, look);
        owner.click("Is a seat free?");
        owner.shows("2 of 3 seats are free");
        owner.click("Open it to everybody with the address");
        owner.shows("Hand its address to your people");
        looked.at(&owner, "free-opened");

        let stranger = Browser::start(look);
        stranger.visit(&owner.text("#address"));
        stranger.shows("2 of 3 seats are free");
        let _ben = desk("Ben Whitfield", "WS-2");
        if look.script {
            stranger.shows("1 of 3 seats is free");
        } else {
            until(BOUND, "the page to say that a seat was taken", || {
                stranger.click("Look again");
                stranger.source().contains("1 of 3 seats is free").then_some(())
            });
        }
        let _cleo = desk("Cleo Marsh", "WS-3");
        owner.visit(&format!("{}/free", world.server.url()));
        owner.shows("No seat is free");
        owner.shows("The next seat is due back by");
        looked.at(&owner, "free-full");
        let page = stranger.source();
        assert!(!page.contains("Okafor") && !page.contains("WS-1") && !page.contains("SN-"), "{page}");

        owner.click("Give it a new address");
        owner.shows("The old one shows nothing any more");
        stranger.reload();
        stranger.shows("There is nothing here");
    }
    looked.all_well();
}
