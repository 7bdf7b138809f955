//! Who surely held a seat when, by answers alone: from when the grant was read until the return was sent. Knows nothing of
//! what the server counts, which is what it is compared with.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Instant;

/// Sessions with the time they surely had a seat.
#[derive(Debug, Default)]
pub struct Intervals {
    sessions: Mutex<HashMap<String, (Instant, Option<Instant>)>>,
}

impl Intervals {
    /// A grant for this session was read just now.
    pub fn began(&self, session: &str) {
        let now = Instant::now();
        let mut sessions = self.sessions.lock().expect("nobody panicked");
        sessions.entry(session.to_owned()).and_modify(|(start, _)| *start = now.min(*start)).or_insert((now, None));
    }

    /// From now on its seat may be free: its return or its release is about to be sent.
    pub fn ended(&self, session: &str) {
        let now = Instant::now();
        let mut sessions = self.sessions.lock().expect("nobody panicked");
        // A release may overtake the grant's own answer: then it surely held the seat at no time.
        let (_, end) = sessions.entry(session.to_owned()).or_insert((now, None));
        *end = Some(end.map_or(now, |before| before.min(now)));
    }

    /// The most seats that were surely held at one time.
    pub fn most_at_once(&self) -> u64 {
        let sessions = self.sessions.lock().expect("nobody panicked");
        let ends = sessions.values().filter(|(start, end)| end.is_none_or(|end| *start < end));
        let mut moves: Vec<(Instant, i64)> = Vec::new();
        for (start, end) in ends {
            moves.push((*start, 1));
            moves.extend(end.map(|end| (end, -1)));
        }
        // At the same instant, who leaves goes first.
        moves.sort_unstable();
        let mut held = 0;
        let most = moves.iter().map(|(_, step)| {
            held += step;
            held
        });
        most.max().unwrap_or(0).unsigned_abs()
    }
}
