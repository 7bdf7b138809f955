//! A vendor with a product, and customers who each have a licence, devices, somebody at work and somebody refused.

use seatkeeper_domain::token::Role;
use serde_json::{Value, json};

use crate::app::App;

/// A customer at work. Each of its facts has a name, by which the table of pages asks for it.
pub(crate) struct Tenant {
    pub(crate) facts: Vec<(&'static str, String)>,
    /// Its licence's path in the API.
    license: String,
}

impl Tenant {
    /// A text of the table with this customer's ids in place of the names in braces.
    pub(crate) fn fill(&self, text: &str) -> String {
        self.facts.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    pub(crate) fn fact(&self, name: &str) -> &str {
        let (_, value) = self.facts.iter().find(|fact| fact.0 == name).expect("a fact that is known");
        value
    }
}

/// The vendor's side.
pub(crate) struct World {
    pub(crate) app: App,
    admin: String,
    product: String,
}

fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_else(|| panic!("no {member} in {value}")).to_owned()
}

fn uuid(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

impl World {
    pub(crate) async fn start() -> Self {
        let app = App::start().await;
        let admin = app.token(Role::Admin, None).await;
        let product = json!({
            "code": "planner", "name": "Planner", "features": [{ "code": "bim" }],
            "offer": { "trial_days": 14, "education": true },
        });
        let product = text(&app.api("POST /v1/products", &admin, product).await, "id");
        Self { app, admin, product }
    }

    /// A customer with a pool of one seat: taken on one device, refused on another. `number` must be no other tenant's.
    pub(crate) async fn tenant(&self, number: u32) -> Tenant {
        let (app, admin) = (&self.app, self.admin.as_str());
        let name = format!("Customer-{number}");
        let customer = text(&app.api("POST /v1/customers", admin, json!({ "name": name })).await, "id");
        let sold = json!({
            "customer_id": customer, "product": "planner", "model": "concurrent", "seats": 1,
            "term": { "kind": "perpetual" }, "features": [{ "code": "bim" }],
        });
        let sold = app.api("POST /v1/licenses", admin, sold).await;
        let license = text(&sold, "id");
        let paused = json!({
            "customer_id": customer, "product": "planner", "model": "concurrent", "seats": 1,
            "term": { "kind": "perpetual" },
        });
        let paused = text(&app.api("POST /v1/licenses", admin, paused).await, "id");
        let unpaid = json!({ "reason": "unpaid" });
        app.api(&format!("POST /v1/licenses/{paused}/suspend"), admin, unpaid).await;
        app.wants_seats(&paused).await;
        app.wants_seats(&paused).await;
        let mut devices = Vec::new();
        for device in [2 * number, 2 * number + 1] {
            let activation = json!({
                "protocol": 1, "serial_number": sold["serial_number"], "product_key": sold["product_key"],
                "product": "planner", "version": "16.0.2", "installation_id": uuid(device),
                "device": { "name": format!("WS-{device}"), "os": "linux", "fingerprint": [format!("hash-{device}")] },
            });
            devices.push(app.api("POST /v1/client/activations", "none", activation).await);
        }
        let seat = json!({ "user": format!("Mara-{number}"), "device_name": "WS", "version": "16.0.2" });
        let token = text(&devices[0], "activation_token");
        let checkout = format!("PUT /v1/client/checkouts/{}", uuid(1_000_000 + number));
        let seat = app.api(&checkout, &token, seat).await;
        let late = json!({ "user": format!("Late-{number}"), "device_name": "WS", "version": "16.0.2" });
        let checkout = format!("PUT /v1/client/checkouts/{}", uuid(2_000_000 + number));
        let refused = app.try_api(&checkout, &text(&devices[1], "activation_token"), late).await;
        assert_eq!(refused.status, 409, "{refused:?}");
        let block = json!({ "user": format!("Leaver-{number}"), "reason": "left the company" });
        let block = text(&app.api(&format!("POST /v1/licenses/{license}/blocks"), admin, block).await, "id");
        let keys = app.api(&format!("GET /v1/licenses/{license}/keys"), admin, Value::Null).await;
        let denials = app.api(&format!("GET /v1/denials?license_id={license}"), admin, Value::Null).await;
        let spare = json!({ "code": format!("spare-{number}"), "name": "Spare" });
        let spare = text(&app.api("POST /v1/products", admin, spare).await, "id");
        let token = json!({ "label": format!("program {number}"), "role": "viewer", "customer_id": customer });
        let token = text(&app.api("POST /v1/tokens", admin, token).await, "id");
        let person = app.person(&customer).await;
        let leaver = app.leaver(&customer).await;
        let free = app.opens_its_page(&customer).await;
        let ask = app.wants_to_teach(number).await;
        let import = app.imports(&customer).await;
        let facts = vec![
            ("ask", ask),
            ("teacher", format!("Teacher-{number}")),
            ("name", name),
            ("serial", text(&sold, "serial_number")),
            ("secret", text(&sold, "product_key")),
            ("user", format!("Mara-{number}")),
            ("late", format!("Late-{number}")),
            ("activation", text(&devices[0], "activation_id")),
            ("session", text(&seat, "session_id")),
            ("key", text(&keys["items"][0], "id")),
            ("denial", text(&denials["items"][0], "id")),
            ("block", block),
            ("free", free),
            ("leaver", leaver),
            ("customer", customer),
            ("license", license.clone()),
            ("paused", paused),
            ("product", self.product.clone()),
            ("spare", spare),
            ("person", person),
            ("token", token),
            ("import", import),
        ];
        Tenant { facts, license: format!("/v1/licenses/{license}") }
    }

    /// How far the record has come, and how the tenant's licence stands: what no mere look may change.
    pub(crate) async fn record(&self, tenant: &Tenant) -> (String, Value) {
        let (app, admin) = (&self.app, self.admin.as_str());
        let end = app.api("GET /v1/events?cursor=now", admin, Value::Null).await;
        let license = app.api(&format!("GET {}", tenant.license), admin, Value::Null).await;
        (text(&end, "next_cursor"), license)
    }
}
