//! Visitors who have no account: what they may ask for, the mail that comes, and what its link does.

use seatkeeper_domain::catalogue::Offer;
use seatkeeper_domain::decide::{ProductPatch, PutProduct};
use seatkeeper_domain::token::Role;
use seatkeeper_service::read::asks::AskFilter;
use seatkeeper_service::read::{LicenseFilter, Page};

use crate::browser::Browser;
use crate::world::World;

const DAY: u32 = 86_400;

impl World {
    /// A product that visitors may ask for so.
    async fn sells(&self, code: &str, offer: Offer) {
        let patch = ProductPatch {
            code: Some(code.to_owned()),
            name: Some(format!("Draw {code}")),
            offer: Some(offer),
            ..ProductPatch::default()
        };
        let new = code != "planner";
        let id = if new { self.service.draw() } else { self.planner };
        let product = PutProduct { id, new, patch, if_match: None };
        self.service.office(&self.service.owner(), None, product).await.unwrap();
    }

    /// A vendor whose one product may be tried, and asked for at schools.
    async fn open_to_visitors() -> Self {
        let world = Self::at("2026-01-01T00:00:00Z").await;
        world.sells("planner", Offer { trial_days: Some(14), education: true }).await;
        world
    }

    /// How many licences and asks there are, beside the two pools.
    async fn made(&self) -> (usize, usize) {
        let (owner, all) = (self.service.owner(), Page { after: None, limit: 200 });
        let licenses = self.service.licenses(&owner, LicenseFilter::default(), all).await.unwrap();
        let (mut asks, mut page) = (0, all);
        loop {
            let listed = self.service.asks(&owner, AskFilter::default(), page).await.unwrap();
            asks += listed.items.len();
            match listed.next {
                None => return (licenses.items.len() - 2, asks),
                after => page.after = after,
            }
        }
    }

    /// The mail that is sent now, without its folds.
    async fn mail(&self) -> String {
        // Mails lie in the order of their instants.
        self.clock.pass(1);
        self.mails().await.last().expect("a mail").replace("=\r\n", "")
    }
}

/// The path of the link in a mail to a visitor.
fn link(mail: &str) -> String {
    let at = mail.find("/ask/").unwrap_or_else(|| panic!("no link in {mail}"));
    mail[at..].split_whitespace().next().unwrap().to_owned()
}

async fn asks(browser: &mut Browser, email: &str) {
    let form = [("name", "Ada Lovelace"), ("email", email), ("company", "Analytical Engines")];
    browser.post("/trial/planner", &form).await.leads_to("/trial/planner/sent");
}

/// Seen red when a look begins the trial, and when the secret in the link is not compared.
#[tokio::test]
async fn a_trial_begins_when_the_button_is_pressed_and_is_read_again_for_a_week() {
    let world = World::open_to_visitors().await;
    let mut browser = world.browser();
    browser.get("/trial").await.leads_to("/trial/planner");
    browser.get("/trial/planner").await.shows(&["Try Draw planner", "14 days with all features"]);
    asks(&mut browser, "ada@example.com").await;
    browser.get("/trial/planner/sent").await.shows(&["Look into your mail"]);
    let path = link(&world.mail().await);
    let (known, last) = path.split_at(path.len() - 1);
    let forged = format!("{known}{}", if last == "A" { "B" } else { "A" });
    browser.get(&forged).await.is(410);
    browser.post(&forged, &[("sure", "yes")]).await.is(410);
    for _ in 0..2 {
        browser.get(&path).await.shows(&["Begin your trial of Draw planner", "Ada Lovelace, Analytical Engines"]);
    }
    assert_eq!(world.made().await, (0, 1), "a look begins nothing");
    browser.post(&path, &[("sure", "")]).await.is(400);
    browser.post(&path, &[("sure", "yes")]).await.leads_to(&path);
    browser.post(&path, &[("sure", "yes")]).await.leads_to(&path);
    assert_eq!(world.made().await, (1, 1), "pressed twice it is one");
    let shown = browser.get(&path).await;
    shown.shows(&["Serial number", "Product key", "How to begin", "From that moment you have 14 days"]);
    assert_eq!(shown.headers["cache-control"], "no-store");
    let mut sales = world.newcomer("sales@acme.example", Role::Sales, None).await;
    sales.get("/asks").await.shows(&["Ada Lovelace", "ada@example.com", "Granted"]);
    sales.get("/asks?state=granted").await.shows(&["Ada Lovelace"]);
    sales.get("/asks?state=waiting").await.shows(&["Nothing found"]);
    sales.get("/activity").await.shows(&["The licence was issued", "a visitor"]);
    world.clock.pass(7 * DAY);
    world.browser().get(&path).await.is(410);
}

#[tokio::test]
async fn nobody_learns_whether_an_address_was_seen_and_its_owner_does() {
    let world = World::open_to_visitors().await;
    let mut browser = world.browser();
    asks(&mut browser, "ada@example.com").await;
    let path = link(&world.mail().await);
    browser.post(&path, &[("sure", "yes")]).await.leads_to(&path);
    world.clock.pass(DAY);
    asks(&mut browser, "ADA+again@example.com").await;
    let again = world.mail().await;
    assert!(again.contains("You had a trial of Draw planner made on 1 January 2026"), "{again}");
    assert!(again.contains("To: ada@example.com\r\n"), "to the address that was confirmed: {again}");
    assert_eq!(link(&again), path, "the same link, while it shows the key");
    world.clock.pass(7 * DAY);
    asks(&mut browser, "ada@example.com").await;
    let later = world.mail().await;
    assert!(later.contains("You had a trial") && !later.contains("/ask/"), "{later}");
    assert_eq!(world.made().await, (1, 1));
}

#[tokio::test]
async fn a_mailbox_a_network_and_strangers_together_are_held_back() {
    let world = World::open_to_visitors().await;
    let mut browser = world.browser();
    let form = |email: &str| [("name".to_owned(), "Eve".to_owned()), ("email".to_owned(), email.to_owned())];
    for written in ["ada@example.com", "Ada+1@example.com", "ada+2@example.com"] {
        asks(&mut browser, written).await;
    }
    browser
        .post("/trial/planner", &[("name", "Eve"), ("email", "ada+3@example.com")])
        .await
        .again(&["too many attempts"]);
    assert_eq!(world.mails().await.len(), 1, "and the mail that was not sent yet was one");
    for n in 0..37 {
        let [name, email] = form(&format!("someone-{n}@example.com"));
        let form = [(name.0.as_str(), name.1.as_str()), (email.0.as_str(), email.1.as_str())];
        browser.post("/trial/planner", &form).await.is(303);
    }
    let late = [("name", "Eve"), ("email", "another@example.com")];
    browser.post("/trial/planner", &late).await.again(&["too many attempts"]);
    browser.moved("192.0.2.2").post("/trial/planner", &late).await.is(303);
    assert_eq!(world.made().await, (0, 39));
    for n in 0..259 {
        let mut other = browser.moved(&format!("198.51.{}.{}", n / 200, n % 200));
        let [name, email] = form(&format!("crowd-{n}@example.com"));
        let form = [(name.0.as_str(), name.1.as_str()), (email.0.as_str(), email.1.as_str())];
        other.post("/trial/planner", &form).await.is(303);
    }
    browser.moved("203.0.113.1").post("/trial/planner", &late).await.again(&["too many attempts"]);
    assert_eq!(world.made().await, (0, 298));
    world.clock.pass(3 * DAY + 1);
    world.prune();
    assert_eq!(world.made().await, (0, 0), "what nobody confirmed is forgotten");
}

#[tokio::test]
async fn what_was_not_opened_is_not_there() {
    let world = World::new().await;
    let mut browser = world.browser();
    world.sells("secret", Offer::default()).await;
    for path in ["/trial", "/trial/secret", "/trial/none", "/trial/secret/education", "/trial/secret/sent", "/ask/none"]
    {
        let answer = browser.get(path).await;
        assert!(answer.status == 404 || answer.status == 410, "{path}: {answer:?}");
        assert!(!answer.text.contains("Draw secret"), "{path}");
    }
    browser.post("/trial/secret", &[("name", "Eve"), ("email", "eve@example.com")]).await.is(404);
    world.sells("study", Offer { trial_days: None, education: true }).await;
    browser.get("/trial/study").await.leads_to("/trial/study/education");
    browser.post("/trial/study", &[("name", "Eve"), ("email", "eve@example.com")]).await.is(404);
    world.sells("planner", Offer { trial_days: Some(14), education: false }).await;
    browser.get("/trial").await.shows(&["Draw study", "for education", "Draw planner", "14 days"]);
    browser.get("/trial/planner/education").await.is(404);
    let mistakes = [("name", ""), ("email", "eve@example.com\r\nBcc: all@example.com")];
    browser.post("/trial/planner", &mistakes).await.again(&["Is no mail address."]);
    assert_eq!(world.made().await, (0, 0));
}

#[tokio::test]
async fn an_education_licence_is_granted_or_declined_by_sales() {
    let world = World::open_to_visitors().await;
    let mut sales = world.newcomer("sales@acme.example", Role::Sales, None).await;
    let mut browser = world.browser();
    let mut paths = Vec::new();
    for teacher in ["Ada", "Grace"] {
        let email = format!("{teacher}@school.example");
        let form =
            [("name", teacher), ("email", &email), ("company", "Analytical School"), ("why", "Drawing, 2nd year")];
        browser.post("/trial/planner/education", &form).await.leads_to("/trial/planner/sent");
        let path = link(&world.mail().await);
        sales.get("/requests").await.shows(&["Nobody waits for an answer"]);
        assert!(!sales.get("/requests").await.text.contains(&email), "not before the address is confirmed");
        browser.get(&path).await.shows(&["Confirm your request"]);
        browser.post(&path, &[("sure", "yes")]).await.leads_to(&path);
        browser.get(&path).await.shows(&["Your request is here"]);
        let waiting = sales.get("/requests").await;
        waiting.shows(&["Education licences", &email, "Drawing, 2nd year", "Analytical School"]);
        let at = waiting.text.find("/asks/").unwrap();
        let ask: String = waiting.text[at..].chars().take_while(|letter| *letter != '"').collect();
        sales.get("/overview").await.shows(&["Waits for an answer", "an education licence for", &ask]);
        sales.get(&ask).await.shows(&["Last day", "2027-01-01", "What they read"]);
        sales.post(&ask, &[("verdict", "decline"), ("said", "")]).await.again(&["Must have 1 to 500 characters."]);
        sales.post(&ask, &[("verdict", "grant"), ("until", "")]).await.again(&["Is needed."]);
        sales.post(&ask, &[("verdict", "grant"), ("until", "2025-12-31")]).await.again(&["Lies in the past."]);
        let answer = match teacher {
            "Ada" => [("verdict", "grant"), ("until", "2026-07-31"), ("said", "Good luck.")],
            _ => [("verdict", "decline"), ("until", ""), ("said", "We know no such school.")],
        };
        sales.post(&ask, &answer).await.leads_to("/requests");
        sales.post(&ask, &answer).await.again(&["answered, or asked anew, meanwhile"]);
        paths.push((path, world.mail().await));
    }
    let [granted, declined] = paths.as_slice() else { panic!("two") };
    assert!(granted.1.contains("is granted") && granted.1.contains("Good luck."), "{}", granted.1);
    browser.get(&granted.0).await.shows(&["Product key", "It works until", "Good luck."]);
    assert!(declined.1.contains("We know no such school."), "{}", declined.1);
    browser.get(&declined.0).await.shows(&["There is no licence for this request", "We know no such school."]);
    assert_eq!(world.made().await, (1, 2));
    let mut viewer = world.newcomer("viewer@acme.example", Role::Viewer, None).await;
    viewer.get("/asks").await.shows(&["Grace", "Declined"]);
    let mut customer = world.newcomer("owner@alpha.example", Role::Owner, Some(world.alpha)).await;
    customer.get("/asks").await.is(404);
}
