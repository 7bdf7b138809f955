//! One's own account.

use aws_lc_rs::hmac;
use seatkeeper_domain::token::Role;

use crate::browser::Browser;
use crate::world::{PASSWORD, World};

/// The secret that the page shows for typing.
fn secret(page: &str) -> Vec<u8> {
    let shown = page.split("class=\"secret\">").nth(1).unwrap().split('<').next().unwrap();
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for letter in shown.bytes().filter(|letter| *letter != b' ') {
        let value = if letter >= b'A' { letter - b'A' } else { letter - b'2' + 26 };
        bits = (bits << 5 | u32::from(value)) & 0xFFFF;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

/// What an authenticator would show.
fn code(world: &World, secret: &[u8]) -> String {
    let step = world.service.now().as_second().cast_unsigned() / 30;
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let mac = hmac::sign(&key, &step.to_be_bytes());
    let mac = mac.as_ref();
    let at = usize::from(mac[19] & 15);
    let word = u32::from_be_bytes([mac[at], mac[at + 1], mac[at + 2], mac[at + 3]]) & 0x7FFF_FFFF;
    format!("{:06}", word % 1_000_000)
}

/// Switches it on: the secret, and the recovery codes.
async fn two_factor(world: &World, browser: &mut Browser) -> (Vec<u8>, Vec<String>) {
    browser.post("/account/two-factor/begin", &[("sure", "yes")]).await.leads_to("/account/two-factor");
    let page = browser.get("/account/two-factor").await;
    page.shows(&["<svg viewBox", "Or type this into it"]);
    let secret = secret(&page.text);
    browser.post("/account/two-factor", &[("code", "000000")]).await.again(&["This code is not right"]);
    let page = browser.post("/account/two-factor", &[("code", &code(world, &secret))]).await;
    page.shows(&["Your recovery codes"]);
    let codes = page.text.split("id=\"codes\">").nth(1).unwrap().split("</pre>").next().unwrap();
    (secret, codes.split_whitespace().map(str::to_owned).collect())
}

/// Only the code completes a sign-in, once, and the cookie changes with it. Seen red when a half sign-in opens a page.
#[tokio::test]
async fn the_second_factor_is_asked_for_and_a_code_is_good_once() {
    let world = World::new().await;
    let mut browser = world.newcomer("ada@example.com", Role::Owner, Some(world.alpha)).await;
    let (secret, codes) = two_factor(&world, &mut browser).await;
    assert_eq!(codes.len(), 10);
    let sign_in = [("email", "ada@example.com"), ("password", PASSWORD), ("next", "/sessions")];
    let mut other = world.browser();
    other.post("/sign-in", &sign_in).await.leads_to("/sign-in/code?next=%2Fsessions");
    let half = other.sign_in();
    other.get("/sessions").await.leads_to("/sign-in?next=%2Fsessions");
    other.get("/sign-in/code?next=%2Fsessions").await.shows(&["Confirm it is you"]);
    // The one that switched it on was used.
    let used = code(&world, &secret);
    other.post("/sign-in/code", &[("code", &used)]).await.again(&["This code is not right"]);
    world.clock.pass(30);
    let fresh = code(&world, &secret);
    let mut thief = other.clone();
    other.post("/sign-in/code", &[("code", fresh.as_str()), ("next", "/sessions")]).await.leads_to("/sessions");
    assert_ne!(other.sign_in(), half, "nobody who saw the cookie before is in now");
    other.get("/sessions").await.shows(&["Ada King"]);
    thief.get("/sessions").await.leads_to("/sign-in?next=%2Fsessions");
    let mut again = world.browser();
    again.post("/sign-in", &sign_in).await.leads_to("/sign-in/code?next=%2Fsessions");
    again.post("/sign-in/code", &[("code", &fresh)]).await.again(&["This code is not right"]);
    let typed = codes[3].to_lowercase().replace('-', " ");
    again.post("/sign-in/code", &[("code", &typed)]).await.leads_to("/");
    again.get("/account").await.shows(&["9 recovery codes left"]);
    let mut last = world.browser();
    last.post("/sign-in", &sign_in).await.leads_to("/sign-in/code?next=%2Fsessions");
    last.post("/sign-in/code", &[("code", &typed)]).await.again(&["This code is not right"]);
    world.clock.pass(601);
    last.post("/sign-in/code", &[("code", &codes[4])]).await.leads_to("/sign-in?next=%2F");
}

#[tokio::test]
async fn two_factor_sign_in_is_switched_off_by_a_fresh_sign_in_only() {
    let world = World::new().await;
    let mut browser = world.newcomer("ada@example.com", Role::Owner, Some(world.alpha)).await;
    let (_, codes) = two_factor(&world, &mut browser).await;
    let renewed = browser.post("/account/two-factor/codes", &[("sure", "yes")]).await;
    renewed.shows(&["Your recovery codes"]);
    assert!(codes.iter().all(|code| !renewed.text.contains(code)), "none of the old");
    world.clock.pass(601);
    browser.post("/account/two-factor/off", &[("sure", "yes")]).await.leads_to("/confirm?next=%2F");
    browser.get("/account/two-factor").await.leads_to("/confirm?next=%2Faccount%2Ftwo%2Dfactor");
    browser.post("/confirm", &[("current_password", "wrong")]).await.again(&["Is not right."]);
    let form = [("current_password", PASSWORD), ("next", "/account/two-factor")];
    browser.post("/confirm", &form).await.leads_to("/account/two-factor");
    browser.post("/account/two-factor/off", &[("sure", "yes")]).await.leads_to("/account");
    browser.get("/account").await.shows(&["Switch it on"]);
    let mails = world.mails().await;
    assert!(mails[0].contains("Two-factor sign-in was switched") && mails.len() == 2, "{mails:?}");
}

/// Seen red when the other sign-ins go on.
#[tokio::test]
async fn a_new_password_ends_every_other_sign_in() {
    let world = World::new().await;
    let mut browser = world.newcomer("ada@example.com", Role::Viewer, Some(world.alpha)).await;
    let mut other = world.signed_in("ada@example.com").await;
    let change = |current, new, repeated| [("current_password", current), ("password", new), ("repeated", repeated)];
    let new = "heron quartz lantern";
    browser.post("/account/password", &change("wrong", new, new)).await.again(&["Is not right."]);
    browser.post("/account/password", &change(PASSWORD, new, "other")).await.again(&["Is not the same as above."]);
    browser
        .post("/account/password", &change(PASSWORD, "password1234", "password1234"))
        .await
        .again(&["too easily guessed"]);
    browser.post("/account/password", &change(PASSWORD, new, new)).await.leads_to("/account");
    browser.get("/account").await.shows(&["Your password is changed."]);
    other.get("/account").await.leads_to("/sign-in?next=%2Faccount");
    assert!(world.mails().await[0].contains("Your password was changed"));
    let old = [("email", "ada@example.com"), ("password", PASSWORD)];
    world.browser().post("/sign-in", &old).await.again(&["not right"]);
    world.browser().post("/sign-in", &[("email", "ada@example.com"), ("password", new)]).await.leads_to("/");
}

#[tokio::test]
async fn sign_ins_are_listed_and_ended() {
    let world = World::new().await;
    let mut browser = world.newcomer("ada@example.com", Role::Viewer, Some(world.alpha)).await;
    world.clock.pass(60);
    let mut other = world.signed_in("ada@example.com").await;
    world.clock.pass(1);
    let mut third = world.signed_in("ada@example.com").await;
    let page = browser.get("/account").await;
    let ends: Vec<&str> =
        page.text.match_indices("/account/sign-ins/").map(|(at, _)| &page.text[at..at + 58]).collect();
    let one = ends.iter().find(|path| path.ends_with("/end")).expect("one that can be ended");
    browser.post(one, &[("sure", "yes")]).await.leads_to("/account");
    third.get("/account").await.leads_to("/sign-in?next=%2Faccount");
    other.get("/account").await.shows(&["this one"]);
    browser.post("/account/sign-ins/end", &[("sure", "yes")]).await.leads_to("/account");
    other.get("/account").await.leads_to("/sign-in?next=%2Faccount");
    browser.get("/account").await.shows(&["Ended"]);
    // Another's is not there.
    let mut stranger = world.newcomer("eve@example.com", Role::Owner, Some(world.braun)).await;
    stranger.post(one, &[("sure", "yes")]).await.is(404);
}

#[tokio::test]
async fn name_and_time_zone_are_ones_own() {
    let world = World::new().await;
    let mut browser = world.newcomer("ada@example.com", Role::Viewer, Some(world.alpha)).await;
    browser.post("/account", &[("name", "Ada <b>"), ("time_zone", "Asia/Tokyo")]).await.leads_to("/account");
    browser.get("/account").await.shows(&["Ada &#60;b&#62;", "Asia/Tokyo", "JST"]);
    browser.post("/account", &[("name", ""), ("time_zone", "")]).await.again(&["Must have 1 to 200 characters."]);
    browser.post("/account", &[("name", "Ada"), ("time_zone", "Mars/Base")]).await.again(&["Is no time zone"]);
}
