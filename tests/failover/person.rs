//! One program with two servers to ask. Keeps the promise that programs make: an id is theirs until they know how it ended, so
//! what got no answer, or a 503, is asked again by the same id, here or there. Remembers what it was answered.

use std::collections::HashMap;
use std::thread;
use std::time::{Duration, Instant};

use seatkeeper_test_support::Answer;
use seatkeeper_test_world::{Dice, License, Machine, Program, Seat};
use serde_json::Value;
use uuid::Uuid;

use crate::crowd::Course;
use crate::servers::Servers;
use crate::{RECOVERY, assert_unavailable, in_time};

/// How long it stays between two requests at most.
const STAY: Duration = Duration::from_millis(60);
/// Before it asks again. The SDK waits as long as it is told; who measures time without service must not.
const AGAIN: Duration = Duration::from_millis(100);

/// A program with its user.
pub(crate) struct Person {
    /// The same installation at each server.
    programs: [Program; 2],
    /// Which of them it asks.
    at: usize,
    user: String,
    dice: Dice,
    held: Option<Seat>,
    /// Sessions whose return was answered.
    returned: Vec<String>,
}

impl Person {
    /// Admitted, with no seat yet. Every other one begins at the second server.
    #[track_caller]
    pub(crate) fn admitted(servers: &Servers, license: &License, number: u64) -> Self {
        let [first, second] = servers.http();
        let program = Machine::new(&format!("WS-{number}")).activate(&first, license);
        Self {
            programs: [program.clone(), program.at(&second)],
            at: usize::from(number % 2 == 1),
            user: format!("user {number}"),
            dice: Dice::seeded(number),
            held: None,
            returned: Vec::new(),
        }
    }

    /// Takes, renews and returns until the course is over. What it was in the middle of is then known.
    pub(crate) fn come_and_go(&mut self, course: &Course) {
        while !course.is_over() {
            match self.held.take() {
                None => self.take(course),
                Some(seat) if self.dice.once_in(3) => self.give_back(seat, course),
                Some(seat) => self.renew(seat, course),
            }
            thread::sleep(self.dice.while_below(STAY));
        }
    }

    /// Returns its seat, if it has one.
    pub(crate) fn leave(&mut self, course: &Course) {
        if let Some(seat) = self.held.take() {
            self.give_back(seat, course);
        }
    }

    /// The session that it was told it has.
    pub(crate) fn session(&self) -> Option<&str> {
        self.held.as_ref().map(|seat| seat.session.as_str())
    }

    /// What it was answered stands in the books: its seat with its last lease, its returns as returns.
    #[track_caller]
    pub(crate) fn finds_what_was_answered(&self, sessions: &HashMap<&str, &Value>) {
        if let Some(seat) = &self.held {
            let session = sessions.get(&*seat.session).unwrap_or_else(|| panic!("a seat was lost: {seat:?}"));
            // A refresh that was answered counts, too.
            assert_eq!(session["lease_until"], seat.answer["lease_until"], "{session} against {seat:?}");
        }
        for id in &self.returned {
            let session = sessions.get(&**id).unwrap_or_else(|| panic!("a session was lost: {id}"));
            assert_eq!(session["end_reason"], "returned", "{session}");
        }
    }

    fn take(&mut self, course: &Course) {
        let id = Uuid::new_v4();
        let (path, body) = self.programs[0].checkout(id, &self.user);
        let answer = self.asked(course, "PUT", &path, Some(&body));
        if answer.status == 409 {
            assert_eq!(answer.json()["code"], "no_seat_available", "{}", answer.body);
            course.refused();
            return;
        }
        assert!(matches!(answer.status, 200 | 201), "neither granted nor refused: {answer:?}");
        let seat = Seat::granted(id, answer.json());
        course.intervals.began(&seat.session);
        self.held = Some(seat);
    }

    fn renew(&mut self, seat: Seat, course: &Course) {
        let (path, body) = Program::renewal(&seat);
        let answer = self.asked(course, "POST", &path, Some(&body)).expect(200);
        self.held = Some(Seat::granted(seat.checkout, answer));
    }

    fn give_back(&mut self, seat: Seat, course: &Course) {
        course.intervals.ended(&seat.session);
        self.asked(course, "DELETE", &format!("/v1/client/checkouts/{}", seat.checkout), None).expect(204);
        self.returned.push(seat.session);
    }

    /// The books' own answer, from whichever server can ask them.
    fn asked(&mut self, course: &Course, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let start = Instant::now();
        loop {
            match in_time(|| self.programs[self.at].http.attempt(method, path, body)) {
                Ok(answer) if answer.status != 503 => {
                    course.served(&self.user);
                    return answer;
                }
                Ok(refusal) => assert_unavailable(&refusal),
                // Nobody listens there, or it died with the answer on its lips.
                Err(_) => {}
            }
            assert!(start.elapsed() < RECOVERY, "{} is not served: {method} {path}", self.user);
            self.at = 1 - self.at;
            thread::sleep(AGAIN);
        }
    }
}
