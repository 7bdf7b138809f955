//! What the vendor's people come for: support answers why somebody was refused, sales sells a licence.

use seatkeeper_test_browser::{Browser, Look, PHONE, SCREEN};
use seatkeeper_test_world::{Desk, License};

use crate::looked::Looked;
use crate::people::Person;
use crate::town::Town;

const LOOKS: [Look; 3] = [Look::new(SCREEN), Look::new(PHONE), Look::new(SCREEN).dark().no_script()];

/// A filter acts as it is written; without script it has a button.
fn find(browser: &Browser, text: &str) {
    browser.fill("Person or device", text);
    if !browser.look().script {
        browser.click("Show");
    }
}

/// Seen red: with the holders of then left out of the page.
#[test]
fn support_answers_why_somebody_was_refused() {
    let town = Town::new();
    let mut looked = Looked::default();
    for look in LOOKS {
        let browser = Person::Vendors("support").at(&town.world, look);
        browser.click("Denials");
        browser.shows("Dana Kowalski");
        find(&browser, "nobody of that name");
        browser.hides("Dana Kowalski");
        find(&browser, "kowal");
        browser.shows("Dana Kowalski");
        browser.click_in_row("Dana Kowalski", "Explain");
        browser.shows("Dana Kowalski on SITE-LAPTOP-21");
        browser.shows("3 of 3 in use");
        for holder in ["Anna Okafor", "Ben Whitfield", "Chidi Eze"] {
            browser.shows(holder);
        }
        // Of another licence.
        browser.hides("Priya Nair");
        looked.at(&browser, "refused");
    }
    looked.all_well();
}

/// What a program shows that was refused leads support to who had the seats, and on to all that happened with whoever asked.
#[test]
fn support_finds_a_refusal_by_the_request_id_that_a_program_shows() {
    let town = Town::new();
    let pool = town.full_pool();
    let mut late = Desk::new("Nina Vogel", "LDN-WS-0301", town.world.server.url(), pool).start();
    let request = late.comes_to("refused").fact("request").to_owned();
    let mut looked = Looked::default();
    for look in LOOKS {
        let browser = Person::Vendors("support").at(&town.world, look);
        browser.click("Search");
        browser.fill("What to look for", &request);
        browser.click_on("main form button");
        browser.click("Nina Vogel on LDN-WS-0301");
        browser.shows("No seat was free");
        browser.shows(&request);
        for holder in ["Anna Okafor", "Ben Whitfield", "Chidi Eze"] {
            browser.shows(holder);
        }
        browser.click("Nina Vogel");
        browser.shows("What happened");
        browser.shows("Refused: no seat was free");
        looked.at(&browser, "timeline-person");
        browser.click("LDN-WS-0301");
        browser.shows("Activated");
        looked.at(&browser, "timeline-device");
    }
    late.quit();
    looked.all_well();
}

/// What is sold works at once: the serial number and the product key of the page are given to the real program.
///
/// Seen red: with another key shown than the one that was kept.
#[test]
fn sales_issues_a_licence_and_the_program_runs_with_it() {
    let town = Town::new();
    let mut looked = Looked::default();
    for look in LOOKS {
        let browser = Person::Vendors("sales").at(&town.world, look);
        browser.click("Customers");
        browser.click("Northgate Construction");
        browser.click("Issue a licence");
        browser.click_on("input[name=product]");
        browser.fill("Seats", "2");
        browser.click_on("input[name=term][value=perpetual]");
        looked.at(&browser, "issuing");
        browser.click("Issue the licence");
        browser.shows("is licensed to Northgate Construction");
        looked.at(&browser, "issued");
        let sold =
            License { id: String::new(), serial_number: browser.text("#serial"), product_key: browser.text("#key") };
        Desk::new("Fay", "LDN-WS-0300", town.world.server.url(), &sold).seated();
        // Sent again, the form sells nothing more.
        browser.reload();
        assert_eq!(browser.text("#serial"), sold.serial_number);
    }
    looked.all_well();
}
