//! **Time is suspect**, as far as decisions go: the clock itself stands in the store.

use std::collections::BTreeMap;

use proptest::prelude::*;
use seatkeeper_domain::license::Status;
use seatkeeper_domain::session::EndReason;
use seatkeeper_domain::term::after as later;
use seatkeeper_store::conformance::plan::plans;
use seatkeeper_store::conformance::play::play;

use crate::STEPS;
use crate::look::ended;
use crate::rare::a_long_pause;

proptest! {
    /// **Time is suspect.** In the first lease after a start nothing is taken back, so that clients which could
    /// not reach a stopped server find their seats.
    ///
    /// Seen red when `may_reclaim` forgets when the server began to answer.
    #[test]
    fn nothing_is_taken_back_in_the_first_lease(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for (before, _, _, after) in turn.each() {
                for (session, _) in ended(before, after).filter(|(_, reason)| *reason == EndReason::Reclaimed) {
                    let lease = before.licenses[&session.license_id].policy.lease_seconds;
                    prop_assert!(turn.now >= later(turn.opened_at, lease.into()));
                }
            }
            Ok(())
        })?;
    }

    /// Nor in the first lease after a pause is lifted: resuming has to be enough.
    ///
    /// Seen red when `may_reclaim` forgets when the pause was lifted, or that is not written down.
    #[test]
    fn nothing_is_taken_back_in_the_first_lease_after_a_pause(plan in a_long_pause()) {
        let mut resumed = BTreeMap::new();
        play(&plan, |turn, _| {
            for (before, _, _, after) in turn.each() {
                for (session, _) in ended(before, after).filter(|(_, reason)| *reason == EndReason::Reclaimed) {
                    let lease = before.licenses[&session.license_id].policy.lease_seconds;
                    let since = resumed.get(&session.license_id).copied().unwrap_or(turn.opened_at);
                    prop_assert!(turn.now >= later(since, lease.into()));
                }
            }
            for (id, license) in &turn.after.licenses {
                let paused = turn.before.licenses.get(id).is_some_and(|was| was.status == Status::Suspended);
                if paused && license.status == Status::Active {
                    resumed.insert(*id, turn.now);
                }
            }
            Ok(())
        })?;
    }

    /// A suspended licence's seats stay, however long: nobody could refresh, and resuming has to be enough.
    ///
    /// Seen red when `may_reclaim` forgets the licence's status.
    #[test]
    fn nothing_is_taken_back_while_suspended(plan in a_long_pause()) {
        play(&plan, |turn, _| {
            for (before, _, _, after) in turn.each() {
                for (session, _) in ended(before, after).filter(|(_, reason)| *reason == EndReason::Reclaimed) {
                    prop_assert!(before.licenses[&session.license_id].status != Status::Suspended);
                }
            }
            Ok(())
        })?;
    }
}
