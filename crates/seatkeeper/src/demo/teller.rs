//! Tells what happens, a line each, and keeps the time of the play. Knows nobody's part.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use seatkeeper_protocol::admin::License;
use serde::Deserialize;
use uuid::Uuid;

use crate::admin::client::Client;
use crate::out::{self, printable};

/// Tells the audience, and everybody when it is over.
pub(super) struct Teller {
    /// The vendor's office.
    pub(super) office: Client,
    began: Instant,
    over: Mutex<bool>,
    told: Condvar,
}

impl Teller {
    pub(super) fn new(office: Client) -> Self {
        Self { office, began: Instant::now(), over: Mutex::default(), told: Condvar::new() }
    }

    /// Tells something that happened at a customer's; once it is over, nothing more.
    pub(super) fn tell(&self, customer: &str, what: &str) {
        if *self.over.lock().unwrap_or_else(PoisonError::into_inner) {
            return;
        }
        let passed = self.began.elapsed().as_secs();
        let line = format!("{:02}:{:02}  {customer:<16}  {what}", passed / 60, passed % 60);
        // Nobody listens any more: then it is over, and Ctrl-C or the time says so.
        let _ = out::line(&printable(&line));
    }

    /// How full a licence is now: `5 of 7 seats in use`.
    pub(super) fn full(&self, license: Uuid) -> String {
        let answer = self.office.get(&format!("/v1/licenses/{license}"), &[]);
        let license = answer.and_then(|answer| Ok(License::deserialize(answer)?));
        license.map_or_else(
            |error| error.to_string(),
            |license| format!("{} of {} seats in use", license.in_use, license.seats),
        )
    }

    /// Waits so long; false once it is over.
    pub(super) fn wait(&self, time: Duration) -> bool {
        let over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        let (over, _) = self.told.wait_timeout_while(over, time, |over| !*over).unwrap_or_else(PoisonError::into_inner);
        !*over
    }

    /// It is over, for everybody.
    pub(super) fn end(&self) {
        *self.over.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.told.notify_all();
    }
}
