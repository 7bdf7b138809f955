//! A stranger tries the program: from the public page by the link in the mail to the program that runs, once for a mail address
//! and once for a device.

use seatkeeper_test_browser::{Browser, Look, PHONE, SCREEN};
use seatkeeper_test_world::{Desk, License, World};

use crate::looked::Looked;
use crate::mail::mail;
use crate::people::Person;
use crate::visitor::{link, open};

/// A vendor whose program visitors may try.
fn vendor() -> World {
    let world = World::start();
    let product = world.admin.get("/v1/products").expect(200)["items"][0]["id"].as_str().expect("an id").to_owned();
    open(&world, &product);
    world
}

/// Asks for a trial on the public page.
#[track_caller]
fn asks(world: &World, browser: &Browser, email: &str) {
    browser.visit(&format!("{}/trial", world.server.url()));
    browser.shows("Try Planner");
    browser.fill("Your name", "Ada Lovelace");
    browser.fill("Mail address", email);
    browser.click("Send me the link");
    browser.shows("Look into your mail");
}

/// Opens the link in the mail, presses the button, and reads serial number and key.
#[track_caller]
fn begins(world: &World, browser: &Browser, email: &str) -> License {
    browser.visit(&format!("{}{}", world.server.url(), link(&mail(world, email, "begin it here"))));
    browser.click("Begin the trial");
    browser.shows("How to begin");
    License { id: String::new(), serial_number: browser.text("#serial"), product_key: browser.text("#key") }
}

#[test]
fn a_stranger_tries_the_program_once() {
    let mut looked = Looked::default();
    for look in [Look::new(SCREEN), Look::new(PHONE).dark(), Look::new(PHONE).no_script()] {
        let world = vendor();
        let browser = Browser::start(look);
        asks(&world, &browser, "ada@example.com");
        looked.at(&browser, "trial-asked");
        let trial = begins(&world, &browser, "ada@example.com");
        looked.at(&browser, "trial-begun");
        let planner = Desk::new("Ada", "HOME-PC", world.server.url(), &trial).seated();

        asks(&world, &browser, "Ada+again@example.com");
        assert!(mail(&world, "ada@example.com", "You had a trial").contains("there is one for each mail address"));

        asks(&world, &browser, "second@example.com");
        let second = begins(&world, &browser, "second@example.com");
        let mut refused = Desk::new("Ada", "HOME-PC", world.server.url(), &second).start();
        let stand = refused.comes_to("refused");
        assert_eq!(stand.fact("code"), "trial_used");
        refused.works();
        planner.quit();
        // Another device may have it.
        Desk::new("Grace", "OFFICE-PC", world.server.url(), &second).seated();

        let sales = Person::Vendors("sales").at(&world, look);
        sales.visit(&format!("{}/asks", world.server.url()));
        sales.shows("second@example.com");
        sales.visit(&format!("{}/denials", world.server.url()));
        sales.shows("The device had a trial before");
    }
    looked.all_well();
}
