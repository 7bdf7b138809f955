//! The pages of licences: found, looked at, changed by the vendor, and stopped.

use seatkeeper_domain::token::Role;
use seatkeeper_service::read::LicenseRow;

use crate::world::World;

impl World {
    /// Alpha's licence as it is in the books.
    async fn alphas_license(&self) -> LicenseRow {
        self.service.license(&self.service.owner(), self.alphas.license_id).await.unwrap()
    }
}

/// Seen red when the search is not folded.
#[tokio::test]
async fn licenses_are_found_within_what_is_ones_own() {
    let world = World::new().await;
    let (sales, owner) = (world.vendor(Role::Sales).await, world.person(Role::Owner, Some(world.alpha)).await);
    let serial = world.alphas_license().await.license.serial_number;
    world.page(&sales, "/licenses").await.shows(&["Alpha Bau", "Braun &#38; Partner", "0 of 2", "perpetual"]);
    for query in ["q=ALPHA", "q=c-1&x=", &format!("q={}", serial.to_lowercase()), "status=active&q=alpha&order=ends"] {
        let found = world.page(&sales, &format!("/licenses?{query}")).await;
        match query {
            // Its vendor's id is the customer's, not the licence's.
            "q=c-1&x=" => found.shows(&["No licence found"]),
            _ => found.shows(&["Alpha Bau", &serial]),
        }
        found.lacks(&["Braun"]);
    }
    for query in ["status=suspended", "model=single", "product=00000000-0000-0000-0000-000000000000"] {
        world.page(&sales, &format!("/licenses?{query}")).await.shows(&["No licence found"]);
    }
    let own = world.page(&owner, "/licenses").await;
    own.shows(&[&serial]);
    own.lacks(&["Braun", "/issue", "Customer</th>"]);
    world.page(&owner, &format!("/licenses/{}", world.brauns.license_id)).await.is(404);
}

/// Seen red when the next page begins where the first does.
#[tokio::test]
async fn many_licenses_come_in_pages() {
    let world = World::new().await;
    let sales = world.vendor(Role::Sales).await;
    for _ in 0..60 {
        crate::world::pool(&world.service, world.alpha).await;
    }
    let first = world.page(&sales, "/licenses?order=ends").await;
    let next = first.text.split("href=\"").find(|part| part.starts_with("/licenses?after=")).unwrap();
    let next = next.split('"').next().unwrap().replace("&#38;", "&");
    let second = world.page(&sales, &next).await;
    let rows = |text: &str| text.matches("<td class=\"who\"><a href=\"/licenses/").count();
    assert_eq!((rows(&first.text), rows(&second.text)), (50, 12));
    second.lacks(&["Next page"]);
}

/// Seen red when the policy is left out.
#[tokio::test]
async fn a_license_says_what_it_is_and_offers_what_one_may() {
    let world = World::new().await;
    let path = format!("/licenses/{}", world.alphas.license_id);
    let sales = world.page(&world.vendor(Role::Sales).await, &path).await;
    sales.shows(&[
        "2 seats",
        "2 days after last contact",
        "perpetual",
        "Alpha Bau",
        &format!("{path}/seats"),
        &format!("{path}/suspend"),
    ]);
    sales.lacks(&[&format!("{path}/revoke")]);
    world.page(&world.vendor(Role::Admin).await, &path).await.shows(&[&format!("{path}/revoke")]);
    let owner = world.page(&world.person(Role::Owner, Some(world.alpha)).await, &path).await;
    owner.shows(&["2 seats", "/devices"]);
    owner.lacks(&["/seats\"", "/suspend", "/revoke", "/policy\"", "/customers/"]);
}

/// Seen red when the revision is not compared.
#[tokio::test]
async fn seats_are_bought_kept_and_ended() {
    let world = World::new().await;
    let sales = world.vendor(Role::Sales).await;
    let path = format!("/licenses/{}/seats", world.alphas.license_id);
    world.page(&sales, &path).await.shows(&["name=\"seats\" value=\"2\"", "name=\"revision\" value=\"1\""]);
    let more = [
        ("seats", "2"),
        ("from", ""),
        ("until", ""),
        ("order", ""),
        ("seats", "5"),
        ("from", "2026-11-01"),
        ("until", "2027-01-31"),
        ("order", "PO-7"),
        ("revision", "1"),
    ];
    world.post(&sales, &path, &more).await.leads();
    let license = world.alphas_license().await.license;
    assert_eq!(license.seats("2026-11-21T12:00:00Z".parse().unwrap()), 7);
    assert_eq!(license.grants[1].ends_at.unwrap().to_string(), "2027-01-31T23:59:59Z");
    assert_eq!(license.grants[1].order_reference.as_deref(), Some("PO-7"));
    world.post(&sales, &path, &more).await.again(&["Somebody else changed this meanwhile"]);
    let wrong = [("seats", "many"), ("from", "soon"), ("until", ""), ("order", ""), ("revision", "2")];
    world.post(&sales, &path, &wrong).await.again(&["must be a number", "value=\"many\"", "id=\"grants-wrong\""]);
    let none = [("seats", "0"), ("from", ""), ("until", ""), ("order", ""), ("revision", "2")];
    world.post(&sales, &path, &none).await.again(&["Must be between 1 and 10000000", "id=\"seats-wrong\""]);
}

/// Seen red when a mistake stands beside no field.
#[tokio::test]
async fn a_term_is_renewed_and_a_mistake_is_said_beside_it() {
    let world = World::new().await;
    let sales = world.vendor(Role::Sales).await;
    let path = format!("/licenses/{}/term", world.alphas.license_id);
    let late = [("kind", "subscription"), ("expires_at", "2026-01-31"), ("revision", "1")];
    world.post(&sales, &path, &late).await.again(&["id=\"expires_at-wrong\"", "Lies in the past"]);
    let none = [("kind", "subscription"), ("expires_at", ""), ("revision", "1")];
    world.post(&sales, &path, &none).await.again(&["Say on which day it ends"]);
    let good = [("kind", "subscription"), ("expires_at", "2027-01-31"), ("revision", "1")];
    assert!(world.post(&sales, &path, &good).await.leads().ends_with(&world.alphas.license_id.to_string()));
    let ends = world.alphas_license().await.license.term.expires_at().unwrap().to_string();
    assert_eq!(ends, "2027-01-31T23:59:59Z");
    let trial = [("kind", "trial"), ("days", "14"), ("revision", "2")];
    world.post(&sales, &path, &trial).await.leads();
    world.page(&sales, &path).await.shows(&["makes a sale of the trial"]);
}

/// Seen red when a feature that is not ticked is kept.
#[tokio::test]
async fn features_policy_and_notes_are_changed() {
    let world = World::new().await;
    let sales = world.vendor(Role::Sales).await;
    let path = format!("/licenses/{}", world.alphas.license_id);
    let features =
        [("code", "bim"), ("until", "2027-01-31"), ("code", "4d"), ("until", ""), ("on", "bim"), ("revision", "1")];
    world.post(&sales, &format!("{path}/features"), &features).await.leads();
    let policy = [
        ("count_by", "user"),
        ("hold", "lease"),
        ("lease", "30"),
        ("lease_unit", "minutes"),
        ("refresh", "10"),
        ("refresh_unit", "minutes"),
        ("grace", "3"),
        ("grace_unit", "days"),
        ("renewal", "1"),
        ("renewal_unit", "days"),
        ("overdraft", "1"),
        ("show_holders", "true"),
        ("devices", "40"),
        ("revision", "2"),
    ];
    world.post(&sales, &format!("{path}/policy"), &policy).await.leads();
    let mut wrong = policy;
    (wrong[4].1, wrong[10].1, wrong[13].1) = ("60", "few", "3");
    let page = world.post(&sales, &format!("{path}/policy"), &wrong).await;
    page.again(&["id=\"overdraft-wrong\"", "value=\"few\""]);
    (wrong[4].1, wrong[10].1) = ("60", "0");
    world
        .post(&sales, &format!("{path}/policy"), &wrong)
        .await
        .again(&["id=\"refresh-wrong\"", "shorter than the lease"]);
    let notes = [("external_id", "L-1"), ("metadata", "tier: gold"), ("revision", "3")];
    world.post(&sales, &format!("{path}/notes"), &notes).await.leads();
    let license = world.alphas_license().await.license;
    assert_eq!(license.features.iter().map(|f| f.code.as_str()).collect::<Vec<_>>(), ["bim"]);
    assert_eq!(
        (license.policy.grace_seconds, license.policy.refresh_seconds, license.policy.devices),
        (259_200, 600, Some(40))
    );
    assert!(license.policy.show_holders);
    assert_eq!((license.external_id.as_deref(), license.metadata["tier"].as_str()), (Some("L-1"), Some("gold")));
    world.page(&sales, &path).await.shows(&["BIM", "3 days", "tier", "gold", "L-1"]);
}

/// Seen red when the serial number need not be typed.
#[tokio::test]
async fn suspending_can_be_lifted_and_revoking_is_confirmed() {
    let world = World::new().await;
    let admin = world.vendor(Role::Admin).await;
    let path = format!("/licenses/{}", world.alphas.license_id);
    let serial = world.alphas_license().await.license.serial_number;
    world.page(&admin, &format!("{path}/suspend")).await.shows(&["work can be saved", "Resuming is enough"]);
    world.post(&admin, &format!("{path}/suspend"), &[("reason", " ")]).await.again(&["id=\"reason-wrong\""]);
    world.post(&admin, &format!("{path}/suspend"), &[("reason", "unpaid <b>")]).await.leads();
    world.page(&admin, &path).await.shows(&["Suspended: unpaid &#60;b&#62;", "/resume"]);
    world.post(&admin, &format!("{path}/resume"), &[("reason", "paid")]).await.leads();
    world.page(&admin, &path).await.shows(&["/suspend"]);
    let revoke = format!("{path}/revoke");
    world.page(&admin, &revoke).await.shows(&["cannot be undone", &serial]);
    let wrong = world.post(&admin, &revoke, &[("reason", "returned"), ("typed", "SN-0")]).await;
    wrong.again(&["id=\"typed-wrong\"", "value=\"returned\""]);
    let typed = serial.to_lowercase();
    world.post(&admin, &revoke, &[("reason", "returned"), ("typed", &typed)]).await.leads();
    let after = world.page(&admin, &path).await;
    after.shows(&["Revoked: returned"]);
    after.lacks(&["/seats\"", "/suspend", "/revoke"]);
}
