//! More seats: asked for by a customer, answered by the vendor's sales, told to the customer.

use seatkeeper_domain::license::License;
use seatkeeper_domain::token::Role;

use crate::world::{NOW, World};

async fn license(world: &World) -> License {
    world.service.license(&world.service.owner(), world.alphas.license_id).await.unwrap().license
}

async fn ask(world: &World, seats: &str) {
    let owner = world.person(Role::Owner, Some(world.alpha)).await;
    let form = [("seats", seats), ("until", "2027-03-31"), ("reason", "Two <new> people")];
    let one = format!("/licenses/{}", world.alphas.license_id);
    assert_eq!(world.post(&owner, &format!("{one}/ask"), &form).await.leads(), one);
}

/// Seen red when a grant does not join those that there are.
#[tokio::test]
async fn a_request_is_granted_and_the_customer_reads_it() {
    let world = World::new().await;
    ask(&world, "3").await;
    let (sales, owner) = (world.vendor(Role::Sales).await, world.person(Role::Owner, Some(world.alpha)).await);
    let one = format!("/licenses/{}", world.alphas.license_id);
    world.page(&owner, &one).await.shows(&["3 more seats", "Two &#60;new&#62; people", "Waiting"]);
    let answer = format!("/requests/{}", world.alphas.license_id);
    world.page(&sales, "/requests").await.shows(&["Alpha Bau", "3 more seats", &answer]);
    // It is what sales see first; support see it too, and are not asked to answer.
    world.page(&sales, "/overview").await.shows(&[
        "Waits for an answer",
        "Alpha Bau",
        "3 more seats for Planner",
        &answer,
    ]);
    let support = world.vendor(Role::Support).await;
    let seen = world.page(&support, "/overview").await;
    seen.shows(&["Waits for an answer", "3 more seats for Planner"]);
    seen.lacks(&[&answer]);
    world.page(&sales, &answer).await.shows(&["value=\"3\"", "value=\"2027-03-31\"", NOW]);
    let form = [
        ("asked_at", NOW),
        ("verdict", "grant"),
        ("seats", "2"),
        ("until", "2027-03-31"),
        ("order_reference", "PO-9"),
        ("said", "Two for now"),
    ];
    assert_eq!(world.post(&sales, &answer, &form).await.leads(), "/requests");
    let row = license(&world).await;
    assert_eq!(row.grants.len(), 2);
    assert_eq!((row.grants[1].seats, row.grants[1].order_reference.as_deref()), (2, Some("PO-9")));
    assert_eq!(row.grants[1].ends_at.unwrap().to_string(), "2027-03-31T23:59:59Z");
    assert_eq!(row.seats(NOW.parse().unwrap()), 4);
    world.page(&owner, &one).await.shows(&["Granted", "2 more seats", "Two for now", "of 4 in use"]);
    world.page(&sales, "/requests").await.shows(&["Nobody waits for an answer"]);
    world.page(&sales, "/overview").await.lacks(&["Waits for an answer"]);
    world.post(&sales, &answer, &form).await.is(404);
    assert_eq!(license(&world).await.grants.len(), 2);
}

/// Seen red when a request that was asked anew is answered by the form of the first.
#[tokio::test]
async fn an_answer_is_to_the_request_that_was_read() {
    let world = World::new().await;
    ask(&world, "3").await;
    let sales = world.vendor(Role::Sales).await;
    let answer = format!("/requests/{}", world.alphas.license_id);
    let form = [("asked_at", "2026-11-21T11:00:00Z"), ("verdict", "decline"), ("said", "No")];
    world.post(&sales, &answer, &form).await.again(&["asked anew, meanwhile"]);
    let form = [("asked_at", NOW), ("verdict", "decline"), ("said", "")];
    world.post(&sales, &answer, &form).await.again(&["id=\"said-wrong\""]);
    let form = [("asked_at", NOW), ("verdict", "grant"), ("seats", "0")];
    world.post(&sales, &answer, &form).await.again(&["id=\"seats-wrong\""]);
    assert!(license(&world).await.requested_at().is_some());
    let form = [("asked_at", NOW), ("verdict", "decline"), ("said", "Next year")];
    world.post(&sales, &answer, &form).await.leads();
    let owner = world.person(Role::Owner, Some(world.alpha)).await;
    world.page(&owner, &format!("/licenses/{}", world.alphas.license_id)).await.shows(&["Declined", "Next year"]);
}

/// Seen red when a mistake is put beside another field.
#[tokio::test]
async fn seats_are_asked_for_by_those_whose_they_are() {
    let world = World::new().await;
    let owner = world.person(Role::Owner, Some(world.alpha)).await;
    let form = [("seats", "3"), ("reason", "more")];
    world.post(&owner, &format!("/licenses/{}/ask", world.brauns.license_id), &form).await.is(404);
    let viewer = world.person(Role::Viewer, Some(world.alpha)).await;
    let path = format!("/licenses/{}/ask", world.alphas.license_id);
    world.post(&viewer, &path, &form).await.is(403);
    for (field, value) in [("seats", "many"), ("seats", "0"), ("until", "2020-01-01"), ("reason", "")] {
        let sound = [("seats", "3"), ("until", ""), ("reason", "more")];
        let form = sound.map(|(name, given)| (name, if name == field { value } else { given }));
        world.post(&owner, &path, &form).await.again(&[&format!("id=\"{field}-wrong\"")]);
    }
    assert!(license(&world).await.request.is_none());
}
