//! A morning with one seat and two who want it, as the pages tell it afterwards: what was refused and why, who did what, how
//! much was used, and how many seats would have been enough.

mod office;

use std::time::Duration;

use office::Office;

/// Far longer than what is waited for takes.
const BOUND: Duration = Duration::from_secs(30);

#[track_caller]
fn shows(page: &str, texts: &[&str]) {
    for text in texts {
        assert!(page.contains(text), "no {text} in {page}");
    }
}

/// Mara works from 08:05 to 08:29; Late is refused at 08:06, and has the seat from 08:31 to 09:10.
async fn morning() -> Office {
    let world = Office::at("2026-11-16T08:05:00Z").await;
    assert!(world.open(0, "Mara", 1).await);
    world.pass(1);
    assert!(!world.open(1, "=Late()", 2).await, "the one seat is taken");
    world.pass(2);
    assert!(!world.open(1, "=Late()", 2).await);
    world.pass(21);
    world.close(0, 1).await;
    world.pass(2);
    assert!(world.open(1, "=Late()", 3).await);
    world.pass(39);
    world.close(1, 3).await;
    world.pass(20);
    world
}

/// Seen red when who held the seats is read of another instant.
#[tokio::test]
async fn a_refusal_is_explained() {
    let world = morning().await;
    let list = world.page("/denials").await;
    shows(&list, &["=Late()", "No seat was free", "WS-2", "Gave up after 2 minutes"]);
    let one = list.split("href=\"").find(|part| part.starts_with("/denials/0")).unwrap().split('"').next().unwrap();
    let one = world.page(one).await;
    shows(&one, &["The one seat is in use", "1 of 1 in use", "Mara", "23 minutes later, given back"]);
    for (asked, found) in [("q=late", true), ("q=mara", false), ("ended=gave_up", true), ("ended=granted", false)] {
        assert_eq!(world.page(&format!("/denials?{asked}")).await.contains("=Late()"), found, "{asked}");
    }
    let file = world.page("/denials/export/csv").await;
    shows(&file, &["First try,", "'=Late()", "no_seat_available"]);
}

/// What a program's message shows is enough to find who was refused, at the first try and at the last of many.
///
/// Seen red when the last tries all take one place, so that only the very last is kept.
#[tokio::test]
async fn a_refusal_is_found_by_the_request_id_that_somebody_reads_out() {
    let world = Office::at("2026-11-16T08:05:00Z").await;
    assert!(world.open(0, "Mara", 1).await);
    let mut requests = Vec::new();
    for number in 2..32 {
        requests.push(world.refused(1, "Late", number).await);
    }
    for told in [&requests[0], &requests[7], &requests[22], &requests[29], &requests[0].to_uppercase()] {
        let found = world.page(&format!("/search?q={told}")).await;
        shows(&found, &["Late on WS-2", "href=\"/denials/0"]);
    }
    let one = world.page("/denials").await;
    let one =
        one.split("href=\"").find(|part| part.starts_with("/denials/0")).unwrap().split('"').next().unwrap().to_owned();
    shows(&world.page(&one).await, &[requests[0].as_str(), requests[29].as_str()]);
    for unknown in [requests[15].as_str(), "0a1b2c3d-77"] {
        let found = world.page(&format!("/search?q={unknown}")).await;
        shows(&found, &["No refusal of a seat has this request id", "its own log"]);
    }
}

/// The first link on a page that begins so.
#[track_caller]
fn link(page: &str, begins: &str) -> String {
    let found = page.split("href=\"").find(|part| part.starts_with(begins));
    let found = found.unwrap_or_else(|| panic!("no link to {begins} in {page}"));
    found.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&")
}

/// All that happened with one person and one device, in one list each, narrowed down by kind and day.
#[tokio::test]
async fn a_persons_and_a_devices_timeline_tell_all_that_happened_with_them() {
    let world = morning().await;
    let denials = world.page("/denials").await;
    let person = link(&denials, "/users/");
    let told = world.page(&person).await;
    let refused = "Refused: no seat was free";
    shows(
        &told,
        &[
            "<bdi>=Late()</bdi>",
            refused,
            "2 tries",
            "Gave up after 2 minutes",
            "Held a seat until 09:10",
            "39 minutes · given back",
        ],
    );
    assert!(told.find("Held a seat").unwrap() < told.find(refused).unwrap(), "the newest comes first: {told}");
    assert!(!told.contains("Mara"), "nobody else is in it: {told}");
    let device = link(&told, "/devices/");
    let of_device = world.page(&device).await;
    shows(
        &of_device,
        &["WS-2", refused, "Held a seat until 09:10", "Activated", "with the product key", "device WS-2"],
    );
    for (asked, session, refusal) in [
        ("about=sessions", true, false),
        ("about=refusals", false, true),
        ("since=2026-11-17", false, false),
        ("until=2026-11-16", true, true),
    ] {
        for (page, asked) in [(&person, format!("{person}&{asked}")), (&device, format!("{device}?{asked}"))] {
            let told = world.page(&asked).await;
            let found = (told.contains("Held a seat"), told.contains(refused));
            assert_eq!(found, (session, refusal), "{asked} of {page}: {told}");
        }
    }
}

/// Any instant, whether somebody was refused then or not.
#[tokio::test]
async fn who_held_the_seats_is_told_of_any_instant() {
    let world = morning().await;
    let held = async |at: &str| world.page(&format!("/licenses/{}/held?at=2026-11-16T{at}", world.license)).await;
    for (at, holder, other) in [("08:10", "Mara", "=Late()"), ("08:40", "=Late()", "Mara")] {
        let told = held(at).await;
        assert!(told.contains(holder) && !told.contains(other), "{at}: {told}");
    }
    shows(&held("08:30").await, &["Nobody held one then"]);
    shows(&held("23:00").await, &["This is yet to come"]);
}

/// Seen red when one licence's trail shows all there is.
#[tokio::test]
async fn the_trail_tells_who_did_what_and_is_whole() {
    let world = morning().await;
    let license = &world.license;
    let decided = world.page("/activity").await;
    shows(&decided, &["The licence was issued", "A device was activated", "device WS-2"]);
    assert!(decided.contains("An account was made") && !decided.contains("took a seat"));
    let own = world.page(&format!("/activity?license={license}")).await;
    assert!(own.contains("The licence was issued") && !own.contains("An account was made"));
    let seats = world.page(&format!("/activity?about=seats&license={license}")).await;
    shows(&seats, &["Mara took a seat", "seat came back: returned"]);
    assert!(!seats.contains("The licence was issued"));
    let chain = world.page(&format!("/activity/chain?license={license}")).await;
    shows(&chain, &["Whole", "from the first to the last"]);
}

/// Seen red when the demand of those who were refused is left out.
#[tokio::test]
async fn use_is_counted_by_the_hour_and_asked_again_of_other_numbers_of_seats() {
    let world = morning().await;
    let report = format!("/reports?license={}&range=24h", world.license);
    // Before the job has been there at all.
    shows(&world.page(&report).await, &["At most 1 seat at once", "No use on record yet"]);
    let _jobs = world.jobs();
    let kept = async {
        while world.page(&report).await.contains("No use on record yet") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(BOUND, kept).await.expect("the figures are kept in time");
    let page = world.page(&report).await;
    shows(
        &page,
        &["At most 1 seat at once", "2 seats would have refused nobody", "Mon 08:00", "=Late()", "Mara", "WS-1"],
    );
    let file = world.page(&format!("/reports/export/csv?license={}&range=24h", world.license)).await;
    // With the one seat: one refusal, of one; with two: none.
    shows(&file, &["\r\n1,1,1,2,1\r\n", "\r\n2,0,0,0,2\r\n", "Mon 08:00,1", "'=Late(),0.65,1"]);
    shows(&file, &["2026-11-16 08:00:00,1,", "2026-11-16 09:00:00,1,"]);
}

/// Seen red when one of the kinds is not looked for.
#[tokio::test]
async fn one_box_finds_them_all() {
    let world = morning().await;
    shows(&world.page("/search?q=late").await, &["Denials", "=Late() on WS-2"]);
    shows(&world.page(&format!("/search?q={}", world.license)).await, &["Licences", "Planner"]);
    shows(&world.page("/search?q=nobody").await, &["Nothing found"]);
}
