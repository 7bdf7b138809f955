//! **Back-by.**

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use proptest::prelude::*;
use seatkeeper_domain::answer::Answer;
use seatkeeper_domain::decide::Command;
use seatkeeper_domain::policy::Hold;
use seatkeeper_domain::session::EndReason;
use seatkeeper_store::conformance::plan::plans;
use seatkeeper_store::conformance::play::play;

use crate::STEPS;
use crate::look::{differing, due_back, end, ended, grace_until};
use crate::rare::one_seat_on_two_devices;

proptest! {
    /// **Back-by.** No seat is taken back before it is due.
    ///
    /// Seen red when seats are taken back whether due or not, or by the first copy's time instead of the
    /// last's.
    #[test]
    fn no_seat_is_taken_back_before_it_is_due(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for (before, command, _, after) in turn.each() {
                for (session, reason) in ended(before, after) {
                    // Of the copies that the same command reported dead none holds it.
                    let due = due_back(after, session.id);
                    let early = reason == EndReason::Reclaimed && due > turn.now;
                    prop_assert!(!early, "due {due} at {}: {command:?}", turn.now);
                }
            }
            Ok(())
        })?;
    }

    /// **Back-by.** Where an administrator or the policy `lease` gives a seat to another while its holder may
    /// go on, the overlap is recorded, until when it lasts; otherwise there is none.
    ///
    /// Seen red when no overlap is written down, or not that of a copy on a device that was ended before.
    #[test]
    fn what_overlaps_is_recorded(plan in prop_oneof![plans(STEPS), one_seat_on_two_devices()]) {
        // Copies that were ended behind their backs, while their sessions went on with others.
        let mut unaware = BTreeSet::new();
        play(&plan, |turn, _| {
            for (before, command, _, after) in turn.each() {
                for (session, reason) in ended(before, after) {
                    let told = matches!(command, Command::Deactivate(_));
                    let last = match reason {
                        EndReason::Returned | EndReason::Died => None,
                        _ if told => None,
                        // Of the copies that the same command reported dead none goes on.
                        _ => Some(grace_until(after, session.id)),
                    };
                    let of_session = after.checkouts.values().filter(|c| c.session_id == session.id);
                    let earlier = of_session.filter(|c| unaware.contains(&(c.id, c.ended.map(|(at, _)| at)))).map(|c| c.times.grace_until);
                    let goes_on = earlier.max().max(last).filter(|until| *until > turn.now);
                    prop_assert_eq!(after.sessions[&session.id].overlap_until, goes_on);
                }
            }
            if matches!(turn.commands.first(), Some(Command::Office(_))) {
                let ended_now = differing(&turn.before.checkouts, &turn.after.checkouts);
                let ended_now = ended_now.filter_map(|(id, c)| Some((*id, Some(c.ended?.0))));
                unaware.extend(ended_now);
            }
            Ok(())
        })?;
    }

    /// **Back-by.** A program goes on by the last lease that reached it, whatever was lost since: its grace ends
    /// by its session's `back_by`, and nobody is given a seat that it still works in. Under `lease` the policy
    /// says otherwise; so does an end that an administrator set, from that end on, also once it is lifted: a lease given
    /// while it stood promised no more, and its reply may have got lost.
    ///
    /// Seen red when `back_by` under `grace` is the lease's end. (That a shorter policy's reply may get lost is
    /// too rare a plan: `rules::holds` tells that one.)
    #[test]
    fn a_program_stops_by_the_time_its_seat_is_back(plan in plans(STEPS)) {
        let mut policy_says_lease = false;
        // The earliest that ever stood.
        let (mut key_ends, mut license_ends) = (BTreeMap::new(), BTreeMap::new());
        play(&plan, |turn, world| {
            let books = &turn.after;
            for after in turn.each().map(|each| each.3).chain([&*turn.after]) {
                after.keys.values().for_each(|key| earlier(&mut key_ends, key.id, key.refresh_until.unwrap_or(Timestamp::MAX)));
                after.licenses.values().for_each(|license| earlier(&mut license_ends, license.id, end(license)));
            }
            policy_says_lease |= books.licenses.values().any(|l| l.policy.hold == Hold::Lease);
            if policy_says_lease {
                return Ok(());
            }
            for program in &world.programs {
                let (Some(lease), Some(running)) = (program.lease(), &program.running) else { continue };
                if world.copied.contains(&running.checkout) {
                    continue;
                }
                let (Some(session), Some(checkout)) =
                    (books.sessions.get(&lease.session_id), books.checkouts.get(&running.checkout))
                else {
                    continue;
                };
                // Forgotten by a restore: adopted where a seat is free.
                if lease.epoch < books.epoch || checkout.leases.given < lease.number {
                    continue;
                }
                let key = books.installations[&(checkout.activation_id, checkout.installation_id)].key_id;
                let works_until = lease.times.grace_until.min(license_ends[&session.license_id]).min(key_ends[&key]);
                // A copy that was ended by itself, or behind its back: then the overlap is recorded.
                if checkout.ended.is_some() {
                    continue;
                }
                match session.ended {
                    None => {
                        let due = due_back(books, session.id);
                        prop_assert!(works_until <= due, "works until {works_until}, its seat is back by {due}");
                    }
                    Some((at, EndReason::Reclaimed)) => prop_assert!(works_until <= at, "{works_until} > {at}"),
                    _ => {}
                }
            }
            Ok(())
        })?;
    }

    /// **Back-by.** No lease, grace or `back_by` reaches past the term's end and its renewal grace, or the
    /// key's cut-off; each lease is good for a while; grace covers it.
    ///
    /// Seen red when a lease or grace is not cut to the end, the key's last refresh is forgotten, or a key
    /// opens programs that it would not refresh.
    #[test]
    fn nothing_reaches_past_the_end(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for (_, _, decision, after) in turn.each() {
                let Ok(Answer::Granted(granted)) = &decision.answer else { continue };
                let license = &after.licenses[&granted.session.license_id];
                let at = (granted.checkout.activation_id, granted.checkout.installation_id);
                let cut_off = after.keys[&after.installations[&at].key_id].refresh_until;
                let end = end(license).min(cut_off.unwrap_or(Timestamp::MAX));
                let times = granted.times();
                prop_assert!(turn.now < times.lease_until && times.lease_until <= times.grace_until);
                prop_assert!(times.grace_until <= end);
                prop_assert!(times.back_by.is_none_or(|at| times.lease_until <= at && at <= end));
                prop_assert!(times.back_by.is_some() || license.policy.hold == Hold::Indefinite || granted.repeated
                    || granted.checkout.leases.presented > 0);
            }
            Ok(())
        })?;
    }

    /// A checkout never once refreshed holds by its lease, so that a program that died at once keeps no seat.
    ///
    /// Seen red when first leases hold for the whole grace.
    #[test]
    fn what_was_never_refreshed_holds_by_its_lease(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for (_, _, decision, after) in turn.each() {
                let Ok(Answer::Granted(granted)) = &decision.answer else { continue };
                let policy = &after.licenses[&granted.session.license_id].policy;
                if granted.checkout.leases.presented == 0 && !granted.repeated {
                    prop_assert_eq!(granted.times().back_by, Some(granted.times().lease_until));
                    prop_assert!(granted.refresh_after_seconds <= policy.refresh_seconds.min(60));
                }
            }
            Ok(())
        })?;
    }

    /// Where to look for seats that may be taken back has passed by the time they are.
    ///
    /// Seen red when a return, or a lease that became shorter, leaves the hint as it was.
    #[test]
    fn the_hint_has_passed_when_a_seat_is_due(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for books in turn.states.iter().chain([&*turn.after]) {
                for session in books.sessions.values().filter(|s| s.live()) {
                    let due = due_back(books, session.id);
                    prop_assert!(session.reclaim_hint <= due.max(turn.now), "due {due}: {session:?}");
                }
            }
            Ok(())
        })?;
    }
}

fn earlier<K: Ord>(ends: &mut BTreeMap<K, Timestamp>, of: K, end: Timestamp) {
    ends.entry(of).and_modify(|known| *known = end.min(*known)).or_insert(end);
}
