//! Product keys, which are shown to people whose sign-in is fresh.

use seatkeeper_domain::decide::{LicenseTerms, PolicyPatch, ProductPatch, PutProduct};
use seatkeeper_domain::license::{Grant, Model};
use seatkeeper_domain::term::Term;
use seatkeeper_domain::token::Role;
use seatkeeper_service::Issued;

use crate::world::{PASSWORD, World};

impl World {
    async fn license(&self) -> Issued {
        let owner = self.service.owner();
        let patch = ProductPatch {
            code: Some("planner".to_owned()),
            name: Some("Planner".to_owned()),
            ..ProductPatch::default()
        };
        let product = PutProduct { id: self.service.draw(), new: true, patch, if_match: None };
        self.service.office(&owner, None, product).await.unwrap();
        let terms = LicenseTerms {
            customer_id: self.alpha,
            product: "planner".to_owned(),
            serial_number: String::new(),
            model: Model::Concurrent,
            grants: vec![Grant { seats: 2, starts_at: None, ends_at: None, order_reference: None }],
            features: None,
            term: Term::Perpetual { maintenance_until: None },
            policy: PolicyPatch::default(),
            legacy: None,
            external_id: None,
            metadata: serde_json::Map::new(),
        };
        self.service.issue(&owner, None, terms).await.unwrap()
    }
}

/// Seen red when the page that shows it asks for a visitor alone.
#[tokio::test]
async fn a_key_is_shown_after_a_fresh_sign_in_alone() {
    let world = World::new().await;
    let made = world.license().await;
    let (id, key) = (made.license_id, made.key_id.to_string());
    let mut owner = world.person("owner@alpha.example", Role::Owner, Some(world.alpha)).await;
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
    let made = world.license().await;
    let mut support = world.person("sam@acme.example", Role::Admin, None).await;
    support.post(&format!("/customers/{}/view", world.alpha), &[("sure", "yes")]).await.leads("/overview");
    let license = format!("/licenses/{}", made.license_id);
    support.get(&format!("{license}/keys")).await.shows(&["default"]);
    support.post(&format!("{license}/keys/{}/show", made.key_id), &[("sure", "yes")]).await.is(403);
    let key = made.key_id.to_string();
    support.post(&format!("{license}/deploy/file"), &[("key", &key)]).await.is(403);
}
