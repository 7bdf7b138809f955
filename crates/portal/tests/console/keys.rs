//! What a customer's own people do with a licence: devices, blocks, product keys, the deployment kit.

use seatkeeper_domain::denial::RequestId;
use seatkeeper_domain::holder::Person;
use seatkeeper_domain::token::Role;
use seatkeeper_domain::version::Version;
use seatkeeper_service::{ActivationAsked, CheckoutAsked};
use uuid::Uuid;

use crate::world::World;

impl World {
    /// Somebody at work at Alpha's, on a device of their own.
    pub(crate) async fn at_work(&self, user: &str, device: &str) {
        let license = self.service.license(&self.service.owner(), self.alphas.license_id).await.unwrap().license;
        let version = Version::parse("16.0").unwrap();
        let asked = ActivationAsked {
            serial_number: license.serial_number,
            product_key: self.alphas.product_key.clone(),
            product: "planner".to_owned(),
            version: version.clone(),
            released_at: None,
            installation_id: self.service.draw::<Uuid>().into(),
            device_name: device.to_owned(),
            os: "linux".to_owned(),
            fingerprint: vec![device.to_owned()],
            address: "192.0.2.9".to_owned(),
            request: RequestId("0a1b2c3d-9".to_owned()),
        };
        let device_token = self.service.activate(asked).await.unwrap().token;
        let credential = self.service.program(&device_token).unwrap();
        let person = Person { user: user.to_owned(), device_name: device.to_owned(), os_session: None };
        let asked = CheckoutAsked {
            id: self.service.draw::<Uuid>().into(),
            person,
            version,
            released_at: None,
            features: None,
            ends: Vec::new(),
            offline_since: None,
            address: "192.0.2.9".to_owned(),
            request: RequestId("0a1b2c3d-9".to_owned()),
        };
        self.service.checkout(credential, asked).await.unwrap();
    }

    async fn seats_in_use(&self) -> u32 {
        self.service.license(&self.service.owner(), self.alphas.license_id).await.unwrap().counters.in_use
    }

    /// What has happened to Alpha's licence, newest first.
    async fn happened(&self) -> Vec<String> {
        let rows = self.service.events(&self.service.owner(), &[], 1_000, std::time::Duration::ZERO).await.unwrap();
        rows.into_iter().rev().map(|row| row.event.kind).collect()
    }
}

/// What stands in a field of a page.
fn value<'a>(page: &'a str, before: &str) -> &'a str {
    page.split(before).nth(1).unwrap_or_else(|| panic!("no {before} in {page}")).split(['"', '<']).next().unwrap()
}

/// Seen red when a device can be named by another's licence.
#[tokio::test]
async fn a_device_is_found_and_ended_with_what_it_holds() {
    let world = World::new().await;
    let admin = world.person(Role::Admin, Some(world.alpha)).await;
    world.at_work("mara", "WS-<i>1").await;
    let path = format!("/licenses/{}/devices", world.alphas.license_id);
    let list = world.page(&admin, &path).await;
    list.shows(&["WS-&#60;i&#62;1", "1 device activated", "linux"]);
    world.page(&admin, &format!("{path}?q=ws-%3CI")).await.shows(&["WS-&#60;i&#62;1"]);
    world.page(&admin, &format!("{path}?q=else")).await.shows(&["No device found"]);
    let device = value(&list.text, "id=\"end-").to_owned();
    let end = format!("{path}/{device}/end");
    world.page(&admin, &end).await.shows(&["work can be saved"]);
    let others = format!("/licenses/{}/devices/{device}/end", world.brauns.license_id);
    world.page(&world.vendor(Role::Admin).await, &others).await.is(404);
    world.post(&admin, &end, &[("reason", "lost")]).await.leads();
    assert_eq!(world.seats_in_use().await, 0);
    world.page(&admin, &path).await.lacks(&["linux"]);
    world.page(&admin, &format!("{path}?ended=true")).await.shows(&["WS-&#60;i&#62;1", "ended"]);
}

/// Seen red when the name is not folded.
#[tokio::test]
async fn a_leaver_is_blocked_and_let_in_again() {
    let world = World::new().await;
    let admin = world.person(Role::Owner, Some(world.alpha)).await;
    world.at_work("Mara", "WS-1").await;
    let path = format!("/licenses/{}/blocks", world.alphas.license_id);
    world.page(&admin, &path).await.shows(&["Nobody is blocked", "work can be saved"]);
    world
        .post(&admin, &path, &[("user", ""), ("reason", "")])
        .await
        .again(&["id=\"user-wrong\"", "id=\"reason-wrong\""]);
    world.post(&admin, &path, &[("user", " MARA "), ("reason", "left")]).await.leads();
    assert_eq!(world.seats_in_use().await, 0);
    let list = world.page(&admin, &path).await;
    list.shows(&["mara", "left"]);
    let block = value(&list.text, "/blocks/").trim_end_matches("/lift").to_owned();
    world.post(&admin, &format!("{path}/{block}/lift"), &[("sure", "yes")]).await.leads();
    world.page(&admin, &path).await.shows(&["Nobody is blocked"]);
    let viewer = world.person(Role::Viewer, Some(world.alpha)).await;
    world.page(&viewer, &path).await.lacks(&["<form method=\"post\""]);
}

/// Seen red when anybody may.
#[tokio::test]
async fn a_key_is_shown_to_whoever_may_and_that_is_written_down() {
    let world = World::new().await;
    let (admin, viewer) =
        (world.person(Role::Admin, Some(world.alpha)).await, world.person(Role::Viewer, Some(world.alpha)).await);
    let keys = format!("/licenses/{}/keys", world.alphas.license_id);
    let show = format!("{keys}/{}/show", world.alphas.key_id);
    for page in [&keys, &show] {
        world.page(&admin, page).await.lacks(&[&world.alphas.product_key]);
    }
    world.post(&viewer, &show, &[("sure", "yes")]).await.is(403);
    assert!(!world.happened().await.contains(&"key.shown".to_owned()));
    world.post(&admin, &show, &[("sure", "yes")]).await.shows(&[&world.alphas.product_key]);
    assert!(world.happened().await.contains(&"key.shown".to_owned()));
}

/// Seen red when a form that is sent again makes another key.
#[tokio::test]
async fn a_key_for_a_site_is_made_once_and_changed() {
    let world = World::new().await;
    let admin = world.person(Role::Admin, Some(world.alpha)).await;
    let keys = format!("/licenses/{}/keys", world.alphas.license_id);
    let new = format!("{keys}/new");
    let form = world.page(&admin, &new).await;
    let once = value(&form.text, "name=\"once\" value=\"").to_owned();
    let late = [("label", "Bonn"), ("open_until", "2026-01-31"), ("once", &once)];
    world.post(&admin, &new, &late).await.again(&["id=\"open_until-wrong\"", "Lies in the past", "value=\"Bonn\""]);
    world
        .post(&admin, &new, &[("label", ""), ("open_until", "soon")])
        .await
        .again(&["id=\"label-wrong\"", "Is no day"]);
    let good = [("label", "Bonn"), ("open_until", "2027-01-31"), ("once", &once)];
    let (first, second) = (world.post(&admin, &new, &good).await, world.post(&admin, &new, &good).await);
    let key = |page: &str| value(page, "id=\"key\">").to_owned();
    assert_eq!(key(&first.text), key(&second.text));
    let list = world.page(&admin, &keys).await;
    assert_eq!(list.text.matches("title=\"Bonn\"").count(), 1);
    list.shows(&["opens programs until"]);
    let own = format!("{keys}/{}", world.alphas.key_id);
    world.post(&admin, &own, &[("label", "Head office"), ("revision", "1")]).await.leads();
    world.page(&admin, &keys).await.shows(&["Head office"]);
    // Somebody who read it before that.
    let late = [("label", "Kiel"), ("revision", "1")];
    world.post(&admin, &own, &late).await.again(&["Somebody else changed this meanwhile", "value=\"Kiel\""]);
    world.page(&admin, &keys).await.shows(&["Head office"]);
}

/// Seen red when the old key stops earlier than was said.
#[tokio::test]
async fn a_reissue_says_what_will_happen_and_then_who_has_the_new_key() {
    let world = World::new().await;
    let admin = world.person(Role::Admin, Some(world.alpha)).await;
    world.at_work("mara", "WS-1").await;
    let keys = format!("/licenses/{}/keys", world.alphas.license_id);
    let reissue = format!("{keys}/{}/reissue", world.alphas.key_id);
    world.page(&admin, &reissue).await.lacks(&["What will happen"]);
    let said = world.page(&admin, &format!("{reissue}?overlap=2&unit=days&end_open=&new_serial=true")).await;
    said.shows(&[
        "1 device uses the old key now",
        "For 2 days, until Mon 12:00",
        "Nobody is interrupted",
        "names nothing any more",
    ]);
    world
        .page(&admin, &format!("{reissue}?overlap=2&unit=days&end_open=2026-11-21"))
        .await
        .again(&["id=\"end_open-wrong\""]);
    world.page(&admin, &format!("{reissue}?overlap=-2&unit=days")).await.again(&["id=\"overlap-wrong\""]);
    let form = [("overlap", "2"), ("unit", "days"), ("end_open", ""), ("new_serial", "false")];
    let made = world.post(&admin, &reissue, &form).await;
    assert_ne!(value(&made.text, "id=\"key\">"), world.alphas.product_key);
    world
        .page(&admin, &keys)
        .await
        .shows(&["0 of 1 devices have the new key", &format!("/devices?key={}", world.alphas.key_id)]);
    let behind = format!("/licenses/{}/devices?key={}", world.alphas.license_id, world.alphas.key_id);
    world.page(&admin, &behind).await.shows(&["WS-1", "Those that use the key"]);
    let row = world.service.keys(&world.service.owner(), world.alphas.license_id).await.unwrap();
    let old = row.iter().find(|row| row.key.id == world.alphas.key_id).unwrap();
    assert_eq!(old.key.open_until.unwrap().to_string(), "2026-11-23T12:00:00Z");
    assert_eq!(old.key.refresh_until, None, "what is open goes on");
    assert_eq!(world.seats_in_use().await, 1);
}

/// Seen red when a viewer gets the key.
#[tokio::test]
async fn the_kit_holds_the_key_only_for_whoever_may() {
    let world = World::new().await;
    let (admin, viewer) =
        (world.person(Role::Admin, Some(world.alpha)).await, world.person(Role::Viewer, Some(world.alpha)).await);
    let path = format!("/licenses/{}/deploy", world.alphas.license_id);
    for who in [&admin, &viewer] {
        let page = world.page(who, &path).await;
        // What stands for the key, and not the key.
        page.shows(&["/etc/seatkeeper/planner.keys", "SEATKEEPER_SERIAL_NUMBER", "XXXXX-XXXXX"]);
        page.lacks(&[&world.alphas.product_key]);
    }
    let file = format!("{path}/file");
    let plain = world.page(&viewer, &file).await;
    plain.shows(&["serial_number = SN-", "XXXXX-XXXXX", "url           = https://licences.example\n"]);
    assert_eq!(plain.headers["content-disposition"], "attachment; filename=\"planner.keys\"");
    let key = world.alphas.key_id.to_string();
    world.post(&viewer, &file, &[("key", &key)]).await.is(403);
    world.post(&admin, &file, &[("key", &world.brauns.key_id.to_string())]).await.is(404);
    let full = world.post(&admin, &file, &[("key", &key)]).await;
    full.shows(&[&format!("product_key   = {}", world.alphas.product_key)]);
    assert!(world.happened().await.contains(&"key.shown".to_owned()));
}
