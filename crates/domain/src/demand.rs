//! How much was used, and what another number of seats would have meant: the seats held over a time, and the recorded
//! demand asked again of any number of seats. It knows seats and instants; what they are read from it does not.
//!
//! Demand is every session, from its start to its end, and every episode of refusals. Somebody who was refused and got a
//! seat after all wanted one from the first try to that moment, and the session that followed speaks for the rest. Somebody
//! who gave up wanted one from the first try for as long as sessions usually take here: their median length.
//!
//! It is asked again in order. Whoever finds a seat free has it for as long as they wanted it, and whoever does not goes
//! without: so another seat admits everybody who was admitted before, and more seats never refuse more. What is refused with
//! the seats that there were is what was refused then, as far as ends that were reported late were not early enough to
//! leave a seat free on paper.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use jiff::{SignedDuration, Timestamp};

use crate::holder::HolderKey;

/// A seat held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// By whom, as one.
    pub holder: HolderKey,
    /// From when.
    pub start: Timestamp,
    /// Until when, exclusive; it goes on where absent.
    pub end: Option<Timestamp>,
}

/// Somebody who was refused for want of a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Who, as one.
    pub holder: HolderKey,
    /// The first try.
    pub first_at: Timestamp,
    /// The last.
    pub last_at: Timestamp,
    /// How often they tried.
    pub tries: u32,
    /// When they got a seat, if they did.
    pub granted_at: Option<Timestamp>,
}

/// How seats were held over a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// The most at once.
    pub peak: u32,
    /// Seats by time, in seconds: two seats for a minute are 120.
    pub seat_seconds: u64,
    /// Seconds in which as many were held as may be.
    pub full_seconds: u64,
}

/// How seats were held from one instant to another, of which `limit` may be.
pub fn held(spans: &[Span], from: Timestamp, until: Timestamp, limit: u32) -> Held {
    // Ends before starts at the same instant: a seat that comes back can be taken.
    let mut steps: Vec<(Timestamp, bool)> = Vec::with_capacity(spans.len() * 2);
    for span in spans {
        let (start, end) = (span.start.max(from), span.end.unwrap_or(Timestamp::MAX).min(until));
        if start < end {
            steps.extend([(start, true), (end, false)]);
        }
    }
    steps.sort_unstable();
    let (mut at, mut seats, mut peak, mut seat_micros, mut full_micros) = (from, 0u32, 0u32, 0i128, 0i128);
    for (instant, takes) in steps {
        let micros = i128::from(instant.as_microsecond() - at.as_microsecond());
        seat_micros += micros * i128::from(seats);
        full_micros += if limit > 0 && seats >= limit { micros } else { 0 };
        at = instant;
        seats = if takes { seats + 1 } else { seats - 1 };
        peak = peak.max(seats);
    }
    let seconds = |micros: i128| u64::try_from(micros / 1_000_000).unwrap_or_default();
    Held { peak, seat_seconds: seconds(seat_micros), full_seconds: seconds(full_micros) }
}

/// What a number of seats would have meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Times that somebody found no seat.
    pub refusals: u64,
    /// Who did, each once.
    pub people: u64,
    /// Minutes until a seat was back, or until they tried no longer, of all together.
    pub minutes_waited: u64,
    /// The most seats held at once.
    pub peak: u32,
}

/// What was wanted, in order, to be asked of any number of seats.
#[derive(Clone, Debug)]
pub struct Demand {
    wanted: Vec<Wanted>,
}

/// A seat wanted.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    from: Timestamp,
    until: Timestamp,
    holder: HolderKey,
    /// Until when they tried, where they were refused then.
    tried_until: Option<Timestamp>,
}

impl Demand {
    /// What was recorded; sessions that go on are wanted until `now`.
    pub fn recorded(spans: &[Span], refused: &[Refused], now: Timestamp) -> Self {
        let usual = median(spans);
        let of_session = |span: &Span| Wanted {
            from: span.start,
            until: span.end.unwrap_or(now),
            holder: span.holder,
            tried_until: None,
        };
        let of_refused = |refused: &Refused| {
            let usually = refused.first_at.checked_add(usual).unwrap_or(Timestamp::MAX);
            Wanted {
                from: refused.first_at,
                until: refused.granted_at.unwrap_or(usually),
                holder: refused.holder,
                tried_until: Some(refused.granted_at.unwrap_or(refused.last_at)),
            }
        };
        let all = spans.iter().map(of_session).chain(refused.iter().map(of_refused));
        let mut wanted: Vec<Wanted> = all.filter(|wanted| wanted.from < wanted.until).collect();
        // A session that began in the instant of a refusal was there before it.
        wanted.sort_by_key(|wanted| (wanted.from, wanted.tried_until.is_some()));
        Self { wanted }
    }

    /// The most seats wanted at once: so many refuse nobody.
    pub fn peak(&self) -> u32 {
        self.with(u32::MAX).peak
    }

    /// The same demand of another number of seats.
    pub fn with(&self, seats: u32) -> Replayed {
        let (mut held, mut people) = (BinaryHeap::new(), BTreeSet::new());
        let (mut replayed, mut waited) = (Replayed::default(), SignedDuration::ZERO);
        for wanted in &self.wanted {
            while held.peek().is_some_and(|Reverse(end)| *end <= wanted.from) {
                held.pop();
            }
            if (held.len() as u64) < u64::from(seats) {
                held.push(Reverse(wanted.until));
                replayed.peak = replayed.peak.max(held.len() as u32);
                continue;
            }
            replayed.refusals += 1;
            people.insert(wanted.holder);
            let back = held.peek().map_or(wanted.until, |Reverse(end)| *end);
            waited += wanted.tried_until.unwrap_or(back.min(wanted.until)).duration_since(wanted.from);
        }
        replayed.people = people.len() as u64;
        replayed.minutes_waited = u64::try_from(waited.as_secs() / 60).unwrap_or_default();
        replayed
    }
}

/// How long sessions take that are over, half of them at least; half an hour where there is none.
fn median(spans: &[Span]) -> SignedDuration {
    let mut lengths: Vec<SignedDuration> =
        spans.iter().filter_map(|span| Some(span.end?.duration_since(span.start))).collect();
    lengths.sort_unstable();
    lengths.get(lengths.len() / 2).copied().unwrap_or(SignedDuration::from_mins(30))
}
