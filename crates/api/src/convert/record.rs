//! What happened, as administrators read it: refusals and events; and where a follower of events is.

use jiff::Timestamp;
use seatkeeper_domain::denial::{Denial, Outcome, RequestId};
use seatkeeper_domain::event::Stream;
use seatkeeper_domain::holder::hex;
use seatkeeper_protocol::{Code, admin};
use seatkeeper_service::read::{EventRow, LanePosition};

/// An episode as it stands at `now`: one that nobody went on with was given up, though nothing was written then.
pub(crate) fn denial(denial: Denial, now: Timestamp) -> admin::Denial {
    let outcome = match denial.outcome {
        Some((_, Outcome::Granted)) => admin::DenialOutcome::Granted,
        Some((_, Outcome::GaveUp)) => admin::DenialOutcome::GaveUp,
        None if denial.continues(now) => admin::DenialOutcome::Open,
        None => admin::DenialOutcome::GaveUp,
    };
    let request = |id: &RequestId| id.0.clone();
    admin::Denial {
        first_request_id: denial.requests.first().map(request),
        last_request_id: denial.last_request().map(request),
        id: denial.id.0,
        license_id: denial.license_id.0,
        activation_id: denial.activation_id.map(|id| id.0),
        user: denial.names.user,
        device_name: denial.names.device_name,
        version: denial.version,
        code: Code::from(denial.code.as_str()),
        detail: denial.detail,
        tries: denial.tries,
        first_at: denial.first_at,
        last_at: denial.last_at,
        outcome,
        seats: denial.seats,
        in_use: denial.in_use,
    }
}

pub(crate) fn event(row: EventRow) -> admin::Event {
    let event = row.event;
    let (customer_id, license_id) = match event.stream {
        Stream::License(id) => (None, Some(id.0)),
        Stream::Customer(id) => (Some(id.0), None),
        Stream::Server => (None, None),
    };
    let (kind, id) = event.actor.split_once(':').unwrap_or((&event.actor, ""));
    admin::Event {
        at: event.at,
        kind: event.kind,
        actor: admin::Actor { kind: kind.to_owned(), id: id.parse().ok() },
        customer_id,
        license_id,
        data: serde_json::from_str(&event.body).unwrap_or_default(),
        chain: admin::EventChain { number: event.number, hash: hex(&event.hash) },
    }
}

/// A place on a lane, in the twelve bytes that a cursor has for each.
pub(crate) fn position_bytes(position: &LanePosition) -> [u8; 12] {
    let mut bytes = [0; 12];
    bytes[..4].copy_from_slice(&position.lane.to_be_bytes());
    bytes[4..].copy_from_slice(&position.number.to_be_bytes());
    bytes
}

/// The places in a cursor; none if it is not one of ours.
pub(crate) fn positions(bytes: &[u8]) -> Option<Vec<LanePosition>> {
    let (places, rest) = bytes.as_chunks::<12>();
    let place = |place: &[u8; 12]| {
        let (lane, number) = place.split_first_chunk::<4>()?;
        Some(LanePosition { lane: u32::from_be_bytes(*lane), number: u64::from_be_bytes(number.try_into().ok()?) })
    };
    if rest.is_empty() { places.iter().map(place).collect() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_of_events_reads_back() {
        let places = [LanePosition { lane: 0, number: 7 }, LanePosition { lane: 3, number: u64::MAX }];
        let bytes: Vec<u8> = places.iter().flat_map(position_bytes).collect();
        assert_eq!(positions(&bytes).as_deref(), Some(places.as_slice()));
        assert_eq!(positions(&bytes[1..]), None);
    }
}
