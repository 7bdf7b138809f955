//! The recorded demand, asked again of any number of seats.

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;
use seatkeeper_domain::demand::{Demand, Refused, Span, held};
use seatkeeper_domain::holder::HolderKey;

const END: i64 = 10_000;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("an instant")
}

fn holder(number: u8) -> HolderKey {
    HolderKey([number; 16])
}

/// Sessions that nobody's capacity bounds.
fn spans() -> impl Strategy<Value = Vec<Span>> {
    let span = (0..20u8, 0..END, 1..3_000i64, any::<bool>());
    vec(span, 0..40).prop_map(|spans| {
        let span = |(who, start, length, open): (u8, i64, i64, bool)| Span {
            holder: holder(who),
            start: at(start),
            end: (!open).then(|| at(start + length)),
        };
        spans.into_iter().map(span).collect()
    })
}

/// What a pool of `seats` would have written down: those who come when it is full are refused, try for a while, and get a
/// seat if one is back while they try.
fn recorded(asked: &[Span], seats: usize) -> (Vec<Span>, Vec<Refused>) {
    let mut asked = asked.to_vec();
    asked.sort_by_key(|span| span.start);
    let (mut spans, mut refused): (Vec<Span>, Vec<Refused>) = (Vec::new(), Vec::new());
    for span in asked {
        let holds = |held: &&Span| held.start <= span.start && held.end.is_none_or(|end| end > span.start);
        if spans.iter().filter(holds).count() < seats {
            spans.push(span);
        } else {
            let tries = Refused {
                holder: span.holder,
                first_at: span.start,
                last_at: at(span.start.as_second() + 60),
                tries: 3,
                granted_at: None,
            };
            refused.push(tries);
        }
    }
    (spans, refused)
}

proptest! {
    /// Seen red when one seat more is lent than there is.
    #[test]
    fn more_seats_never_refuse_more(spans in spans(), refused in spans()) {
        let refused: Vec<Refused> = refused.into_iter().map(|span| Refused {
            holder: span.holder,
            first_at: span.start,
            last_at: span.start,
            tries: 1,
            granted_at: span.end,
        }).collect();
        let demand = Demand::recorded(&spans, &refused, at(2 * END));
        let refusals: Vec<u64> = (0..=demand.peak() + 1).map(|seats| demand.with(seats).refusals).collect();
        prop_assert!(refusals.is_sorted_by(|fewer, more| fewer >= more), "{refusals:?}");
        prop_assert_eq!(demand.with(demand.peak()).refusals, 0, "so many refuse nobody");
        prop_assert_eq!(refusals[0] as usize, spans.len() + refused.len(), "none refuse everybody");
    }

    /// Seen red when a refusal counts before a session of the same instant.
    #[test]
    fn with_the_seats_there_were_comes_out_what_was_refused(asked in spans(), seats in 1..6u32) {
        let (spans, refused) = recorded(&asked, seats as usize);
        let replayed = Demand::recorded(&spans, &refused, at(2 * END)).with(seats);
        prop_assert_eq!(replayed.refusals, refused.len() as u64);
    }

    /// A second's sums, counted one by one.
    #[test]
    fn what_is_held_is_what_is_counted(spans in spans(), from in 0..END, length in 1..500i64, limit in 0..5u32) {
        let summed = held(&spans, at(from), at(from + length), limit);
        let counts: Vec<u32> = (from..from + length).map(|second| {
            let holds = |span: &&Span| span.start <= at(second) && span.end.is_none_or(|end| end > at(second));
            spans.iter().filter(holds).count() as u32
        }).collect();
        prop_assert_eq!(summed.peak, counts.iter().copied().max().unwrap_or_default());
        prop_assert_eq!(summed.seat_seconds, counts.iter().map(|count| u64::from(*count)).sum::<u64>());
        let full = counts.iter().filter(|count| limit > 0 && **count >= limit).count();
        prop_assert_eq!(summed.full_seconds, full as u64);
    }
}
