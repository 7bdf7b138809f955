//! The vendor with a server: a product, a customer, and licences to issue.

use std::path::Path;
use std::process::{Command, Output};

use seatkeeper_test_support::{Http, Server, Start, binary};
use serde_json::{Value, json};

/// A server with one product, `planner` (version 16 and later, with the features `bim` and `4d`), and one customer.
#[derive(Debug)]
pub struct World {
    /// The server.
    pub server: Server,
    /// Requests with a token of role `admin`.
    pub admin: Http,
    customer_id: String,
}

/// A licence issued, as the customer gets it.
#[derive(Clone, Debug)]
pub struct License {
    /// Its id.
    pub id: String,
    /// What the customer types first.
    pub serial_number: String,
    /// What the customer types next.
    pub product_key: String,
}

impl License {
    /// From the answer that issued it.
    pub fn issued(answer: &Value) -> Self {
        Self {
            id: text(answer, "id"),
            serial_number: text(answer, "serial_number"),
            product_key: text(answer, "product_key"),
        }
    }

    /// Where it is: `/v1/licenses/{id}`.
    pub fn path(&self) -> String {
        format!("/v1/licenses/{}", self.id)
    }
}

impl World {
    /// On a server with fresh books.
    #[track_caller]
    pub fn start() -> Self {
        Self::on(Server::start())
    }

    /// On this server, whose books are fresh.
    #[track_caller]
    pub fn on(server: Server) -> Self {
        let admin = server.http_as("admin");
        let features = json!([{ "code": "bim", "name": "BIM" }, { "code": "4d", "name": "4D" }]);
        let product = json!({ "code": "planner", "name": "Planner", "minimum_version": "16", "features": features });
        admin.post("/v1/products", &product).expect(201);
        let customer = admin.post("/v1/customers", &json!({ "name": "Bauer & Partner" })).expect(201);
        Self { server, admin, customer_id: text(&customer, "id") }
    }

    /// The customer.
    pub fn customer_id(&self) -> &str {
        &self.customer_id
    }

    /// Issues a licence of the planner to the customer: perpetual, with both features and whatever else `terms` say.
    #[track_caller]
    pub fn license(&self, terms: Value) -> License {
        let mut new = json!({
            "customer_id": self.customer_id, "product": "planner", "term": { "kind": "perpetual" },
            "features": [{ "code": "bim" }, { "code": "4d" }],
        });
        let terms = terms.as_object().expect("terms are an object").clone();
        new.as_object_mut().expect("an object").extend(terms);
        License::issued(&self.admin.post("/v1/licenses", &new).expect(201))
    }

    /// A pool of so many seats.
    #[track_caller]
    pub fn pool(&self, seats: u32) -> License {
        self.license(json!({ "model": "concurrent", "seats": seats }))
    }

    /// A pool whose programs refresh every five seconds, the least there is: for what they learn only then.
    #[track_caller]
    pub fn brisk_pool(&self, seats: u32) -> License {
        let policy = json!({ "lease_seconds": 30, "refresh_seconds": 5 });
        self.license(json!({ "model": "concurrent", "seats": seats, "policy": policy }))
    }

    /// A single-user licence.
    #[track_caller]
    pub fn single_user(&self) -> License {
        self.license(json!({ "model": "single_user", "seats": 1 }))
    }

    /// The licence as administrators see it now.
    #[track_caller]
    pub fn seen(&self, license: &License) -> Value {
        self.admin.get(&license.path()).expect(200)
    }

    /// Seats held now.
    #[track_caller]
    pub fn in_use(&self, license: &License) -> u64 {
        self.seen(license)["in_use"].as_u64().expect("in_use is a number")
    }

    /// Sessions that hold a seat now, all pages of them.
    #[track_caller]
    pub fn sessions(&self, license: &License) -> Vec<Value> {
        let sessions = self.list(&format!("/v1/sessions?license_id={}", license.id));
        sessions.into_iter().filter(|session| session["state"] != "ended").collect()
    }

    /// Lets `seatkeeper check` look at the books, which must be right.
    #[track_caller]
    pub fn check(&self) {
        let output = self.run_check();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "the books are not right: {said}{}", String::from_utf8_lossy(&output.stderr));
    }

    /// What `seatkeeper check` says of the books.
    pub fn run_check(&self) -> Output {
        let mut command = Command::new(binary("seatkeeper"));
        command.args(["check", "--data"]).arg(self.server.data()).output().expect("seatkeeper starts")
    }

    /// Backs the books up while the server runs.
    #[track_caller]
    pub fn back_up(&self, to: &Path) {
        care("backup", self.server.data(), "--to", to);
    }

    /// Restores a backup into a folder of its own, with the secrets that are kept beside backups, and serves from there: on
    /// another port, as from another machine.
    #[track_caller]
    pub fn restore(&mut self, backup: &Path, data: &Path) {
        care("restore", data, "--from", backup);
        let start = Start::default().data(data).secrets_of(self.server.data());
        self.serve_from(start);
    }

    /// Serves by another process from now on, whose books are these in another place.
    #[track_caller]
    pub fn serve_from(&mut self, start: Start) {
        self.server = start.ready();
        self.admin = self.server.http_as("admin");
    }

    /// All pages of a list; `path` has a query already.
    #[track_caller]
    pub fn list(&self, path: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut page = self.admin.get(path).expect(200);
        loop {
            all.extend(page["items"].as_array().expect("a list has items").clone());
            let Some(cursor) = page["next_cursor"].as_str() else { return all };
            page = self.admin.get(&format!("{path}&cursor={cursor}")).expect(200);
        }
    }
}

#[track_caller]
fn care(verb: &str, data: &Path, option: &str, file: &Path) {
    let mut command = Command::new(binary("seatkeeper"));
    let output = command.arg(verb).arg("--data").arg(data).arg(option).arg(file).output().expect("seatkeeper starts");
    assert!(output.status.success(), "{verb}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A member that must be text.
#[track_caller]
pub(crate) fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_else(|| panic!("no {member} in {value}")).to_owned()
}
