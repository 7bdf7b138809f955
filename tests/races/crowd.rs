//! One program among two hundred: takes a seat, renews it, returns it, and loses replies on the way. Keeps the promise that
//! programs make: an id is theirs until they know how it ended.

use std::thread;
use std::time::Duration;

use seatkeeper_test_support::Answer;
use seatkeeper_test_world::{Dice, Intervals, License, Machine, Program, Seat, World};
use uuid::Uuid;

/// How often each comes.
const VISITS: u32 = 6;
/// How long a seat is kept at most, between two requests: so that the pool is full most of the time.
const STAY: Duration = Duration::from_millis(60);

/// A program with its user on its device.
pub(crate) struct Guest {
    program: Program,
    user: String,
    dice: Dice,
    /// Checkouts whose end it cannot be sure of: a lost request may come in late.
    doubtful: Vec<Uuid>,
}

/// What happened to one.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) granted: u32,
    pub(crate) refused: u32,
    pub(crate) lost_replies: u32,
}

impl Guest {
    /// Admitted, with no seat yet.
    pub(crate) fn admitted(world: &World, license: &License, number: u64) -> Self {
        let program = Machine::new(&format!("WS-{number}")).activate(&world.server.http(), license);
        Self { program, user: format!("user {number}"), dice: Dice::seeded(number), doubtful: Vec::new() }
    }

    /// Its visits, one after the other.
    pub(crate) fn come_and_go(&mut self, intervals: &Intervals) -> Told {
        let mut told = Told::default();
        for _ in 0..VISITS {
            let id = Uuid::new_v4();
            if let Some(seat) = self.ask(id, &mut told) {
                intervals.began(&seat.session);
                told.granted += 1;
                self.stay(seat, intervals, &mut told);
            } else {
                told.refused += 1;
                thread::sleep(self.dice.while_below(4 * STAY));
            }
        }
        told
    }

    /// Asks for a seat, now and then losing the first reply.
    fn ask(&mut self, id: Uuid, told: &mut Told) -> Option<Seat> {
        if self.dice.once_in(4) {
            let (path, body) = self.program.checkout(id, &self.user);
            self.lose("PUT", &path, &body, told);
            self.doubtful.push(id);
        }
        let answer = self.program.ask(id, &self.user);
        match answer.status {
            200 | 201 => {
                let answer = answer.json();
                let (seats, in_use) = (answer["seats"].as_u64(), answer["in_use"].as_u64());
                // A seat taken fits the limit of that very moment, also just after a cut.
                assert!(answer["seat"] != "new" || in_use <= seats, "granted above the limit: {answer}");
                Some(Seat::granted(id, answer))
            }
            409 => {
                assert_eq!(answer.json()["code"], "no_seat_available", "{}", answer.body);
                None
            }
            // The lost request had taken a seat, and support released it before the program asked again.
            410 => None,
            _ => panic!("neither granted nor refused: {answer:?}"),
        }
    }

    /// Renews a few times, then returns; unless support released it meanwhile, which it is told.
    fn stay(&mut self, mut seat: Seat, intervals: &Intervals, told: &mut Told) {
        for _ in 0..self.dice.below(4) {
            thread::sleep(self.dice.while_below(STAY));
            if self.dice.once_in(4) {
                let (path, body) = Program::renewal(&seat);
                self.lose("POST", &path, &body, told);
            }
            match self.program.refresh(&seat) {
                Answer { status: 200, body, .. } => {
                    seat = Seat::granted(seat.checkout, serde_json::from_str(&body).expect("JSON"));
                }
                answer => return released(&answer),
            }
        }
        intervals.ended(&seat.session);
        if self.dice.once_in(4) {
            let path = format!("/v1/client/checkouts/{}", seat.checkout);
            self.lose("DELETE", &path, &serde_json::json!({}), told);
        }
        self.program.give_back(seat.checkout).expect(204);
    }

    fn lose(&mut self, method: &str, path: &str, body: &serde_json::Value, told: &mut Told) {
        self.program.http.hang_up(method, path, body).expect("it was sent");
        told.lost_replies += 1;
    }

    /// Returns whatever it cannot be sure to have returned.
    pub(crate) fn leave(&self) {
        self.doubtful.iter().for_each(|id| drop(self.program.give_back(*id).expect(204)));
    }
}

/// The one way in which a seat that is being renewed may be gone here.
#[track_caller]
fn released(answer: &Answer) {
    let problem = answer.expect(410);
    assert_eq!((&problem["code"], &problem["end_reason"]), (&"checkout_ended".into(), &"released".into()), "{problem}");
}
