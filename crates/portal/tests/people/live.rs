//! What tells open pages that something changed, and whom it tells no more.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::Request;
use futures_util::StreamExt;
use seatkeeper_domain::token::Role;
use tokio::time::timeout;
use tower::ServiceExt;

use crate::browser::Browser;
use crate::world::World;

/// Longer than any wait that goes well.
const BOUND: Duration = Duration::from_secs(30);

async fn follow(world: &World, browser: &Browser) -> BodyDataStream {
    let cookie = format!("__Host-seatkeeper={}", browser.sign_in());
    let request = Request::get("/changes").header("cookie", cookie).body(Body::empty()).unwrap();
    let answer = world.pages.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.into_body().into_data_stream()
}

/// What is told next; none when nothing more will be.
async fn told(page: &mut BodyDataStream) -> Option<String> {
    let next = timeout(BOUND, page.next()).await.expect("neither news nor an end");
    next.map(|bytes| String::from_utf8(bytes.unwrap().to_vec()).unwrap())
}

/// Seen red when nobody asks whether the sign-in is over.
#[tokio::test]
async fn whoever_is_signed_out_is_told_nothing_any_more() {
    let world = World::new().await;
    let mut mara = world.newcomer("mara@alpha.example", Role::Owner, Some(world.alpha)).await;
    let mut page = follow(&world, &mara).await;
    let mut ada = world.newcomer("ada@acme.example", Role::Admin, None).await;
    let edit = format!("/customers/{}/edit", world.alpha);
    let form = [("name", "Alpha Bau"), ("time_zone", "Europe/Berlin"), ("revision", "1")];
    ada.post(&edit, &form).await.leads_to(&format!("/customers/{}", world.alpha));
    assert!(told(&mut page).await.unwrap().contains("changed"));
    mara.post("/sign-out", &[("sure", "yes")]).await.leads_to("/sign-in");
    assert_eq!(told(&mut page).await, None);
}
