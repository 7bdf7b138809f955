//! Product keys, which are shown to people whose sign-in is fresh.

use seatkeeper_domain::token::Role;

use crate::world::{PASSWORD, World};

/// Seen red when the page that shows it asks for a visitor alone.
#[tokio::test]
async fn a_key_is_shown_after_a_fresh_sign_in_alone() {
    let world = World::new().await;
    let made = &world.alphas;
    let (id, key) = (made.license_id, made.key_id.to_string());
    let mut owner = world.newcomer("owner@alpha.example", Role::Owner, Some(world.alpha)).await;
    let (show, file) = (format!("/licenses/{id}/keys/{key}/show"), format!("/licenses/{id}/deploy/file"));
    let reissue = format!("/licenses/{id}/keys/{key}/reissue");
    let asks: [(&str, &[(&str, &str)]); 4] = [
        (&show, &[("sure", "yes")]),
        (&file, &[("key", &key)]),
        (&reissue, &[("overlap", "1"), ("unit", "days")]),
        (&format!("/licenses/{id}/keys/new"), &[("label", "Bonn")]),
    ];
    world.clock.pass(3600);
    for (path, form) in asks {
        let answer = owner.post(path, form).await;
        answer.is(303);
        assert!(answer.headers["location"].to_str().unwrap().starts_with("/confirm"), "{path}: {answer:?}");
    }
    owner.post("/confirm", &[("current_password", PASSWORD)]).await.is(303);
    owner.post(&show, &[("sure", "yes")]).await.shows(&[&made.product_key]);
    owner.post(&file, &[("key", &key)]).await.shows(&[&made.product_key]);
}

/// Seen red when whoever views is taken for who they are.
#[tokio::test]
async fn a_key_is_never_shown_while_viewing_as_a_customer() {
    let world = World::new().await;
    let made = &world.alphas;
    let mut support = world.newcomer("sam@acme.example", Role::Admin, None).await;
    support.post(&format!("/customers/{}/view", world.alpha), &[("sure", "yes")]).await.leads_to("/overview");
    let license = format!("/licenses/{}", made.license_id);
    support.get(&format!("{license}/keys")).await.shows(&["default"]);
    support.post(&format!("{license}/keys/{}/show", made.key_id), &[("sure", "yes")]).await.is(403);
    let key = made.key_id.to_string();
    support.post(&format!("{license}/deploy/file"), &[("key", &key)]).await.is(403);
}
