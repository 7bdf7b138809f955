//! How people come in: invited by mail, and again after they forgot their password.

use seatkeeper_test_browser::Browser;
use seatkeeper_test_world::World;
use serde_json::json;

use crate::looked::{BOTH, Looked};
use crate::mail;
use crate::people::{PASSWORD, Person, is_in, sign_in};

const NEW: &str = "walnut ferry 40 compass";

#[track_caller]
fn choose(browser: &Browser, password: &str, again: &str) {
    browser.fill("Password", password);
    browser.fill("The same again", again);
    browser.click("Save and sign in");
}

/// Somebody whom the customer knows nothing of: the page of one of their licences.
fn stranger(world: &World) -> String {
    let customer = world.admin.post("/v1/customers", &json!({ "name": "Somebody Else" })).expect(201);
    let license = json!({
        "customer_id": customer["id"], "product": "planner", "model": "concurrent", "seats": 5,
        "term": { "kind": "perpetual" },
    });
    let license = world.admin.post("/v1/licenses", &license).expect(201);
    format!("{}/licenses/{}", world.server.url(), license["id"].as_str().expect("an id"))
}

/// Seen red when whoever is invited as a viewer becomes an owner.
#[test]
fn a_colleague_is_invited_and_sees_their_own_company_alone() {
    let world = World::start();
    let pool = world.pool(3);
    let theirs = stranger(&world);
    let owner = Person::Customers("owner").account(&world).email;
    let mut looked = Looked::default();
    for (look, email) in BOTH.into_iter().zip(["iris@example.com", "noah@example.com"]) {
        let browser = Browser::start(look);
        sign_in(&browser, &world, &owner, PASSWORD);
        browser.click("People");
        browser.click("Invite somebody");
        browser.fill("Mail address", email);
        browser.fill("Name", "Iris Bell");
        browser.choose("Role", "Viewer");
        looked.at(&browser, "inviting");
        browser.click("Invite");
        browser.shows(&format!("An invitation goes to {email}."));
        browser.shows("Invited");
        looked.at(&browser, "invited");

        let link = mail::link(&world, email, "Your access to the licences of Bauer & Partner");
        browser.forget();
        browser.visit(&link);
        browser.shows("Welcome");
        browser.shows(email);
        choose(&browser, NEW, "something else");
        browser.shows("Is not the same as above.");
        looked.at(&browser, "invitation-wrong");
        choose(&browser, NEW, NEW);
        is_in(&browser);
        looked.at(&browser, "first-overview");

        // Their own company's, and what a viewer may.
        browser.click("Licences");
        browser.shows("Planner");
        assert_eq!(browser.count("tbody tr"), 1, "{}", browser.text("main"));
        browser.visit(&format!("{}{}", world.server.url(), pool.path().trim_start_matches("/v1")));
        browser.shows(&pool.serial_number);
        assert_eq!(browser.count("a[href='/people'], a[href$='/ask'], a[href$='/seats']"), 0);
        browser.visit(&theirs);
        browser.shows("There is nothing here");
        looked.at(&browser, "not-found");
        browser.visit(&format!("{}/people", world.server.url()));
        browser.shows("Your role does not allow this");
        looked.at(&browser, "not-allowed");

        browser.forget();
        browser.visit(&link);
        browser.shows("This link is no longer good");
        looked.at(&browser, "link-over");
        sign_in(&browser, &world, email, NEW);
        is_in(&browser);
    }
    looked.all_well();
}

/// Seen red when no link is sent.
#[test]
fn a_forgotten_password_is_replaced_by_a_link_in_a_mail() {
    let world = World::start();
    let mut looked = Looked::default();
    for look in BOTH {
        let browser = Browser::start(look);
        let email = Person::Customers("viewer").account(&world).email;
        for address in ["nobody@example.com", &email] {
            browser.visit(&format!("{}/sign-in", world.server.url()));
            browser.click("Forgotten your password?");
            browser.fill("Mail address", address);
            browser.click("Send the link");
            // The same, whether there is somebody or not.
            browser.shows("If there is an account with this address, a link to choose a new password is on its way.");
        }
        looked.at(&browser, "reset-asked");
        browser.visit(&mail::link(&world, &email, "Choose a new password"));
        browser.shows(&email);
        looked.at(&browser, "reset");
        choose(&browser, NEW, NEW);
        is_in(&browser);

        sign_in(&browser, &world, &email, PASSWORD);
        browser.shows("The mail address or the password is not right.");
        looked.at(&browser, "sign-in-refused");
        sign_in(&browser, &world, &email, NEW);
        is_in(&browser);
    }
    looked.all_well();
}
