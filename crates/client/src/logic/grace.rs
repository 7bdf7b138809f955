//! How long a program started with no contact may go on. Outside the pool, and never longer for being restarted.

use jiff::SignedDuration;
use jiff::Timestamp;
use seatkeeper_protocol::claims::FeatureClaim;

use super::clock::later;
use super::{Program, belief};
use crate::memory::Memory;
use crate::state::State;

/// How a start with no contact stands under `key_id`, and with which features; none where the server never admitted this
/// installation. The first such start since the server last granted something starts the clock.
pub(super) fn start(
    program: &Program,
    memory: &mut Memory,
    key_id: &str,
    time: Timestamp,
) -> Option<(State, Vec<FeatureClaim>)> {
    let activation = memory.activations.get(key_id)?;
    if let Some(refused) = activation.refused.as_ref().filter(|refused| refused.concerns(&program.version)) {
        return Some((State::refused(refused.problem.clone()), Vec::new()));
    }
    let claims = belief::certificate(program, memory, &activation.certificate).ok()?;
    let since = activation.grace_since.unwrap_or(time);
    let length = SignedDuration::from_secs(i64::try_from(claims.grace_seconds).unwrap_or(i64::MAX));
    // A seat still counted as this holder's goes to others when its own grace ends: so long, and no longer.
    let unreturned = memory.checkouts.values().filter(|c| c.key_id == key_id).filter_map(|c| c.grace_until);
    let until = unreturned.chain(claims.term_end.map(belief::time)).fold(later(since, length), Timestamp::min);
    memory.activations.get_mut(key_id)?.grace_since = Some(since);
    let state = if time < until { State::Grace { until } } else { State::GraceOver };
    Some((state, claims.features))
}
