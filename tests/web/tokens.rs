//! A token for the vendor's own programs: made and shown once, good for what its role may, and for nothing once revoked.

use seatkeeper_test_world::World;
use serde_json::json;

use crate::looked::{BOTH, Looked};
use crate::people::Person;

/// Seen red when revoking is said and not done.
#[test]
fn a_token_is_shown_once_and_works_until_it_is_revoked() {
    let world = World::start();
    let mut looked = Looked::default();
    for (look, label) in BOTH.into_iter().zip(["web shop", "reporting"]) {
        let browser = Person::Vendors("admin").at(&world, look);
        browser.click("Server");
        browser.click("API tokens");
        browser.click("Make a token");
        browser.click("Make the token");
        browser.shows("say what uses the token");
        looked.at(&browser, "token-wrong");
        browser.fill("What uses it", label);
        browser.choose("What it may do", "Viewer: reads");
        browser.click("Make the token");
        browser.shows("cannot be shown again");
        let token = browser.text("#token");
        looked.at(&browser, "token-made");

        let http = world.server.http().bearer(&token);
        http.get("/v1/licenses").expect(200);
        http.post("/v1/customers", &json!({ "name": "Somebody Else" })).expect(403);

        browser.click("I have it");
        browser.shows(label);
        assert!(!browser.source().contains(&token), "it is shown again");
        browser.click_in_row(label, "Revoke…");
        browser.shows(&format!("Revoke {label}?"));
        looked.at(&browser, "token-revoking");
        browser.click("Revoke");
        browser.shows("Revoked");
        http.get("/v1/licenses").expect(401);
    }
    looked.all_well();
}
