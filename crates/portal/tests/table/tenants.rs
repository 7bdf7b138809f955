//! A vendor with a product, and customers who each have a licence, devices, somebody at work and somebody refused.

use axum::body::Body;
use axum::http::Request;
use seatkeeper_domain::ask::Wanted;
use seatkeeper_domain::decide::{AccountPatch, AskLicense, AskSeats, Command, ConfirmAsk, Office, OfficeCommand, What};
use seatkeeper_domain::event::Actor;
use seatkeeper_domain::id::{AccountId, AskId, CustomerId, ImportId, LicenseId};
use seatkeeper_domain::token::Role;
use seatkeeper_service::{NewPerson, read_import};
use serde_json::{Value, json};

use crate::browser::{Answer, answer};
use crate::world::World;

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
pub(crate) struct Tenants {
    world: World,
    admin: String,
}

fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_else(|| panic!("no {member} in {value}")).to_owned()
}

fn uuid(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

impl Tenants {
    pub(crate) async fn start() -> Self {
        let world = World::new().await;
        let admin = world.token(Role::Admin, None).await;
        let offer = json!({ "offer": { "trial_days": 14, "education": true } });
        world.api(&format!("PATCH /v1/products/{}", world.planner), &admin, offer).await;
        Self { world, admin }
    }

    /// A customer with a pool of one seat: taken on one device, refused on another. `number` must be no other tenant's.
    pub(crate) async fn tenant(&self, number: u32) -> Tenant {
        let name = format!("Customer-{number}");
        let customer = self.world.api("POST /v1/customers", &self.admin, json!({ "name": name })).await;
        self.at_work(name, text(&customer, "id"), number).await
    }

    /// The same customer with all that it has anew: nothing is left of what was done to the tenant before.
    pub(crate) async fn anew(&self, tenant: &Tenant, number: u32) -> Tenant {
        self.at_work(tenant.fact("name").to_owned(), tenant.fact("customer").to_owned(), number).await
    }

    async fn at_work(&self, name: String, customer: String, number: u32) -> Tenant {
        let (app, admin) = (&self.world, self.admin.as_str());
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
        self.wants_seats(&paused).await;
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
        let person = self.invited(&customer).await;
        let leaver = self.leaver(&customer).await;
        let free = self.opens_its_page(&customer).await;
        let ask = self.wants_to_teach(number).await;
        let import = self.imports(&customer, number).await;
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
            ("product", self.world.planner.to_string()),
            ("spare", spare),
            ("person", person),
            ("token", token),
            ("import", import),
        ];
        Tenant { facts, license: format!("/v1/licenses/{license}") }
    }

    /// How far the record has come, and how the tenant's licence stands: what no mere look may change.
    pub(crate) async fn record(&self, tenant: &Tenant) -> (String, Value) {
        let (app, admin) = (&self.world, self.admin.as_str());
        let end = app.api("GET /v1/events?cursor=now", admin, Value::Null).await;
        let license = app.api(&format!("GET {}", tenant.license), admin, Value::Null).await;
        (text(&end, "next_cursor"), license)
    }

    /// One of a customer's people, who never signed in.
    async fn invited(&self, customer: &str) -> String {
        let service = &self.world.service;
        let customer_id = Some(CustomerId(customer.parse().unwrap()));
        let email = format!("{}@example.com", service.draw::<CustomerId>());
        let person = NewPerson { customer_id, email, name: "Sasha".to_owned(), role: Role::Viewer };
        service.invite(&service.owner(), person).await.unwrap().to_string()
    }

    /// One of a customer's people who was shut out.
    async fn leaver(&self, customer: &str) -> String {
        let (service, leaver) = (&self.world.service, self.invited(customer).await);
        let shut = AccountPatch { disabled: Some(true), ..AccountPatch::default() };
        service.update_person(&service.owner(), AccountId(leaver.parse().unwrap()), shut, None).await.unwrap();
        leaver
    }

    /// A customer's page of free seats is opened; its address.
    async fn opens_its_page(&self, customer: &str) -> String {
        let (service, id) = (&self.world.service, CustomerId(customer.parse().unwrap()));
        service.set_free_page(&service.owner(), id, true).await.unwrap();
        let customer = service.customer(&service.owner(), id).await.unwrap();
        service.free_page_address(&customer).unwrap()
    }

    /// More seats of a licence are asked for.
    async fn wants_seats(&self, license: &str) {
        let license_id = LicenseId(license.parse().unwrap());
        let ask = AskSeats { license_id, seats: 2, until: None, reason: "more people".to_owned() };
        self.world.service.office(&self.world.service.owner(), None, ask).await.unwrap();
    }

    /// A visitor asks for an education licence, and has confirmed their address; the ask.
    async fn wants_to_teach(&self, number: u32) -> String {
        let id: AskId = self.world.service.draw();
        let asked = AskLicense {
            under: Vec::new(),
            id,
            wanted: Wanted::Education,
            product: "planner".to_owned(),
            email: format!("Teacher-{number}@school.example"),
            name: format!("Teacher-{number}"),
            company: Some(format!("School-{number}")),
            why: Some("a course".to_owned()),
        };
        for what in [What::from(asked), ConfirmAsk { ask_id: id }.into()] {
            let by = Office { actor: Actor::Visitor(id), customer_id: None, idempotency: None };
            let command = Command::Office(Box::new(OfficeCommand { by, what }));
            self.world.driver.submit().submit(command).await.unwrap().unwrap();
        }
        id.to_string()
    }

    /// Brings in a licence for a customer from a file; the import's id.
    async fn imports(&self, customer: &str, number: u32) -> String {
        let file = format!("customer,product,serial_number,term,seats\n{customer},planner,I-{number},perpetual,2\n");
        let service = &self.world.service;
        let id: ImportId = service.draw();
        let rows = read_import(file.as_bytes()).unwrap();
        service.start_import(&service.owner(), id, rows).unwrap().come().await;
        id.to_string()
    }

    /// What the browser of somebody with this role keeps once they are signed in.
    pub(crate) async fn cookie(&self, role: Role, customer: Option<&str>) -> String {
        let customer = customer.map(|id| CustomerId(id.parse().unwrap()));
        let person = self.world.person(role, customer).await;
        format!("__Host-seatkeeper={}", person.sign_in())
    }

    /// Asks for a page, or sends a form, with headers of the test's choice.
    pub(crate) async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], form: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", "seats.example");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if method == "POST" {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        answer(&self.world.pages, request.body(Body::from(form.to_owned())).unwrap()).await
    }
}
