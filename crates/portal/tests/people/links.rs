//! Links that are good once: the first administrator's, an invitation's, a new password's.

use seatkeeper_domain::token::Role;

use crate::world::{PASSWORD, World};

const OVER: &str = "This link is no longer good";

#[tokio::test]
async fn the_first_administrator_is_made_by_the_first_link_once() {
    let world = World::new().await;
    let one = world.service.first_link().await.unwrap().unwrap();
    let two = world.service.first_link().await.unwrap().unwrap();
    let path = format!("/link/{one}");
    let mut browser = world.browser();
    browser.get(&path).await.shows(&["Make an administrator"]);
    let form = [("email", "ada@acme.example"), ("name", "Ada"), ("password", PASSWORD), ("repeated", PASSWORD)];
    browser.post(&path, &form).await.leads_to("/");
    browser.get("/people").await.shows(&["ada@acme.example", "Administrator"]);
    for used in [one, two] {
        let answer = world.browser().get(&format!("/link/{used}")).await;
        assert!(answer.status == 410 && answer.text.contains(OVER), "{answer:?}");
    }
    assert_eq!(world.service.first_link().await.unwrap(), None);
    let more = world.service.administrator_link(&world.service.owner()).await.unwrap();
    world.browser().get(&format!("/link/{more}")).await.shows(&["Make an administrator"]);
}

#[tokio::test]
async fn an_invitation_is_taken_up_once_within_a_week() {
    let world = World::new().await;
    let mut owner = world.newcomer("owner@example.com", Role::Owner, Some(world.alpha)).await;
    let form = [("email", "New@example.com"), ("name", "New"), ("role", "viewer")];
    owner.post("/people/invite", &form).await.is(303);
    let path = world.link().await;
    let mut browser = world.browser();
    browser.get(&path).await.shows(&["Welcome", "New@example.com"]);
    let take = |password, repeated| [("name", "Newton"), ("password", password), ("repeated", repeated)];
    browser.post(&path, &take("short", "short")).await.again(&["12 to 200 characters"]);
    browser.post(&path, &take(PASSWORD, "other")).await.again(&["Is not the same as above."]);
    browser.post(&path, &take(PASSWORD, PASSWORD)).await.leads_to("/");
    browser.get("/account").await.shows(&["Newton", "Viewer"]);
    world.browser().post(&path, &take(PASSWORD, PASSWORD)).await.is(410);
    owner.post("/people/invite", &[("email", "late@example.com"), ("name", "Late"), ("role", "viewer")]).await.is(303);
    let path = world.link().await;
    world.clock.pass(7 * 86_400);
    world.browser().get(&path).await.is(410);
}

/// Seen red when a reset leaves the other sign-ins.
#[tokio::test]
async fn a_forgotten_password_is_set_anew_and_everything_before_is_over() {
    let world = World::new().await;
    let mut browser = world.newcomer("ada@example.com", Role::Viewer, Some(world.alpha)).await;
    for _ in 0..2 {
        world.browser().post("/forgotten", &[("email", "ADA@example.com")]).await.leads_to("/sign-in");
        world.clock.pass(1);
    }
    let mails = world.mails().await;
    let paths: Vec<String> = mails.iter().map(|mail| crate::world::link_in(mail)).collect();
    let new = "heron quartz lantern";
    let form = [("password", new), ("repeated", new)];
    let mut other = world.browser();
    other.get(&paths[0]).await.shows(&["Choose a new password"]);
    other.post(&paths[0], &form).await.leads_to("/");
    other.get("/account").await.shows(&["Ada King"]);
    browser.get("/account").await.leads_to("/sign-in?next=%2Faccount");
    world.browser().get(&paths[1]).await.is(410);
    world.browser().post("/forgotten", &[("email", "ada@example.com")]).await.leads_to("/sign-in");
    let path = world.link().await;
    world.clock.pass(3600);
    world.browser().get(&path).await.is(410);
}

/// Seen red when a link's secret is not compared.
#[tokio::test]
async fn a_made_up_link_opens_nothing() {
    let world = World::new().await;
    let link = world.service.first_link().await.unwrap().unwrap();
    let mut other = link.clone().into_bytes();
    other[50] = if other[50] == b'A' { b'B' } else { b'A' };
    for text in [String::from_utf8(other).unwrap(), "x".to_owned(), link[..30].to_owned()] {
        world.browser().get(&format!("/link/{text}")).await.is(410);
        world.browser().post(&format!("/link/{text}"), &[("password", PASSWORD), ("repeated", PASSWORD)]).await.is(410);
    }
}

/// So many mails, and no more, go to one address. Seen red when asking is not counted.
#[tokio::test]
async fn nobodys_mailbox_is_filled() {
    let world = World::new().await;
    world.account("ada@example.com", Role::Viewer, Some(world.alpha)).await;
    for _ in 0..5 {
        world.browser().post("/forgotten", &[("email", "ada@example.com")]).await.leads_to("/sign-in");
    }
    world.browser().post("/forgotten", &[("email", "ada@example.com")]).await.again(&["There were too many attempts."]);
    assert_eq!(world.mails().await.len(), 5);
}
