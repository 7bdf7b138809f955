//! A seat that somebody forgot to give back, with the real program: seen, released, and told to the program.

use seatkeeper_test_browser::{Browser, Look, PHONE, SCREEN};
use seatkeeper_test_support::{BOUND, until};
use seatkeeper_test_world::{Desk, License, Planner, World};

use crate::looked::Looked;
use crate::people::Person;

/// Types Tab, Enter and Escape, as WebDriver writes them.
const TAB: &str = "\u{E004}";
const ENTER: &str = "\u{E007}";
const ESCAPE: &str = "\u{E00C}";

/// Two people at work in a pool of three, whose programs hear from the server every five seconds.
fn office() -> (World, License, Planner, Planner) {
    let world = World::start();
    let pool = world.brisk_pool(3);
    let ann = Desk::new("Ann Okafor", "WS-1", world.server.url(), &pool).seated();
    let ben = Desk::new("Ben Whitfield", "WS-2", world.server.url(), &pool).seated();
    (world, pool, ann, ben)
}

fn sessions(world: &World) -> String {
    format!("{}/sessions", world.server.url())
}

/// What the administrator is told before and after, and what the program is told.
#[test]
fn a_forgotten_seat_is_released_and_the_program_is_told() {
    let mut looked = Looked::default();
    for look in
        [Look::new(SCREEN), Look::new(PHONE).dark(), Look::new(SCREEN).no_script(), Look::new(PHONE).no_script()]
    {
        let (world, _, mut ann, mut ben) = office();
        let browser = Person::Customers("owner").at(&world, look);
        browser.visit(&sessions(&world));
        browser.shows("Ann Okafor");
        browser.click_in_row("Ben Whitfield", "Release…");
        browser.shows("Release Ben Whitfield’s seat?");
        browser.shows("The program learns of it within 5 seconds");
        looked.at(&browser, "release");
        browser.fill("Reason", "Left for the weekend");
        browser.click("Release");
        browser.shows("1 seat is free again.");
        browser.hides("Ben Whitfield");
        looked.at(&browser, "released");
        ben.comes_to("lost");
        assert_eq!(ann.stands().name(), "licensed");
        ben.works();
    }
    looked.all_well();
}

/// All seats of a licence at once; who takes one while the question stands keeps it.
///
/// Seen red when it is not asked when a seat was taken.
#[test]
fn all_seats_of_a_license_are_released_but_those_taken_since() {
    let mut looked = Looked::default();
    for look in [Look::new(SCREEN), Look::new(PHONE).dark().no_script()] {
        let (world, pool, mut ann, mut ben) = office();
        let browser = Person::Customers("owner").at(&world, look);
        browser.visit(&format!("{}?license={}", sessions(&world), pool.id));
        browser.shows("Ann Okafor");
        browser.click("Release all…");
        browser.shows("Release all 2 seats of");
        let mut cleo = Desk::new("Cleo Marsh", "WS-3", world.server.url(), &pool).seated();
        looked.at(&browser, "release-all");
        browser.fill("Reason", "The terminal server was started anew");
        browser.click("Release all");
        browser.shows("2 seats are free again.");
        browser.shows("Cleo Marsh");
        browser.hides("Ann Okafor");
        ann.comes_to("lost");
        ben.comes_to("lost");
        assert_eq!(cleo.stands().name(), "licensed");
    }
    looked.all_well();
}

/// Who looks sees people come and go, and loads nothing again by hand.
///
/// Seen red: with an event that had no data, which browsers drop; with the links to the files outside what is fetched again.
#[test]
fn people_come_and_go_before_ones_eyes() {
    let (world, pool, ann, _ben) = office();
    let browser = Person::Customers("viewer").at(&world, Look::new(SCREEN));
    browser.visit(&sessions(&world));
    browser.shows("Ann Okafor");
    browser.ask("window.loadedOnce = true");
    ann.quit();
    browser.hides("Ann Okafor");
    let _cleo = Desk::new("Cleo Marsh", "WS-3", world.server.url(), &pool).seated();
    browser.shows("Cleo Marsh");
    // What is asked of the list is asked of its file too, and still without loading the page.
    browser.ask("const q = document.getElementById('q'); q.value = 'Cleo'; q.dispatchEvent(new Event('input', { bubbles: true }))");
    browser.hides("Ben Whitfield");
    assert_eq!(browser.count("a[href='/sessions/export/csv?q=Cleo']"), 1);
    assert_eq!(browser.ask("return window.loadedOnce"), true, "it was loaded again");
    // A viewer sees, and is offered nothing that they may not do.
    assert_eq!(browser.count("[href*=release]"), 0);
}

/// Whoever is about to press something presses that: what stays on the page stays itself while others come and go.
///
/// Seen red: with the whole list put in place of the old one, which loses the focus; with a ticked box that stops all news.
#[test]
fn news_disturb_nobody_who_is_about_to_act() {
    let (world, pool, ann, _ben) = office();
    let _cleo = Desk::new("Cleo Marsh", "WS-3", world.server.url(), &pool).seated();
    let browser = Person::Customers("owner").at(&world, Look::new(SCREEN));
    browser.visit(&sessions(&world));
    browser.shows("Cleo Marsh");
    browser.ask(
        "const row = (name) => [...document.querySelectorAll('tbody tr')].find((row) => row.innerText.includes(name));
         row('Ben Whitfield').querySelector('input').click();
         window.held = row('Cleo Marsh').querySelector('a[href^=\"/users/\"]');
         window.held.focus()",
    );
    ann.quit();
    browser.hides("Ann Okafor");
    let _dora = Desk::new("Dora Vance", "WS-4", world.server.url(), &pool).seated();
    browser.shows("Dora Vance");
    assert_eq!(
        browser.ask("return document.activeElement === window.held"),
        true,
        "the focus is on {}",
        focus(&browser)
    );
    assert_eq!(browser.ask("return document.querySelectorAll('tbody input:checked').length"), 1);
    browser.click("Release the chosen…");
    browser.shows("Release Ben Whitfield’s seat?");
}

/// The row in which the focus is, or the label of the field.
fn focus(browser: &Browser) -> String {
    let script =
        "const e = document.activeElement; return (e.closest('tr') ?? e.closest('label') ?? e).innerText ?? ''";
    browser.ask(script).as_str().unwrap_or_default().to_owned()
}

/// Into the dialog, out of it again, back to where one was, and through it.
#[test]
fn a_seat_is_released_with_the_keyboard_alone() {
    let (world, _, _ann, mut ben) = office();
    let browser = Person::Customers("owner").at(&world, Look::new(SCREEN));
    browser.visit(&sessions(&world));
    browser.shows("Ben Whitfield");
    let on_release = || {
        let link = browser.ask("return document.activeElement.innerText.startsWith('Release…')") == true;
        link && focus(&browser).contains("Ben Whitfield")
    };
    until(BOUND, "Tab to come to Ben's seat", || {
        browser.keys(TAB);
        on_release().then_some(())
    });
    browser.keys(ENTER);
    browser.shows("Release Ben Whitfield’s seat?");
    // Thought better of it: back to where one was.
    browser.keys(ESCAPE);
    browser.hides("Release Ben Whitfield’s seat?");
    assert!(on_release(), "the focus is on {}", focus(&browser));
    browser.keys(ENTER);
    browser.shows("Release Ben Whitfield’s seat?");
    until(BOUND, "the focus to be on the reason", || focus(&browser).contains("Reason").then_some(()));
    browser.keys("Gone home");
    browser.keys(ENTER);
    browser.shows("1 seat is free again.");
    ben.comes_to("lost");
}
