//! Every page there is, as each of its readers looks at it.

use seatkeeper_test_browser::{Browser, Look, PHONE, SCREEN, WALL};
use seatkeeper_test_world::{Machine, World};
use serde_json::json;

use crate::looked::Looked;
use crate::people::Person;

const LOOKS: [Look; 6] = [
    Look::new(PHONE),
    Look::new(PHONE).dark().no_script(),
    Look::new(SCREEN),
    Look::new(SCREEN).dark(),
    Look::new(SCREEN).no_script(),
    Look::new(WALL),
];

/// What anybody may read without being signed in: the API's own page, and what a problem's address leads to.
#[test]
fn pages_for_everybody_are_well_made() {
    let world = World::start();
    let mut looked = Looked::default();
    for look in LOOKS {
        let browser = Browser::start(look);
        browser.visit(&format!("{}/problems/no_seat_available", world.server.url()));
        browser.shows("no_seat_available");
        looked.at(&browser, "problem");
    }
    looked.is_well();
}

/// A customer with a pool that is nearly full, a single-user licence, and somebody who was refused.
fn town() -> World {
    let world = World::start();
    let pool = world.pool(3);
    let names = [("Anna Okafor", "LDN-WS-0142"), ("Ben Whitfield", "LDN-WS-0087"), ("Chidi Eze", "CTX-FARM-03")];
    for (user, device) in names {
        Machine::new(device).activate(&world.server.http(), &pool).take(user);
    }
    let late = Machine::new("SITE-LAPTOP-21").activate(&world.server.http(), &pool);
    late.ask(uuid::Uuid::new_v4(), "Dana Kowalski").expect(409);
    let viewer = world.license(json!({ "model": "concurrent", "seats": 250 }));
    Machine::new("LDN-WS-0007").activate(&world.server.http(), &viewer).take("Oliver Marsh");
    world.single_user();
    world
}

/// Goes to each page as somebody, in every look.
#[track_caller]
fn all_are_well_made(world: &World, person: Person, pages: &[(&str, &str)]) {
    let mut looked = Looked::default();
    for look in LOOKS {
        let browser = person.at(world, look);
        for (name, path) in pages {
            browser.visit(&format!("{}{path}", world.server.url()));
            browser.text("h1");
            looked.at(&browser, name);
        }
    }
    looked.is_well();
}

#[test]
fn customers_pages_are_well_made() {
    let pages = [("overview", "/overview"), ("sessions", "/sessions")];
    all_are_well_made(&town(), Person::Customers("admin"), &pages);
}

#[test]
fn vendors_pages_are_well_made() {
    let pages = [("console-overview", "/overview"), ("console-sessions", "/sessions")];
    all_are_well_made(&town(), Person::Vendors("support"), &pages);
}
