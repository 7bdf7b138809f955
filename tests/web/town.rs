//! A vendor, its customers and their people, with something to see on every page. Every name that people or strangers'
//! machines fill in is spelled as the test wants it.

use seatkeeper_test_support::Http;
use seatkeeper_test_world::{License, Machine, World};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::people::Person;
use crate::visitor;

/// How a name is spelled: as it is, or as somebody who means harm would.
pub(crate) type Spelling = fn(&str) -> String;

/// The vendor's world, and where in it the pages lead.
pub(crate) struct Town {
    pub(crate) world: World,
    pool: License,
    /// Facts by name, for the addresses of pages.
    facts: Vec<(&'static str, String)>,
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("no id in {value}")).to_owned()
}

/// Opens the page that tells whether a seat is free; its path.
fn free_page(owner: &Http) -> String {
    assert_eq!(owner.form("/free/open", &[("sure", "yes")]).status, 303);
    let page = owner.get("/free").body;
    let address = page.split("/free/").nth(1).and_then(|rest| rest.split('<').next());
    format!("/free/{}", address.unwrap_or_else(|| panic!("no address in {page}")))
}

impl Town {
    /// With names as they are.
    #[track_caller]
    pub(crate) fn new() -> Self {
        Self::spelled(str::to_owned)
    }

    /// A customer with a pool of three seats that is full, one of 250 that is not, and a single-user licence.
    #[track_caller]
    pub(crate) fn spelled(spell: Spelling) -> Self {
        let world = World::start();
        let http = world.server.http();
        let customer = json!({
            "name": spell("Northgate Construction"), "external_id": spell("CRM-7"), "metadata": { spell("region"): spell("North") },
            "contacts": [{ "name": spell("Mara Ortega"), "email": "mara@example.com" }],
        });
        world.admin.patch(&format!("/v1/customers/{}", world.customer_id()), &customer).expect(200);
        let product = id(&world.admin.get("/v1/products").expect(200)["items"][0]);
        let features = json!([{ "code": "bim", "name": spell("BIM") }, { "code": "4d", "name": spell("4D") }]);
        let renamed = json!({ "name": spell("PowerPlan"), "features": features });
        world.admin.patch(&format!("/v1/products/{product}"), &renamed).expect(200);

        let noted = |seats: u32, order: &str| {
            json!({
                "model": "concurrent", "grants": [{ "seats": seats, "order_reference": spell(order) }],
                "external_id": spell(order), "metadata": { spell("project"): spell("Tower") },
            })
        };
        let pool = world.license(noted(3, "PO-1"));
        let names = [("Anna Okafor", "LDN-WS-0142"), ("Ben Whitfield", "LDN-WS-0087"), ("Chidi Eze", "CTX-FARM-03")];
        let mut sessions = Vec::new();
        let mut devices = Vec::new();
        for (user, device) in names {
            let program = Machine::new(&spell(device)).activate(&http, &pool);
            devices.push(program.answer["activation_id"].as_str().expect("an id").to_owned());
            let (path, mut seat) = program.checkout(Uuid::new_v4(), &spell(user));
            seat["os_session"] = json!(spell("7"));
            seat["version"] = json!(format!("16.0.2{}", spell("")));
            sessions.push(program.http.put(&path, &seat).expect(201)["session_id"].as_str().expect("an id").to_owned());
        }
        let late = Machine::new(&spell("SITE-LAPTOP-21")).activate(&http, &pool);
        late.ask(Uuid::new_v4(), &spell("Dana Kowalski")).expect(409);
        let block = json!({ "user": spell("Eve Leaver"), "reason": spell("left in March") });
        let block = id(&world.admin.post(&format!("{}/blocks", pool.path()), &block).expect(201));
        let key = json!({ "label": spell("Site office") });
        let key = id(&world.admin.post(&format!("{}/keys", pool.path()), &key).expect(201));

        let large = world.license(noted(250, "PO-2"));
        let oliver = Machine::new(&spell("LDN-WS-0007")).activate(&http, &large).take(&spell("Oliver Marsh"));
        let why = json!({ "reason": spell("went home") });
        world.admin.post(&format!("/v1/sessions/{}/release", oliver.session), &why).expect(200);
        Machine::new(&spell("LDN-WS-0008")).activate(&http, &large).take(&spell("Priya Nair"));
        world.single_user();
        let paused = world.pool(5);
        let why = json!({ "reason": spell("unpaid") });
        world.admin.post(&format!("{}/suspend", paused.path()), &why).expect(200);
        let token = json!({ "label": spell("web shop"), "role": "viewer" });
        let token = id(&world.admin.post("/v1/tokens", &token).expect(201));

        let more = [("seats", "2"), ("until", ""), ("reason", &spell("the tower"))];
        let asked = Person::Customers("owner").http(&world).form(&format!("/licenses/{}/ask", pool.id), &more);
        assert_eq!(asked.status, 303, "{}", asked.body);

        let free = free_page(&Person::Customers("owner").http(&world));
        let survey = json!({ "code": "survey", "name": spell("Survey"), "offer": { "trial_days": 30 } });
        world.admin.post("/v1/products", &survey).expect(201);
        visitor::open(&world, &product);
        let [one, two, teacher] = ["Ada Lovelace", "Grace Hopper", "Emmy Noether"].map(spell);
        let company = spell("Analytical Engines");
        let begin =
            visitor::asks(&world, "/trial/planner", "ada@example.com", &[("name", &one), ("company", &company)]);
        let begun = visitor::asks(&world, "/trial/planner", "grace@example.com", &[("name", &two)]);
        visitor::presses(&world, &begun);
        let study = [("name", teacher.as_str()), ("company", &spell("Göttingen")), ("why", &spell("a course"))];
        visitor::presses(&world, &visitor::asks(&world, "/trial/planner/education", "emmy@example.org", &study));
        let waiting = Person::Vendors("sales").http(&world).get("/requests").body;
        let at = waiting.find("/asks/").expect("somebody who waits");
        let ask = waiting[at..].split('"').next().expect("an address").to_owned();
        let line = format!(
            "customer\tcustomer_name\tproduct\tserial_number\tterm\tseats\nCRM-8\t{}\tplanner\tOLD-1\tperpetual\t4\n",
            spell("Hill & Sons")
        );
        let sent = Person::Vendors("sales").http(&world).form("/imports", &[("sure", "yes"), ("text", &line)]);
        assert_eq!(sent.status, 303, "{}", sent.body);
        let import = sent.header("location").and_then(|to| to.rsplit('/').next()).expect("an import").to_owned();

        let denial = id(&world.list("/v1/denials?limit=9").remove(0));
        let facts = vec![
            ("customer", world.customer_id().to_owned()),
            ("product", product),
            ("license", pool.id.clone()),
            ("session", sessions.remove(0)),
            ("device", devices.remove(0)),
            ("block", block),
            ("key", key),
            ("denial", denial),
            ("user", spell(names[0].0).bytes().map(|byte| format!("%{byte:02X}")).collect()),
            ("paused", paused.id),
            ("token", token),
            ("free", free),
            ("begin", begin),
            ("begun", begun),
            ("ask", ask),
            ("import", import),
            ("person", Person::Customers("viewer").account(&world).id),
        ];
        Self { world, pool, facts }
    }

    /// The licence whose seats are all taken.
    pub(crate) fn full_pool(&self) -> &License {
        &self.pool
    }

    /// The address of a page, with the town's ids in place of names in braces.
    pub(crate) fn address(&self, path: &str) -> String {
        let path = self.facts.iter().fold(path.to_owned(), |path, (name, id)| path.replace(&format!("{{{name}}}"), id));
        format!("{}{path}", self.world.server.url())
    }
}
