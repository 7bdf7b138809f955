//! Several servers on the same books: what one does the others know of, and no job is done by two.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use seatkeeper_service::{Finding, Jobs, Progress, StoreError};
use seatkeeper_store::Upkeep;
use seatkeeper_store::read::usage::Usage;
use serde_json::{Value, json};

use crate::app::{App, Call};
use crate::world::World;

/// Far longer than what is waited for takes.
const BOUND: Duration = Duration::from_secs(20);

/// What another server does is seen without being told.
async fn until(mut seen: impl AsyncFnMut() -> bool) {
    let waited = async {
        while !seen().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(BOUND, waited).await.expect("it is seen in time");
}

async fn published(app: &App) -> usize {
    app.ask(Call::new("GET /.well-known/jwks.json")).await.must(200)["keys"].as_array().unwrap().len()
}

/// The head of a document of an activation, which names the key that signed it.
async fn signed_with(app: &App, license: &Value, device: u32) -> String {
    let activate = Call::new("POST /v1/client/activations").json(World::activation(license, device));
    let activated = app.ask(activate).await.json();
    activated["certificate"].as_str().unwrap().split('.').next().unwrap().to_owned()
}

/// Seen red when the keys are read again only by the server that changed them.
#[tokio::test]
async fn a_key_that_one_server_adds_and_promotes_is_published_and_used_by_the_other() {
    let world = World::start().await;
    let other = world.app.another().await;
    let license = world.license("Alpha Bau", 5).await;
    let before = signed_with(&other, &license, 1).await;
    world.app.ask(world.call("POST /v1/signing-keys").json(json!({}))).await.must(201);
    until(async || published(&other).await == 2).await;
    world.app.ask(world.call("POST /v1/signing-keys/promote")).await.must(200);
    let now = signed_with(&world.app, &license, 2).await;
    assert_ne!(now, before);
    until(async || signed_with(&other, &license, 1).await == now).await;
}

/// Seen red when nobody looks at the lanes (answered, with nothing, when the time was over), and when the cursor `now` is
/// the beginning.
#[tokio::test]
async fn who_waits_for_events_is_answered_when_another_server_makes_one() {
    let world = World::start().await;
    let other = world.app.another().await;
    let now = world.app.ask(world.call("GET /v1/events?cursor=now")).await.must(200);
    assert_eq!(now["items"], json!([]));
    let cursor = now["next_cursor"].as_str().unwrap();
    let waiting = world.app.ask(world.call(&format!("GET /v1/events?wait=20&cursor={cursor}")));
    let happening = async {
        // By the time that this is answered the other has found nothing yet.
        world.app.ask(world.call("GET /v1/events?wait=0")).await.must(200);
        other.ask(world.call("POST /v1/customers").json(json!({ "name": "Alpha Bau" }))).await.must(201);
    };
    let (answer, ()) = tokio::join!(waiting, happening);
    let answer = answer.must(200);
    let kinds: Vec<_> = answer["items"].as_array().unwrap().iter().map(|event| event["kind"].clone()).collect();
    assert_eq!(kinds, ["customer.added"]);
}

/// Seen red when the end of the news is taken for news (it reads again and again until the time is over).
#[tokio::test]
async fn nobody_waits_for_a_server_that_stops() {
    let world = World::start().await;
    let nothing = world.app.ask(world.call("GET /v1/events?cursor=now&wait=1")).await.must(200);
    assert_eq!(nothing["items"], json!([]));
    let waiting = world.app.ask(world.call("GET /v1/events?cursor=now&wait=20"));
    let stopping = async {
        world.app.ask(world.call("GET /v1/events?wait=0")).await.must(200);
        world.app.service.end_news();
    };
    let both = async { tokio::join!(waiting, stopping).0 };
    let answer = tokio::time::timeout(BOUND / 2, both).await.expect("it does not wait until the time is over");
    assert_eq!(answer.must(200)["items"], json!([]));
    world.app.ask(world.call("GET /v1/events?wait=21")).await.refused(422, "invalid_request");
}

/// Care of books whose jobs another server has, or had.
struct Shared {
    books: Arc<dyn Upkeep>,
    anothers: AtomicBool,
    asked: AtomicU32,
}

impl Upkeep for Shared {
    fn backup(&self, to: &Path, progress: Progress<'_>) -> Result<(), StoreError> {
        self.books.backup(to, progress)
    }

    fn check(&self, progress: Progress<'_>) -> Result<Vec<Finding>, StoreError> {
        self.books.check(progress)
    }

    fn prune(&self, keep_days: u32) -> Result<bool, StoreError> {
        self.books.prune(keep_days)
    }

    fn keep_usage(&self, usage: &[Usage], until: i64, keep_from: i64) -> Result<(), StoreError> {
        self.books.keep_usage(usage, until, keep_from)
    }

    fn claim(&self, _: &str, _: u32) -> Result<bool, StoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(!self.anothers.load(Ordering::SeqCst))
    }
}

/// Seen red when the round does not ask.
#[tokio::test]
async fn a_job_that_another_server_has_is_left_to_it() {
    let world = World::start().await;
    let one = world.tenant("One", 1).await;
    world.app.clock.pass(30 * 86_400);
    let shared =
        Arc::new(Shared { books: world.app.upkeep(), anothers: AtomicBool::new(true), asked: AtomicU32::new(0) });
    let other = world.app.another_that_cares(shared.clone()).await;
    let held = async || {
        let license = other.ask(world.call(&format!("GET /v1/licenses/{}", one.license))).await.must(200);
        license["in_use"] == 1
    };
    let jobs = Jobs::start(other.service.clone(), None);
    // The second kind of job is asked for when all of the first has been done, or not.
    until(async || shared.asked.load(Ordering::SeqCst) >= 2).await;
    assert!(held().await);
    drop(jobs);
    shared.anothers.store(false, Ordering::SeqCst);
    let _jobs = Jobs::start(other.service.clone(), None);
    until(async || !held().await).await;
}
