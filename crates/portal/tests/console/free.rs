//! "Is a seat free?": for a customer's people, and for whoever has the address that their administrator opened.

use std::time::Duration;

use seatkeeper_domain::decide::Suspend;
use seatkeeper_domain::id::CustomerId;
use seatkeeper_domain::token::Role;
use tokio::time::{sleep, timeout};

use crate::browser::{Answer, Browser};
use crate::world::World;

/// Opens the page, or gives it another address; the path that leads to it.
async fn opened(world: &World, admin: &Browser) -> String {
    assert_eq!(world.post(admin, "/free/open", &[("sure", "yes")]).await.leads(), "/free");
    let page = world.page(admin, "/free").await;
    let at = page.text.find("https://licences.example/free/").unwrap_or_else(|| panic!("no address in {}", page.text));
    let address = page.text[at..].split('<').next().unwrap();
    address.trim_start_matches("https://licences.example").to_owned()
}

async fn admin(world: &World, customer: CustomerId) -> Browser {
    world.person(Role::Admin, Some(customer)).await
}

/// The page of a stranger, once it says so: what it shows may be two seconds old.
async fn comes_to_say(world: &World, path: &str, says: &str) -> Answer {
    let said = async {
        loop {
            let page = world.page(&world.browser(), path).await;
            if page.text.contains(says) {
                return page;
            }
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(30), said).await.unwrap_or_else(|_| panic!("{says:?} is never said"))
}

/// Seen red when the address is compared with its customer alone: the old one went on showing seats. Seen red when the
/// instant of an address goes as the page is shut: the first came back.
#[tokio::test]
async fn an_address_that_was_renewed_or_shut_shows_nothing_any_more() {
    let world = World::new().await;
    let (owner, stranger) = (admin(&world, world.alpha).await, world.browser());
    world.page(&owner, "/free").await.shows(&["2 of 2 seats are free", "Open it to everybody with the address"]);
    let first = opened(&world, &owner).await;
    let page = world.page(&stranger, &first).await;
    page.shows(&["Alpha Bau", "2 of 2 seats are free", "noindex"]);
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    let second = opened(&world, &owner).await;
    world.page(&stranger, &first).await.is(404);
    world.page(&stranger, &second).await.shows(&["2 of 2 seats are free"]);
    world.post(&owner, "/free/shut", &[("sure", "yes")]).await.leads();
    world.page(&stranger, &second).await.is(404);
    let third = opened(&world, &owner).await;
    for dead in [&first, &second] {
        world.page(&stranger, dead).await.is(404);
    }
    world.page(&stranger, &third).await.shows(&["Alpha Bau"]);
    for made_up in ["/free/x", "/free/AAAA", &third[..third.len() - 1], &format!("{third}A")] {
        world.page(&stranger, made_up).await.is(404);
    }
}

/// Seen red when the page lists the seats of all customers.
#[tokio::test]
async fn a_full_pool_says_when_the_next_seat_is_back_and_names_nobody() {
    let world = World::new().await;
    let address = opened(&world, &admin(&world, world.alpha).await).await;
    let others = opened(&world, &admin(&world, world.braun).await).await;
    world.at_work("mara", "WS-1").await;
    world.page(&world.browser(), &others).await.shows(&["Braun &#38; Partner", "2 of 2 seats are free"]);
    comes_to_say(&world, &address, "1 of 2 seats is free").await;
    world.at_work("ben", "WS-2").await;
    let full = comes_to_say(&world, &address, "No seat is free").await;
    full.shows(&["The next seat is due back by"]);
    full.lacks(&["mara", "ben", "WS-1", "SN-", "Braun"]);
    let page = world.page(&admin(&world, world.alpha).await, "/free").await;
    page.shows(&["No seat is free", "The next seat is due back by"]);
    world.page(&world.browser(), &others).await.shows(&["2 of 2 seats are free"]);
}

#[tokio::test]
async fn a_paused_licence_is_told_as_one() {
    let world = World::new().await;
    let address = opened(&world, &admin(&world, world.alpha).await).await;
    let pause = Suspend { license_id: world.alphas.license_id, reason: "unpaid since March".to_owned() };
    world.service.office(&world.service.owner(), None, pause).await.unwrap();
    let page = world.page(&world.browser(), &address).await;
    page.shows(&["No seat is free", "Suspended by the vendor"]);
    page.lacks(&["unpaid"]);
}

/// Seen red when everybody counts as whoever may.
#[tokio::test]
async fn the_address_is_for_those_who_may_hand_it_out() {
    let world = World::new().await;
    opened(&world, &admin(&world, world.alpha).await).await;
    let viewer = world.person(Role::Viewer, Some(world.alpha)).await;
    let page = world.page(&viewer, "/free").await;
    page.shows(&["2 of 2 seats are free"]);
    page.lacks(&["licences.example/free/", "For all your people"]);
    world.page(&viewer, "/activity").await.shows(&["was opened to whoever has its address"]);
}
