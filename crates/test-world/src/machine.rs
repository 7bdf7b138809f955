//! A machine with the program on it, as the server sees one: requests, with everything under the test's control.

use seatkeeper_test_support::{Answer, Http};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::License;
use crate::world::text;

/// A device with one user's installation of the planner.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The device's name.
    pub name: String,
    installation: Uuid,
}

impl Machine {
    /// A device that is known again by its name here, with a fresh installation.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), installation: Uuid::new_v4() }
    }

    /// The body of a request for activation.
    pub fn activation(&self, license: &License) -> Value {
        let hash = |part: &str| format!("{part}-of-{}", self.name);
        json!({
            "protocol": 1, "serial_number": license.serial_number, "product_key": license.product_key,
            "product": "planner", "version": "16.0.2", "installation_id": self.installation,
            "device": { "name": self.name, "os": "Debian", "fingerprint": [hash("board"), hash("disk"), hash("card")] },
        })
    }

    /// Asks to be admitted.
    #[track_caller]
    pub fn ask(&self, http: &Http, license: &License) -> Answer {
        http.post("/v1/client/activations", &self.activation(license))
    }

    /// Is admitted.
    #[track_caller]
    pub fn activate(&self, http: &Http, license: &License) -> Program {
        let answer = self.ask(http, license);
        assert!(matches!(answer.status, 200 | 201), "{} is not admitted: {}", self.name, answer.body);
        let answer = answer.json();
        let token = text(&answer, "activation_token");
        Program { http: http.bearer(&token), token, device: self.name.clone(), answer }
    }
}

/// An admitted installation.
#[derive(Clone, Debug)]
pub struct Program {
    /// Requests with its token.
    pub http: Http,
    /// That token.
    pub token: String,
    /// What the activation answered.
    pub answer: Value,
    device: String,
}

/// A seat held by a checkout of a program's own making.
#[derive(Clone, Debug)]
pub struct Seat {
    /// The checkout.
    pub checkout: Uuid,
    /// The session.
    pub session: String,
    /// The lease last given.
    pub lease: String,
    /// The answer that gave it.
    pub answer: Value,
}

impl Seat {
    /// From the answer that granted it.
    pub fn granted(checkout: Uuid, answer: Value) -> Self {
        Self { checkout, session: text(&answer, "session_id"), lease: text(&answer, "lease"), answer }
    }
}

impl Program {
    /// The same program where the server has moved.
    #[must_use]
    pub fn at(&self, http: &Http) -> Self {
        Self { http: http.bearer(&self.token), ..self.clone() }
    }

    /// The path and the body of a request for a seat.
    pub fn checkout(&self, id: Uuid, user: &str) -> (String, Value) {
        (format!("/v1/client/checkouts/{id}"), json!({ "user": user, "device_name": self.device, "version": "16.0.2" }))
    }

    /// Asks for a seat.
    #[track_caller]
    pub fn ask(&self, id: Uuid, user: &str) -> Answer {
        let (path, body) = self.checkout(id, user);
        self.http.put(&path, &body)
    }

    /// Takes a seat, which must be free.
    #[track_caller]
    pub fn take(&self, user: &str) -> Seat {
        let id = Uuid::new_v4();
        Seat::granted(id, self.ask(id, user).expect(201))
    }

    /// The path and the body of a request to renew a lease.
    pub fn renewal(seat: &Seat) -> (String, Value) {
        (format!("/v1/client/checkouts/{}/refresh", seat.checkout), json!({ "lease": seat.lease }))
    }

    /// Asks to renew a lease.
    #[track_caller]
    pub fn refresh(&self, seat: &Seat) -> Answer {
        let (path, body) = Self::renewal(seat);
        self.http.post(&path, &body)
    }

    /// Renews a lease.
    #[track_caller]
    pub fn renew(&self, seat: &mut Seat) {
        *seat = Seat::granted(seat.checkout, self.refresh(seat).expect(200));
    }

    /// Gives a seat back.
    #[track_caller]
    pub fn give_back(&self, checkout: Uuid) -> Answer {
        self.http.delete(&format!("/v1/client/checkouts/{checkout}"))
    }
}
