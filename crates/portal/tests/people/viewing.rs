//! The vendor's people seeing a customer's pages.

use seatkeeper_domain::token::Role;

use crate::world::World;

/// Reading only, within that customer, on its record, and over by itself. Seen red when the role stays.
#[tokio::test]
async fn a_customers_pages_are_seen_as_its_viewers_see_them() {
    let world = World::new().await;
    let mut support = world.newcomer("sam@acme.example", Role::Admin, None).await;
    let alpha = format!("/customers/{}", world.alpha);
    support.post(&format!("{alpha}/view"), &[("sure", "yes")]).await.leads_to("/overview");
    support.get("/overview").await.shows(&["class=\"viewing\"", "Alpha Bau"]);
    support.get(&alpha).await.is(404);
    support.get("/customers").await.is(404);
    support.get("/people").await.is(403);
    support.post(&format!("/customers/{}/view", world.braun), &[("sure", "yes")]).await.is(404);
    support.post("/viewing/end", &[("sure", "yes")]).await.leads_to(&alpha);
    support.get(&alpha).await.shows(&["See their pages"]);
    support.post(&format!("{alpha}/view"), &[("sure", "yes")]).await.leads_to("/overview");
    world.clock.pass(1800);
    support.get(&alpha).await.shows(&["See their pages"]);
    let owner = world.service.owner();
    let events = world.service.events(&owner, &[], 100, std::time::Duration::ZERO).await.unwrap();
    let kinds: Vec<&str> = events.iter().map(|row| row.event.kind.as_str()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "customer.viewing_begun").count(), 2, "{kinds:?}");
}

#[tokio::test]
async fn a_customers_people_see_nobody_elses_pages() {
    let world = World::new().await;
    let mut owner = world.newcomer("owner@alpha.example", Role::Owner, Some(world.alpha)).await;
    for customer in [world.alpha, world.braun] {
        owner.post(&format!("/customers/{customer}/view"), &[("sure", "yes")]).await.is(404);
    }
}
