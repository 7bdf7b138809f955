//! Issuing a licence: from what was sold to a serial number and a key, once.

use seatkeeper_domain::token::Role;
use seatkeeper_service::read::{LicenseFilter, LicenseRow, Page};

use crate::world::World;

const SOLD: &[(&str, &str)] = &[
    ("product", "planner"),
    ("model", "concurrent"),
    ("seats", "7"),
    ("term", "subscription"),
    ("subscription_until", "2027-11-30"),
    ("feature", "planner/bim"),
    ("until/planner/bim", "2027-01-31"),
    ("feature", "other/bim"),
    ("order_reference", "PO-1"),
    ("policy.grace_seconds", "24"),
    ("count_by", "user"),
];

async fn licenses(world: &World) -> Vec<LicenseRow> {
    let filter = LicenseFilter { customer_id: Some(world.alpha), ..Default::default() };
    let part = Page { after: None, limit: 200 };
    world.service.licenses(&world.service.owner(), filter, part).await.unwrap().items
}

/// Seen red when the form is not known by what it carries: two licences then, and two keys.
#[tokio::test]
async fn a_license_is_issued_once_however_often_the_form_is_sent() {
    let world = World::new().await;
    let sales = world.vendor(Role::Sales).await;
    let path = format!("/customers/{}/issue", world.alpha);
    let form = world.page(&sales, &path).await;
    form.shows(&["Planner", "BIM", "4D", "name=\"once\""]);
    let once = form.text.split("name=\"once\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let sent: Vec<_> = SOLD.iter().copied().chain([("once", once)]).collect();
    let (first, second) = (world.post(&sales, &path, &sent).await, world.post(&sales, &path, &sent).await);
    let key = |page: &str| page.split("id=\"key\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_eq!(key(&first.text), key(&second.text));
    assert_eq!(key(&first.text).len(), 29);
    let made = licenses(&world).await;
    assert_eq!(made.len(), 2, "the one that was there, and the one that was issued");
    let row = made.iter().find(|row| row.license.id != world.alphas.license_id).unwrap();
    first.shows(&[&row.license.serial_number, "Braun"][..1]);
    assert_eq!((row.license.grants[0].seats, row.license.grants[0].order_reference.as_deref()), (7, Some("PO-1")));
    assert_eq!(row.license.term.expires_at().unwrap().to_string(), "2027-11-30T23:59:59Z");
    assert_eq!(row.license.features.len(), 1, "what was ticked of another product is not sold");
    assert_eq!(row.license.features[0].ends_at.unwrap().to_string(), "2027-01-31T23:59:59Z");
    assert_eq!(row.license.policy.grace_seconds, 24 * 3_600);
    world.page(&sales, &format!("/customers/{}", world.alpha)).await.lacks(&[&key(&first.text)]);
}

/// Seen red when a mistake is shown beside another field.
#[tokio::test]
async fn what_is_wrong_is_said_where_it_is() {
    let world = World::new().await;
    let sales = world.vendor(Role::Sales).await;
    let path = format!("/customers/{}/issue", world.alpha);
    let mistakes = [
        ("seats", "none", "id=\"seats-wrong\">Must be a whole number"),
        ("seats", "0", "id=\"seats-wrong\">Must be between 1"),
        ("subscription_until", "", "id=\"term-wrong\">Say until which day"),
        ("subscription_until", "soon", "id=\"term-wrong\">Soon is no day"),
        ("subscription_until", "2020-01-01", "id=\"term-wrong\">Lies in the past"),
        ("product", "nothing", "Is no product"),
        ("policy.grace_seconds", "99999999", "id=\"policy.grace_seconds-wrong\""),
    ];
    for (field, value, said) in mistakes {
        let form: Vec<_> =
            SOLD.iter().map(|(name, given)| (*name, if *name == field { value } else { *given })).collect();
        let page = world.post(&sales, &path, &form).await;
        page.again(&[said, "value=\"PO-1\""]);
    }
    assert_eq!(licenses(&world).await.len(), 1);
}

/// Seen red when a term's own field is not read.
#[tokio::test]
async fn every_term_and_model_can_be_sold() {
    let world = World::new().await;
    let sales = world.vendor(Role::Sales).await;
    let path = format!("/customers/{}/issue", world.braun);
    for (term, field, value) in [
        ("perpetual", "maintenance_until", "2027-03-31"),
        ("perpetual", "maintenance_until", ""),
        ("trial", "days", "14"),
        ("education", "education_until", "2027-03-31"),
    ] {
        let form = [("product", "planner"), ("model", "single_user"), ("term", term), (field, value)];
        world.post(&sales, &path, &form).await.shows(&["Product key", "Braun &#38; Partner"]);
    }
    world.page(&sales, "/issue?q=braun").await.shows(&[&path]);
}
