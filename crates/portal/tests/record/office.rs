//! A customer whose pool has one seat, and two people who want it.

use seatkeeper_domain::token::Role;
use seatkeeper_service::Jobs;
use serde_json::{Value, json};

use crate::browser::{Answer, Browser};
use crate::world::World;

/// Alpha Bau at work.
pub(crate) struct Office {
    world: World,
    /// The licence that has one seat.
    pub(crate) license: String,
    /// Of Mara's device and of Late's: what their programs show.
    devices: Vec<String>,
    owner: Browser,
}

impl Office {
    pub(crate) async fn at(now: &str) -> Self {
        let world = World::at(now).await;
        let admin = world.token(Role::Admin, None).await;
        let sold = json!({
            "customer_id": world.alpha.to_string(), "product": "planner", "model": "concurrent", "seats": 1,
            "term": { "kind": "perpetual" },
        });
        let sold = world.api("POST /v1/licenses", &admin, sold).await;
        let mut devices = Vec::new();
        for device in 1..=2 {
            let activation = json!({
                "protocol": 1, "serial_number": sold["serial_number"], "product_key": sold["product_key"],
                "product": "planner", "version": "16.0.2",
                "installation_id": format!("00000000-0000-4000-8000-{device:012}"),
                "device": { "name": format!("WS-{device}"), "os": "linux", "fingerprint": [format!("hash-{device}")] },
            });
            let activated = world.api("POST /v1/client/activations", "none", activation).await;
            devices.push(activated["activation_token"].as_str().unwrap().to_owned());
        }
        let owner = world.person(Role::Owner, Some(world.alpha)).await;
        Self { license: sold["id"].as_str().unwrap().to_owned(), world, devices, owner }
    }

    pub(crate) fn pass(&self, minutes: u32) {
        self.world.clock.pass(minutes * 60);
    }

    /// Starts the server's own rounds.
    pub(crate) fn jobs(&self) -> Jobs {
        Jobs::start(self.world.service.clone(), None)
    }

    /// Somebody on their device asks for a seat under this number; whether they got it.
    pub(crate) async fn open(&self, device: usize, user: &str, number: u32) -> bool {
        self.ask(device, user, number).await.status.is_success()
    }

    /// Somebody is refused: the request id that their program shows.
    pub(crate) async fn refused(&self, device: usize, user: &str, number: u32) -> String {
        let answer = self.ask(device, user, number).await;
        answer.is(409);
        let problem: Value = serde_json::from_str(&answer.text).unwrap();
        problem["request_id"].as_str().unwrap().to_owned()
    }

    async fn ask(&self, device: usize, user: &str, number: u32) -> Answer {
        let asked = json!({ "user": user, "device_name": format!("WS-{}", device + 1), "version": "16.0.2" });
        self.world.try_api(&format!("PUT {}", checkout(number)), &self.devices[device], asked).await
    }

    pub(crate) async fn close(&self, device: usize, number: u32) {
        self.world.api(&format!("DELETE {}", checkout(number)), &self.devices[device], Value::Null).await;
    }

    /// A page, or a file, as the customer's owner sees it.
    pub(crate) async fn page(&self, path: &str) -> String {
        let answer = self.world.page(&self.owner, path).await;
        answer.is(200);
        answer.text
    }
}

fn checkout(number: u32) -> String {
    format!("/v1/client/checkouts/00000000-0000-4000-9000-{number:012}")
}
