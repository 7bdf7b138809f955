//! Secrets stay secret: no line of the log holds a product key, a token or a body, whatever the level.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::app::Call;
use crate::world::World;

/// The log as it was written.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_secret_is_in_the_log() {
    let log = Log::default();
    let told = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    // For all threads: the books are read and written on threads of their own.
    tracing::subscriber::set_global_default(told).unwrap();
    let world = World::start().await;
    let one = world.tenant("One", 1).await;
    let made = world.app.ask(world.call("POST /v1/tokens").json(json!({ "role": "viewer" }))).await.must(201);
    world.app.ask(world.call("GET /v1/licenses?external_id=in-the-query")).await.must(200);
    world.app.ask(Call::new("GET /v1/licenses").token("skt_mistyped")).await.refused(401, "unauthorized");
    let wrong = json!({ "product_key": "half-a-key", "protocol": "x" });
    world.app.ask(Call::new("POST /v1/client/activations").json(wrong)).await.refused(422, "invalid_request");
    let private = json!({ "given": { "private_key": "A".repeat(43), "certificate": "none" } });
    world.app.ask(world.call("POST /v1/signing-keys").json(private)).await.refused(422, "invalid_request");
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("/v1/licenses"), "requests are logged: {log}");
    let made = made["secret"].as_str().unwrap();
    let secrets = [
        world.admin.as_str(),
        one.product_key.as_str(),
        one.installation_token.as_str(),
        one.lease.as_str(),
        made,
        "skt_mistyped",
        "half-a-key",
        &"A".repeat(43),
        "in-the-query",
        "Mara",
    ];
    for secret in secrets {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}
