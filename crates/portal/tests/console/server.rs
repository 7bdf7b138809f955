//! What administrators of the vendor govern: tokens, signing keys, and how the server is.

use seatkeeper_domain::token::Role;

use crate::world::World;

/// Seen red when a token's form is not known by what it carries.
#[tokio::test]
async fn a_token_is_made_once_shown_once_and_revoked() {
    let world = World::new().await;
    let admin = world.vendor(Role::Admin).await;
    let form = [("label", "web shop"), ("role", "sales"), ("once", "00000000-0000-4000-8000-000000000001")];
    let (made, again) =
        (world.post(&admin, "/tokens/new", &form).await, world.post(&admin, "/tokens/new", &form).await);
    let secret = |page: &str| page.split("id=\"token\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_eq!(secret(&made.text), secret(&again.text));
    let list = world.page(&admin, "/tokens").await;
    list.lacks(&[&secret(&made.text)]);
    assert_eq!(list.text.matches("title=\"web shop\"").count(), 1);
    let row = list.text.split("<tr>").find(|row| row.contains("web shop")).unwrap();
    let revoke = row.split("href=\"").find(|part| part.contains("/revoke\"")).unwrap();
    let revoke = revoke.split('"').next().unwrap().to_owned();
    assert!(world.service.admin(&secret(&made.text)).await.is_ok());
    world.page(&admin, &revoke).await.shows(&["Revoke web shop?"]);
    assert_eq!(world.post(&admin, &revoke, &[("sure", "yes")]).await.leads(), "/tokens");
    assert!(world.service.admin(&secret(&made.text)).await.is_err());
}

/// Seen red when a customer is taken whose name only holds what was written.
#[tokio::test]
async fn a_token_for_one_customer_names_it_wholly() {
    let world = World::new().await;
    let admin = world.vendor(Role::Admin).await;
    for (customer, wrong) in [("alpha", true), ("ALPHA BAU", false), ("C-2", false), ("C-", true)] {
        let form = [("label", "theirs"), ("role", "viewer"), ("customer", customer)];
        let page = world.post(&admin, "/tokens/new", &form).await;
        match wrong {
            true => page.again(&["id=\"customer-wrong\""]),
            false => page.shows(&["id=\"token\""]),
        }
    }
    let form = [("label", ""), ("role", "viewer"), ("expires_at", "2020-01-01")];
    world.post(&admin, "/tokens/new", &form).await.again(&["id=\"label-wrong\""]);
    let form = [("label", "late"), ("role", "viewer"), ("expires_at", "2020-01-01")];
    world.post(&admin, "/tokens/new", &form).await.again(&["id=\"expires_at-wrong\">Lies in the past"]);
}

/// Seen red when the next key is not offered.
#[tokio::test]
async fn signing_keys_follow_one_another() {
    let world = World::new().await;
    let admin = world.vendor(Role::Admin).await;
    world.page(&admin, "/signing-keys").await.lacks(&["Let the next key sign", "Retired</span>"]);
    world.post(&admin, "/signing-keys/promote", &[("sure", "yes")]).await.is(409);
    world.post(&admin, "/signing-keys/add", &[("sure", "yes")]).await.leads();
    world.page(&admin, "/signing-keys").await.shows(&["Let the next key sign", ">Next<", ">Signs<"]);
    world.post(&admin, "/signing-keys/promote", &[("sure", "yes")]).await.leads();
    world.page(&admin, "/signing-keys").await.shows(&[">Signs<", ">Retired<"]);
}

/// Seen red when the page is offered to those who may not open it.
#[tokio::test]
async fn an_administrator_is_told_how_the_server_is() {
    let world = World::new().await;
    let admin = world.vendor(Role::Admin).await;
    world.page(&admin, "/server").await.shows(&["Everything is all right", "No mail waits", "0 requests waiting"]);
    world.page(&world.vendor(Role::Sales).await, "/customers").await.lacks(&["href=\"/server\""]);
}
