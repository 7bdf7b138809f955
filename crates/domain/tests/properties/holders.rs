//! **One holder, one seat.**

use std::collections::BTreeSet;

use proptest::prelude::*;
use seatkeeper_domain::answer::{Answer, Seat};
use seatkeeper_domain::decide::Command;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_store::conformance::plan::plans;
use seatkeeper_store::conformance::play::play;

use crate::STEPS;
use crate::look::identity;
use crate::rare::a_late_return;

proptest! {
    /// **One holder, one seat.** Whatever is asked again, lost, crashed or opened twice: nobody holds two
    /// seats, unless their state was copied.
    ///
    /// Seen red when users are counted by device as well, or a holder's session is not looked for.
    #[test]
    fn nobody_holds_two_seats(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for books in &turn.states {
                for license in books.licenses.values() {
                    let mut seen = BTreeSet::new();
                    for who in books.live(license.id).filter_map(|s| identity(license, s)) {
                        prop_assert!(seen.insert(who.clone()), "{who:?} twice");
                    }
                }
            }
            Ok(())
        })?;
    }

    /// **One holder, one seat.** The same request again is answered with the same claim on the same session,
    /// and takes nothing.
    ///
    /// Seen red when a known checkout is taken for a new one.
    #[test]
    fn asking_again_takes_nothing(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for (before, command, decision, after) in turn.each() {
                let Command::Checkout(asked) = command else { continue };
                let Ok(Answer::Granted(granted)) = &decision.answer else { continue };
                let known = before.checkouts.get(&asked.id);
                prop_assert_eq!(granted.repeated, known.is_some());
                if let Some(known) = known {
                    prop_assert_eq!(known.session_id, granted.session.id);
                    prop_assert_eq!(known.installation_id, asked.credential.installation_id);
                    let new = after.checkouts.len() + after.sessions.len();
                    prop_assert_eq!(new, before.checkouts.len() + before.sessions.len());
                }
            }
            Ok(())
        })?;
    }

    /// **One holder, one seat.** A holder who has a seat shares it, one who has none gets a new one; so two
    /// users on one device, or one user in two remote sessions, take two.
    ///
    /// Seen red when OS sessions are not told apart.
    #[test]
    fn seats_are_shared_by_one_holder_alone(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for (before, command, decision, after) in turn.each() {
                let Command::Checkout(asked) = command else { continue };
                let Ok(Answer::Granted(granted)) = &decision.answer else { continue };
                if granted.repeated {
                    continue;
                }
                let license = &after.licenses[&asked.credential.license_id];
                let mut mine = granted.session.clone();
                mine.names.user = Some(asked.person.user.clone());
                mine.names.os_session.clone_from(&asked.person.os_session);
                if granted.seat == Seat::New || license.policy.count_by != seatkeeper_domain::policy::CountBy::User {
                    mine.activation_id = asked.credential.activation_id;
                }
                let me = identity(license, &mine);
                let had = before.live(license.id).find(|s| identity(license, s) == me && after.sessions[&s.id].live());
                match granted.seat {
                    Seat::New => prop_assert!(had.is_none(), "a second seat beside {had:?}"),
                    Seat::Shared => prop_assert_eq!(had.map(|s| s.id), Some(granted.session.id)),
                }
            }
            Ok(())
        })?;
    }

    /// A session that is over ended no earlier than any of its copies was last heard of.
    ///
    /// Seen red when a session ends with what its last copy says.
    #[test]
    fn no_copy_was_heard_of_after_its_sessions_end(plan in a_late_return()) {
        play(&plan, |turn, _| {
            for books in turn.states.iter() {
                for copy in books.checkouts.values() {
                    let Some((ended_at, _)) = books.sessions[&copy.session_id].ended else { continue };
                    prop_assert!(copy.refreshed_at <= ended_at && copy.ended.is_none_or(|(at, _)| at <= ended_at));
                }
            }
            Ok(())
        })?;
    }

    /// **One holder, one seat.** A copied state is told, and the seat goes on for whoever has the newest lease.
    ///
    /// Seen red when a fork is not detached, or lost replies make one.
    #[test]
    fn a_fork_keeps_the_seat_and_is_detached(plan in plans(STEPS)) {
        play(&plan, |turn, world| {
            for (before, command, decision, after) in turn.each() {
                let (Command::Refresh(asked), Err(Refusal::CheckoutForked)) = (command, &decision.answer) else { continue };
                let session = &after.sessions[&before.checkouts[&asked.id].session_id];
                prop_assert!(session.live());
                prop_assert_eq!(identity(&after.licenses[&session.license_id], session), None);
                // A restored server may know fewer leases than it gave.
                prop_assert!(world.epoch > 0 || world.copied.contains(&asked.id), "nobody copied {:?}", asked.id);
            }
            Ok(())
        })?;
    }

    /// A server restored from a backup adopts whom it had forgotten, in the seat of their session where it knows
    /// that, while one is free.
    ///
    /// Seen red when nothing is adopted, or adopted leases count from the start.
    #[test]
    fn a_restored_server_adopts_whom_it_forgot(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for (before, command, decision, after) in turn.each() {
                let Command::Refresh(asked) = command else { continue };
                let known = before.checkouts.contains_key(&asked.id);
                if known || !asked.lease.before_restore {
                    continue;
                }
                match &decision.answer {
                    Ok(Answer::Granted(granted)) => {
                        prop_assert!(after.sessions[&granted.session.id].live());
                        prop_assert_eq!(granted.checkout.leases.given, asked.lease.number + 1);
                    }
                    Err(Refusal::CheckoutEnded { reason: None }) => {
                        let license = &after.licenses[&asked.credential.license_id];
                        let free = after.live(license.id).count() < license.limit(turn.now) as usize;
                        let limited = license.policy.holders_per_device.is_some();
                        prop_assert!(!free || limited, "a free seat, and yet it was not adopted");
                    }
                    _ => {}
                }
            }
            Ok(())
        })?;
    }
}
