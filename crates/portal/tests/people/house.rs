//! Managing people.

use seatkeeper_domain::token::Role;

use crate::world::{PASSWORD, World};

#[tokio::test]
async fn an_owner_manages_their_companys_people_and_nobody_elses() {
    let world = World::new().await;
    let mut owner = world.newcomer("owner@alpha.example", Role::Owner, Some(world.alpha)).await;
    let viewer = world.account("viewer@alpha.example", Role::Viewer, Some(world.alpha)).await;
    let stranger = world.account("owner@braun.example", Role::Owner, Some(world.braun)).await;
    let vendors = world.account("ada@acme.example", Role::Admin, None).await;
    let page = owner.get("/people").await;
    page.shows(&["viewer@alpha.example", "Account owner"]);
    assert!(!page.text.contains("braun") && !page.text.contains("acme.example"), "{}", page.text);
    for other in [stranger, vendors] {
        owner.get(&format!("/people/{other}")).await.is(404);
        owner.post(&format!("/people/{other}"), &[("disabled", "yes")]).await.is(404);
        owner.post(&format!("/people/{other}/link"), &[("sure", "yes")]).await.is(404);
    }
    let braun = world.braun.to_string();
    owner.get(&format!("/people?customer={braun}")).await.is(404);
    let form = [("customer", braun.as_str()), ("email", "x@x.example"), ("name", "X"), ("role", "owner")];
    owner.post("/people/invite", &form).await.is(404);
    let form = [("email", "x@x.example"), ("name", "X"), ("role", "sales")];
    owner.post("/people/invite", &form).await.again(&["Is none that people here may have."]);
    let form = [("email", "VIEWER@alpha.example"), ("name", "X"), ("role", "viewer")];
    owner.post("/people/invite", &form).await.again(&["Another account has this already."]);
    owner.post(&format!("/people/{viewer}"), &[("role", "admin")]).await.leads_to(&format!("/people/{viewer}"));
    owner.get(&format!("/people/{viewer}")).await.shows(&["has another role", "Never signed in"]);
    // Who may not manage people has no such pages.
    let mut admin = world.signed_in("viewer@alpha.example").await;
    admin.get("/people").await.is(403);
    owner.get(&format!("/people/{viewer}")).await.shows(&["Signed in", "192.0.2.1"]);
}

/// Seen red when the last owner can be disabled.
#[tokio::test]
async fn somebody_is_shut_out_at_once_but_never_the_last_owner() {
    let world = World::new().await;
    let one = world.account("one@alpha.example", Role::Owner, Some(world.alpha)).await;
    let mut owner = world.signed_in("one@alpha.example").await;
    owner.post(&format!("/people/{one}"), &[("disabled", "yes")]).await.again(&["This is the last owner."]);
    owner.post(&format!("/people/{one}"), &[("role", "viewer")]).await.again(&["This is the last owner."]);
    let two = world.account("two@alpha.example", Role::Owner, Some(world.alpha)).await;
    let mut other = world.signed_in("two@alpha.example").await;
    let path = format!("/people/{two}");
    owner.post(&path, &[("disabled", "yes")]).await.leads_to(&path);
    other.get("/account").await.leads_to("/sign-in?next=%2Faccount");
    let sign_in = [("email", "two@alpha.example"), ("password", PASSWORD)];
    world.browser().post("/sign-in", &sign_in).await.again(&["not right"]);
    owner.post(&path, &[("disabled", "no")]).await.leads_to(&path);
    world.browser().post("/sign-in", &sign_in).await.leads_to("/");
    owner.post(&path, &[("role", "viewer"), ("revision", "1")]).await.again(&["changed this meanwhile"]);
}

#[tokio::test]
async fn the_vendors_administrator_lets_a_customers_first_owner_in() {
    let world = World::new().await;
    let mut admin = world.newcomer("ada@acme.example", Role::Admin, None).await;
    let alpha = world.alpha.to_string();
    admin.get(&format!("/people?customer={alpha}")).await.shows(&["Nobody yet", "Alpha Bau: people"]);
    let form = [("customer", alpha.as_str()), ("email", "first@alpha.example"), ("name", "First"), ("role", "owner")];
    admin.post("/people/invite", &form).await.is(303);
    let mails = world.mails().await;
    assert!(mails[0].contains("Your access to the licences of Alpha Bau"), "{mails:?}");
    admin.get("/account").await.shows(&["An invitation goes to"]);
    let page = admin.get("/people").await;
    assert!(!page.text.contains("first@alpha.example"), "the vendor's own only");
    let mut sales = world.newcomer("sales@acme.example", Role::Sales, None).await;
    sales.get("/people").await.is(403);
}
