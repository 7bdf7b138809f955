//! A program, and a clerk in the vendor's office, who remember what they were answered. Repeats what got no answer by the same
//! id, as the SDK does. Knows nothing of how the server writes.

use seatkeeper_test_support::{Answer, Http};
use seatkeeper_test_world::{Dice, License, Machine, Program, Seat, World};
use serde_json::{Value, json};
use uuid::Uuid;

/// One of those who load the server.
pub(crate) struct Worker {
    program: Program,
    user: String,
    office: Http,
    dice: Dice,
    held: Option<Seat>,
    /// The last seat whose return was answered.
    returned: Option<Seat>,
    /// Customers whose entry was answered since the last restart.
    customers: Vec<Value>,
    /// What was asked and not answered.
    asked: Option<Asked>,
    answered: usize,
}

/// A request, the same however often it is sent.
#[derive(Clone)]
enum Asked {
    Take(Uuid),
    Renew,
    Return,
    Enter(Uuid),
}

impl Worker {
    /// Admitted, with no seat yet.
    pub(crate) fn admitted(world: &World, license: &License, number: u64) -> Self {
        Self {
            program: Machine::new(&format!("WS-{number}")).activate(&world.server.http(), license),
            user: format!("user {number}"),
            office: world.admin.clone(),
            dice: Dice::seeded(number),
            held: None,
            returned: None,
            customers: Vec::new(),
            asked: None,
            answered: 0,
        }
    }

    /// Asks one thing after the other until there is no answer.
    pub(crate) fn work_until_the_server_dies(&mut self) {
        while self.step() {}
    }

    /// Asks again what got no answer. The server runs.
    pub(crate) fn ask_again(&mut self) {
        if self.asked.is_some() {
            assert!(self.step(), "the server runs and does not answer");
        }
    }

    /// Returns its seat.
    pub(crate) fn leave(&mut self) {
        self.asked = self.held.is_some().then_some(Asked::Return);
        self.ask_again();
    }

    /// How many requests were answered.
    pub(crate) fn answered(&self) -> usize {
        self.answered
    }

    /// Its session, if it has a seat.
    pub(crate) fn session(&self) -> Option<&str> {
        self.held.as_ref().map(|seat| seat.session.as_str())
    }

    /// One request; whether it was answered.
    fn step(&mut self) -> bool {
        let asked = self.asked.clone().unwrap_or_else(|| self.choose());
        self.asked = Some(asked.clone());
        let Some(answer) = self.send(&asked) else { return false };
        self.asked = None;
        self.answered += 1;
        self.take_in(&asked, &answer);
        true
    }

    fn choose(&mut self) -> Asked {
        match (&self.held, self.dice.below(8)) {
            (_, 0) => Asked::Enter(Uuid::new_v4()),
            (None, _) => Asked::Take(Uuid::new_v4()),
            (Some(_), 1..5) => Asked::Renew,
            (Some(_), _) => Asked::Return,
        }
    }

    fn send(&self, asked: &Asked) -> Option<Answer> {
        let seat = || self.held.as_ref().expect("a seat is held");
        let answer = match asked {
            Asked::Take(id) => {
                let (path, body) = self.program.checkout(*id, &self.user);
                self.program.http.attempt("PUT", &path, Some(&body))
            }
            Asked::Renew => {
                let (path, body) = Program::renewal(seat());
                self.program.http.attempt("POST", &path, Some(&body))
            }
            Asked::Return => {
                self.program.http.attempt("DELETE", &format!("/v1/client/checkouts/{}", seat().checkout), None)
            }
            Asked::Enter(id) => {
                let office = self.office.header("Idempotency-Key", &id.to_string());
                office.attempt("POST", "/v1/customers", Some(&json!({ "name": "Acme", "external_id": id })))
            }
        };
        answer.ok()
    }

    fn take_in(&mut self, asked: &Asked, answer: &Answer) {
        match asked {
            Asked::Take(id) if matches!(answer.status, 200 | 201) => {
                self.held = Some(Seat::granted(*id, answer.json()));
            }
            Asked::Take(_) => assert_eq!(answer.expect(409)["code"], "no_seat_available"),
            Asked::Renew => {
                let id = self.held.as_ref().expect("a seat is held").checkout;
                self.held = Some(Seat::granted(id, answer.expect(200)));
            }
            Asked::Return => {
                answer.expect(204);
                self.returned = self.held.take();
            }
            Asked::Enter(_) => self.customers.push(answer.expect(201)),
        }
    }

    /// After a restart, before anything is asked again: what was answered is so.
    pub(crate) fn finds_what_was_answered(&mut self, sessions: &[Value]) {
        if let Some(seat) = self.held.as_ref().filter(|_| !matches!(self.asked, Some(Asked::Return))) {
            let session = sessions.iter().find(|session| session["id"] == seat.session.as_str());
            let session = session.unwrap_or_else(|| panic!("a seat was lost: {seat:?}"));
            let renewing = matches!(self.asked, Some(Asked::Renew));
            // A refresh that was answered counts, too.
            assert!(renewing || session["lease_until"] == seat.answer["lease_until"], "{session} against {seat:?}");
        }
        if let Some(seat) = &self.returned {
            self.program.refresh(seat).expect(410);
        }
        for customer in self.customers.drain(..) {
            let id = customer["id"].as_str().expect("an id");
            assert_eq!(self.office.get(&format!("/v1/customers/{id}")).expect(200), customer);
        }
    }
}
