//! **Capacity** and **Open term change**.

use proptest::prelude::*;
use seatkeeper_domain::decide::{Command, What};
use seatkeeper_domain::license::{License, Status};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::term::after;
use seatkeeper_store::conformance::Books;
use seatkeeper_store::conformance::plan::plans;
use seatkeeper_store::conformance::play::play;

use crate::STEPS;
use crate::look::due_back;

/// Seats bought and the overdraft, reckoned apart from the domain's own sum. Plans sell one grant, for ever.
fn limit(license: &License) -> usize {
    let seats: u32 = license.grants.iter().map(|g| g.seats).sum();
    (seats + license.policy.overdraft) as usize
}

fn held(books: &Books, license: &License) -> usize {
    books.live(license.id).count()
}

proptest! {
    /// **Capacity.** No command raises the seats held above seats and overdraft.
    ///
    /// Seen red when the limit is raised by one in `take`, or not looked at there, or the overdraft counts
    /// twice.
    #[test]
    fn seats_held_never_rise_above_the_limit(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for (before, command, _, after) in turn.each() {
                for license in after.licenses.values() {
                    let (was, is) = (held(before, license), held(after, license));
                    prop_assert!(is <= was || is <= limit(license), "{was} → {is} of {}: {command:?}", limit(license));
                }
            }
            Ok(())
        })?;
    }

    /// **Capacity.** What is counted is what is there, and the database's own constraint holds.
    ///
    /// Seen red when an ended session stays in the counter, a return leaves the number of copies, an ended
    /// device stays counted.
    #[test]
    fn counters_equal_rows(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for books in turn.states.iter().chain([&*turn.after]) {
                for (id, counters) in &books.counters {
                    prop_assert_eq!(counters.in_use as usize, books.live(*id).count());
                    prop_assert!(counters.in_use <= counters.ceiling);
                    let devices = books.activations.values().filter(|a| a.license_id == *id && a.active()).count();
                    prop_assert_eq!(counters.devices as usize, devices);
                }
                for session in books.sessions.values().filter(|s| s.live()) {
                    prop_assert_eq!(session.checkouts as usize, books.live_checkouts(session.id).count());
                    prop_assert!(session.checkouts > 0, "a seat is held by nobody: {:?}", session);
                }
            }
            Ok(())
        })?;
    }

    /// **Open term change.** Changing a licence ends nobody's session; the ceiling is the larger of limit and
    /// use, and comes down with each return.
    ///
    /// Seen red when a cut ends sessions, or a return does not lower the ceiling.
    #[test]
    fn a_cut_throws_nobody_out(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for (before, command, _, after) in turn.each() {
                if let Command::Office(asked) = command && matches!(asked.what, What::UpdateLicense(_)) {
                    prop_assert_eq!(&before.sessions, &after.sessions);
                    prop_assert_eq!(&before.checkouts, &after.checkouts);
                }
                for license in after.licenses.values() {
                    let ceiling = after.counters[&license.id].ceiling as usize;
                    prop_assert_eq!(ceiling, limit(license).max(held(after, license)));
                }
            }
            Ok(())
        })?;
    }

    /// A seat that is free, or that may be taken back, never causes a refusal.
    ///
    /// Seen red when a checkout takes nothing back, or a cut pool is loaded one candidate at a time.
    #[test]
    fn nobody_is_refused_while_a_seat_may_be_had(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for (_, command, decision, books) in turn.each() {
                let Command::Checkout(asked) = command else { continue };
                let Err(Refusal::NoSeatAvailable { seats, in_use, .. }) = &decision.answer else { continue };
                let license = &books.licenses[&asked.credential.license_id];
                prop_assert_eq!(*in_use as usize, held(books, license));
                prop_assert_eq!(*seats, license.seats(turn.now));
                prop_assert!(held(books, license) >= limit(license));
                let reachable_since = license.resumed_at.map_or(turn.opened_at, |at| at.max(turn.opened_at));
                let first_lease_is_over = turn.now >= after(reachable_since, license.policy.lease_seconds.into());
                if first_lease_is_over && license.status == Status::Active {
                    // One that is due only since a copy was returned in the same batch shows in the next.
                    let is_due = |books, id| due_back(books, id) <= turn.now;
                    let due = |id| is_due(books, id) && is_due(&*turn.before, id);
                    let due: Vec<_> = books.live(license.id).filter(|s| due(s.id)).collect();
                    prop_assert!(due.is_empty(), "refused beside {:?}", due);
                }
            }
            Ok(())
        })?;
    }
}
