//! Signing in and out.

use seatkeeper_domain::token::Role;

use crate::world::{PASSWORD, World};

const REFUSED: &str = "The mail address or the password is not right.";

#[tokio::test]
async fn somebody_signs_in_where_they_wanted_to_go_and_out_again() {
    let world = World::new().await;
    world.account("Ada@example.com", Role::Viewer, Some(world.alpha)).await;
    let mut browser = world.browser();
    browser.get("/sessions?q=x").await.leads_to("/sign-in?next=%2Fsessions%3Fq%3Dx");
    browser.get("/sign-in?next=%2Fsessions%3Fq%3Dx").await.shows(&["name=\"next\" value=\"/sessions?q=x\""]);
    let form = [("email", " ada@EXAMPLE.com"), ("password", PASSWORD), ("next", "/sessions?q=x")];
    browser.post("/sign-in", &form).await.leads_to("/sessions?q=x");
    browser.get("/sessions").await.shows(&["Alpha Bau", "Ada King"]);
    let kept = browser.sign_in();
    browser.post("/sign-out", &[("sure", "yes")]).await.leads_to("/sign-in");
    assert_eq!(browser.sign_in(), "");
    browser.get("/sign-in").await.shows(&["You are signed out."]);
    browser.cookies.insert("__Host-seatkeeper".to_owned(), kept);
    browser.get("/sessions").await.leads_to("/sign-in?next=%2Fsessions");
}

/// Seen red when `next` is followed as it is.
#[tokio::test]
async fn nobody_is_led_to_another_site() {
    let world = World::new().await;
    world.account("ada@example.com", Role::Viewer, Some(world.alpha)).await;
    for next in ["https://evil.example", "//evil.example", "/\\evil.example"] {
        let form = [("email", "ada@example.com"), ("password", PASSWORD), ("next", next)];
        world.browser().post("/sign-in", &form).await.leads_to("/");
    }
}

/// Whatever is wrong, the page is the same. Seen red when an address that nobody has is answered otherwise.
#[tokio::test]
async fn answers_do_not_tell_who_has_an_account() {
    let world = World::new().await;
    let owner = world.service.owner();
    world.account("owner@example.com", Role::Owner, Some(world.alpha)).await;
    let shut = world.account("shut@example.com", Role::Viewer, Some(world.alpha)).await;
    let patch = seatkeeper_domain::decide::AccountPatch { disabled: Some(true), role: None };
    world.service.update_person(&owner, shut, patch, None).await.unwrap();
    let mut pages = Vec::new();
    for (email, password) in
        [("owner@example.com", "wrong password"), ("nobody@example.com", PASSWORD), ("shut@example.com", PASSWORD)]
    {
        let answer = world.browser().post("/sign-in", &[("email", email), ("password", password)]).await;
        answer.again(&[REFUSED]);
        pages.push(answer.text.replace(email, "ADDRESS"));
    }
    assert!(pages.iter().all(|page| *page == pages[0]), "{pages:?}");
    for email in ["owner@example.com", "nobody@example.com", "shut@example.com"] {
        let mut browser = world.browser();
        browser.post("/forgotten", &[("email", email)]).await.leads_to("/sign-in");
        browser.get("/sign-in").await.shows(&["If there is an account with this address"]);
    }
    assert_eq!(world.mails().await.len(), 1, "to the one who can use it");
}

/// By account and network, whether there is such an account or not; a right password is not looked at either. From elsewhere
/// it is. Seen red when an address that nobody has is not counted.
#[tokio::test]
async fn guessing_is_held_back() {
    let world = World::new().await;
    world.account("ada@example.com", Role::Viewer, Some(world.alpha)).await;
    for email in ["ada@example.com", "nobody@example.com"] {
        let mut browser = world.browser();
        for _ in 0..10 {
            browser.post("/sign-in", &[("email", email), ("password", "wrong")]).await.again(&[REFUSED]);
        }
        browser
            .post("/sign-in", &[("email", email), ("password", PASSWORD)])
            .await
            .again(&["There were too many attempts."]);
    }
    let mut elsewhere = world.browser().moved("198.51.100.7");
    elsewhere.post("/sign-in", &[("email", "ada@example.com"), ("password", PASSWORD)]).await.leads_to("/");
    elsewhere.get("/account").await.shows(&["after 10 attempts refused"]);
    world.clock.pass(901);
    world.browser().post("/sign-in", &[("email", "ada@example.com"), ("password", PASSWORD)]).await.leads_to("/");
}

#[tokio::test]
async fn a_sign_in_ends_by_itself() {
    let world = World::new().await;
    let mut browser = world.newcomer("ada@example.com", Role::Viewer, Some(world.alpha)).await;
    for _ in 0..5 {
        world.clock.pass(11 * 3600);
        browser.get("/account").await.shows(&["Signed in"]);
    }
    world.clock.pass(12 * 3600);
    browser.get("/account").await.leads_to("/sign-in?next=%2Faccount");
    let mut browser = world.signed_in("ada@example.com").await;
    for _ in 0..65 {
        world.clock.pass(11 * 3600);
        browser.get("/account").await.shows(&["Signed in"]);
    }
    world.clock.pass(5 * 3600);
    browser.get("/account").await.leads_to("/sign-in?next=%2Faccount");
}

#[tokio::test]
async fn a_made_up_cookie_opens_nothing() {
    let world = World::new().await;
    let mut browser = world.newcomer("ada@example.com", Role::Viewer, Some(world.alpha)).await;
    let good = browser.sign_in();
    let mut other: Vec<u8> = good.clone().into_bytes();
    other[40] = if other[40] == b'A' { b'B' } else { b'A' };
    for cookie in [String::from_utf8(other).unwrap(), good[..20].to_owned(), format!("{good}A"), String::new()] {
        browser.cookies.insert("__Host-seatkeeper".to_owned(), cookie);
        browser.get("/account").await.leads_to("/sign-in?next=%2Faccount");
    }
}
