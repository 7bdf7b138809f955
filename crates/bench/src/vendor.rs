//! The vendor's side of a run: a product, a customer and licences, made through the API as a vendor does.

use seatkeeper_test_support::{Http, Server};
use serde_json::{Value, json};

/// A licence as its customer gets it.
#[derive(Clone)]
pub(crate) struct Issued {
    pub(crate) product: String,
    pub(crate) serial_number: String,
    pub(crate) product_key: String,
}

/// Who issues licences on one server.
pub(crate) struct Vendor {
    http: Http,
    customer: Value,
}

const PRODUCT: &str = "planner";

impl Vendor {
    /// With one product and one customer on a fresh server.
    pub(crate) fn on(server: &Server) -> Self {
        let http = server.http_as("admin");
        http.post("/v1/products", &json!({ "code": PRODUCT, "name": "Planner", "minimum_version": "16" })).expect(201);
        let customer = http.post("/v1/customers", &json!({ "name": "Example Ltd" })).expect(201);
        Self { http, customer: customer["id"].clone() }
    }

    /// So many pools with so many seats each.
    pub(crate) fn pools(&self, count: u32, seats: u32) -> Vec<Issued> {
        (0..count).map(|_| self.issue(seats)).collect()
    }

    /// A pool with so many seats.
    pub(crate) fn issue(&self, seats: u32) -> Issued {
        let license = json!({
            "customer_id": self.customer,
            "product": PRODUCT,
            "model": "concurrent",
            "seats": seats,
            "term": { "kind": "perpetual" },
        });
        let issued = self.http.post("/v1/licenses", &license).expect(201);
        let text = |field: &str| issued[field].as_str().unwrap_or_default().to_owned();
        Issued { product: PRODUCT.to_owned(), serial_number: text("serial_number"), product_key: text("product_key") }
    }
}
