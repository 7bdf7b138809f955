//! The vendor's customers: who sees them, how they are found, entered and changed.

use seatkeeper_domain::token::Role;

use crate::world::World;

/// Seen red when what is looked for is not folded.
#[tokio::test]
async fn customers_are_found_by_name_and_by_the_vendors_id() {
    let world = World::new().await;
    let viewer = world.vendor(Role::Viewer).await;
    let all = world.page(&viewer, "/customers").await;
    all.shows(&["Alpha Bau", "Braun &#38; Partner", "0 of 2 seats"]);
    all.lacks(&["/customers/new"]);
    for (text, found, other) in [("BRAUN", "Braun", "Alpha"), ("c-1", "Alpha", "Braun")] {
        let page = world.page(&viewer, &format!("/customers?q={text}")).await;
        page.shows(&[found]);
        page.lacks(&[other]);
    }
    world.page(&viewer, "/customers?q=nobody").await.shows(&["Nobody is called that"]);
}

/// Seen red when the list does not say where it goes on.
#[tokio::test]
async fn many_customers_come_in_pages() {
    let world = World::new().await;
    let sales = world.vendor(Role::Sales).await;
    for number in 0..30 {
        world.post(&sales, "/customers/new", &[("name", format!("Chapter {number:02}"))]).await.leads();
    }
    for path in ["/customers?x=", "/customers?q=chapter"] {
        let first = world.page(&sales, path).await;
        let next = first.text.split("href=\"").find(|part| part.starts_with("/customers?after=")).unwrap();
        let next = next.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&");
        let second = world.page(&sales, &next).await;
        let on = |page: &str, number: u32| page.contains(&format!("\"Chapter {number:02}\""));
        for number in 0..30 {
            assert!(on(&first.text, number) != on(&second.text, number), "Chapter {number} is on one page");
        }
    }
}

/// Seen red when a mistake is put beside another field.
#[tokio::test]
async fn what_is_wrong_with_a_customer_is_said_beside_it() {
    let world = World::new().await;
    let sales = world.vendor(Role::Sales).await;
    let form = [("name", ""), ("contact_name", "Ada <b>"), ("contact_email", "nowhere"), ("external_id", "C-9")];
    let page = world.post(&sales, "/customers/new", &form).await;
    page.again(&["id=\"name-wrong\"", "1 to 200 characters", "id=\"contacts-wrong\"", "no mail address", "C-9"]);
    page.lacks(&["Ada <b>", "external_id-wrong"]);
    let page = world.post(&sales, "/customers/new", &[("name", "Alpha"), ("external_id", "C-1")]).await;
    page.again(&["id=\"external_id-wrong\"", "Another customer has this already"]);
    let page = world.post(&sales, "/customers/new", &[("name", "Alpha"), ("time_zone", "Bonn")]).await;
    page.again(&["id=\"time_zone-wrong\""]);
    let page = world.post(&sales, "/customers/new", &[("name", "Alpha"), ("metadata", "words")]).await;
    page.again(&["id=\"metadata-wrong\""]);
}

/// Seen red when the revision is not compared.
#[tokio::test]
async fn a_change_is_not_written_over_anothers() {
    let world = World::new().await;
    let sales = world.vendor(Role::Sales).await;
    let (one, edit) = (format!("/customers/{}", world.alpha), format!("/customers/{}/edit", world.alpha));
    world.page(&sales, &edit).await.shows(&["value=\"Alpha Bau\"", "name=\"revision\" value=\"1\""]);
    let form = [("name", "Alpha Hoch"), ("external_id", "C-1"), ("revision", "1"), ("metadata", "tier: gold")];
    assert_eq!(world.post(&sales, &edit, &form).await.leads(), one);
    world.page(&sales, &one).await.shows(&["Alpha Hoch", "tier", "gold"]);
    let late = world.post(&sales, &edit, &[("name", "Alpha Tief"), ("revision", "1")]).await;
    late.again(&["Somebody else changed this meanwhile", "Alpha Tief"]);
    world.page(&sales, &one).await.shows(&["Alpha Hoch"]);
}

/// Seen red when a handler does not ask for the vendor's own.
#[tokio::test]
async fn customers_are_the_vendors_to_see_and_sales_to_change() {
    let world = World::new().await;
    let id = world.alpha;
    let pages = ["/customers", "/customers/new", &format!("/customers/{id}"), &format!("/customers/{id}/edit")]
        .map(str::to_owned);
    let owner = world.person(Role::Owner, Some(id)).await;
    for page in &pages {
        world.page(&owner, page).await.is(404);
    }
    let form = [("name", "Mine"), ("revision", "1")];
    world.post(&owner, &pages[1], &form).await.is(404);
    world.post(&owner, &pages[3], &form).await.is(404);
    let support = world.vendor(Role::Support).await;
    world.page(&support, &pages[2]).await.lacks(&["/edit", "/issue"]);
    for page in [&pages[1], &pages[3]] {
        world.page(&support, page).await.is(403);
        world.post(&support, page, &form).await.is(403);
    }
    let sales = world.vendor(Role::Sales).await;
    for none in ["/customers/00000000-0000-0000-0000-000000000000", "/customers/nonsense"] {
        world.page(&sales, none).await.is(404);
    }
}
