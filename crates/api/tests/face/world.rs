//! A vendor with a product and two customers, each with a licence, a device and somebody at work. Nothing else.

use seatkeeper_domain::token::Role;
use serde_json::{Value, json};

use crate::app::{App, Call};

/// A customer with a licence in use.
pub(crate) struct Tenant {
    pub(crate) customer: String,
    pub(crate) license: String,
    pub(crate) serial_number: String,
    pub(crate) product_key: String,
    pub(crate) key: String,
    pub(crate) activation: String,
    pub(crate) installation_token: String,
    pub(crate) checkout: String,
    pub(crate) session: String,
    pub(crate) lease: String,
    pub(crate) block: String,
    /// Of the customer's own administrator.
    pub(crate) token: String,
}

/// The vendor's side.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) admin: String,
    pub(crate) viewer: String,
    pub(crate) product: String,
}

pub(crate) fn uuid(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

pub(crate) fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::on(App::start().await).await
    }

    pub(crate) async fn on(app: App) -> Self {
        let (admin, viewer) = (app.token(Role::Admin, None).await, app.token(Role::Viewer, None).await);
        let product = json!({ "code": "planner", "name": "Planner", "features": [{ "code": "bim" }] });
        let product = app.ask(Call::new("POST /v1/products").token(&admin).json(product)).await.must(201);
        Self { app, admin, viewer, product: id(&product) }
    }

    /// Asks as the vendor's administrator.
    pub(crate) fn call(&self, operation: &str) -> Call {
        Call::new(operation).token(&self.admin)
    }

    /// A customer with a licence of so many seats and no device.
    pub(crate) async fn license(&self, name: &str, seats: u32) -> Value {
        let customer = self.app.ask(self.call("POST /v1/customers").json(json!({ "name": name }))).await.must(201);
        let license = json!({
            "customer_id": customer["id"], "product": "planner", "model": "concurrent", "seats": seats,
            "term": { "kind": "perpetual" }, "features": [{ "code": "bim" }],
        });
        self.app.ask(self.call("POST /v1/licenses").json(license)).await.must(201)
    }

    /// What a device sends to be admitted to a licence.
    pub(crate) fn activation(license: &Value, device: u32) -> Value {
        json!({
            "protocol": 1, "serial_number": license["serial_number"], "product_key": license["product_key"],
            "product": "planner", "version": "16.0.2", "installation_id": uuid(device),
            "device": { "name": format!("WS-{device}"), "os": "linux", "fingerprint": [format!("hash-{device}")] },
        })
    }

    /// A customer at work: device `number`, which must be no other tenant's.
    pub(crate) async fn tenant(&self, name: &str, number: u32) -> Tenant {
        let app = &self.app;
        let license = self.license(name, 2).await;
        let (customer, license_id) = (license["customer_id"].as_str().unwrap().to_owned(), id(&license));
        let activate = Call::new("POST /v1/client/activations").json(Self::activation(&license, number));
        let activated = app.ask(activate).await.must(201);
        let installation_token = activated["activation_token"].as_str().unwrap().to_owned();
        let checkout = uuid(1000 + number);
        let seat = json!({ "user": "Mara", "device_name": "WS-1", "version": "16.0.2" });
        let take = Call::new(&format!("PUT /v1/client/checkouts/{checkout}")).token(&installation_token).json(seat);
        let seat = app.ask(take).await.must(201);
        let block = json!({ "user": "leaver", "reason": "left the company" });
        let block = self.call(&format!("POST /v1/licenses/{license_id}/blocks")).json(block);
        let block = app.ask(block).await.must(201);
        let keys = app.ask(self.call(&format!("GET /v1/licenses/{license_id}/keys"))).await.must(200);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Tenant {
            token: app.token(Role::Admin, Some(&customer)).await,
            customer,
            serial_number: text(&license["serial_number"]),
            product_key: text(&license["product_key"]),
            key: id(&keys["items"][0]),
            activation: text(&activated["activation_id"]),
            session: text(&seat["session_id"]),
            lease: text(&seat["lease"]),
            license: license_id,
            installation_token,
            checkout,
            block: id(&block),
        }
    }
}
