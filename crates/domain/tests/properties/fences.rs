//! What is ended stays ended: releases, reclaims, revocations, blocks and ended devices.

use proptest::prelude::*;
use seatkeeper_domain::answer::{Answer, Done};
use seatkeeper_domain::block::Blocked;
use seatkeeper_domain::decide::{Block, Command, Credential, What};
use seatkeeper_domain::id::ActivationId;
use seatkeeper_domain::license::Status;
use seatkeeper_domain::policy::CountBy;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::session::{Checkout, Session};
use seatkeeper_store::conformance::Books;
use seatkeeper_store::conformance::plan::plans;
use seatkeeper_store::conformance::play::play;

use crate::STEPS;
use crate::look::{end, shut_out};
use crate::rare::one_seat_on_two_devices;

fn credential(command: &Command) -> Option<Credential> {
    match command {
        Command::Checkout(c) => Some(c.credential),
        Command::Refresh(c) => Some(c.credential),
        _ => None,
    }
}

/// Copies that hold a seat.
fn copies(books: &Books) -> impl Iterator<Item = &Checkout> {
    books.checkouts.values().filter(|c| c.ended.is_none() && books.sessions[&c.session_id].live())
}

/// The device that a command ends, whoever asks.
fn device_ended(command: &Command) -> Option<ActivationId> {
    match command {
        Command::Deactivate(c) => Some(c.credential.activation_id),
        Command::Office(asked) => match &asked.what {
            What::EndActivation(c) => Some(c.activation_id),
            What::Block(Block { who: Blocked::Device(id), .. }) => Some(*id),
            _ => None,
        },
        _ => None,
    }
}

proptest! {
    /// A device takes its own copies with it when it is ended, and nobody else's: a session that one user has on
    /// several devices goes on with those that are left.
    ///
    /// Seen red when the sessions that were started on the device end whole.
    #[test]
    fn ending_a_device_ends_no_copy_on_another(plan in one_seat_on_two_devices()) {
        play(&plan, |turn, _| {
            for (before, command, _, after) in turn.each() {
                let Some(device) = device_ended(command) else { continue };
                for elsewhere in copies(before).filter(|c| c.activation_id != device) {
                    prop_assert_eq!(&after.checkouts[&elsewhere.id], elsewhere);
                    prop_assert!(after.sessions[&elsewhere.session_id].live(), "{:?}", command);
                }
            }
            Ok(())
        })?;
    }

    /// A session that is over stays over as it ended: its refresh gets `checkout_ended` with the reason, its
    /// return changes nothing and frees nobody else's seat.
    ///
    /// Seen red when a refresh brings an ended session back, or the return of a released checkout frees a seat.
    #[test]
    fn what_is_over_stays_over(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for (before, command, decision, after) in turn.each() {
                for was in before.sessions.values().filter(|s| !s.live()) {
                    let is = &after.sessions[&was.id];
                    prop_assert_eq!((was.ended, was.overlap_until), (is.ended, is.overlap_until));
                }
                let over = |id| {
                    let checkout: &Checkout = before.checkouts.get(id)?;
                    checkout.ended.or(before.sessions[&checkout.session_id].ended)
                };
                match (command, &decision.answer) {
                    (Command::Refresh(asked), Ok(_)) => prop_assert_eq!(over(&asked.id), None),
                    (Command::Refresh(asked), Err(Refusal::CheckoutEnded { reason: Some(told) })) if asked.ends.is_empty() => {
                        // A restored server may know the session alone.
                        let session = before.sessions.get(&asked.lease.session_id).and_then(|s| s.ended);
                        prop_assert_eq!(over(&asked.id).or(session).map(|(_, reason)| reason), Some(*told));
                    }
                    (Command::Return(asked), _) if over(&asked.id).is_some() => prop_assert_eq!(before, after),
                    _ => {}
                }
            }
            Ok(())
        })?;
    }

    /// Nothing is granted to whom an administrator shut out: not by a licence that is suspended, revoked or over,
    /// not to a blocked user or device, not by a token that was replaced or whose device was ended.
    ///
    /// Seen red when a checkout looks at no block, a suspension or the term's end is not looked at, a replaced
    /// token or an ended device stays good, or a token outlives its device's end.
    #[test]
    fn nothing_is_granted_past_a_fence(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for (before, command, decision, _) in turn.each() {
                let Ok(Answer::Granted(granted)) = &decision.answer else { continue };
                let license = &before.licenses[&granted.session.license_id];
                prop_assert!(license.status == Status::Active && turn.now < end(license), "{license:?}");
                let Some(by) = credential(command) else { continue };
                let person = match command {
                    Command::Checkout(c) => &c.person,
                    Command::Refresh(c) => &c.lease.person,
                    _ => continue,
                };
                prop_assert!(!shut_out(before, license.id, by.activation_id, &person.user), "{person:?} is blocked");
                let device = &before.activations[&by.activation_id];
                let installation = &before.installations[&(by.activation_id, by.installation_id)];
                prop_assert!(device.active());
                prop_assert_eq!(installation.generation, by.generation);
                prop_assert!(installation.activated_at >= device.activated_at, "a token from before its device was ended");
                let key = &before.keys[&installation.key_id];
                prop_assert!(key.refresh_until.is_none_or(|until| turn.now < until));
                if matches!(command, Command::Checkout(_)) {
                    prop_assert!(key.open_until.is_none_or(|until| turn.now < until));
                }
            }
            Ok(())
        })?;
    }

    /// Nobody is admitted past a fence either.
    ///
    /// Seen red when a blocked device is admitted again, the old token stays good, devices are not limited, or
    /// the term's end is not looked at.
    #[test]
    fn nobody_is_admitted_past_a_fence(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for (before, command, decision, after) in turn.each() {
                let (Command::Activate(asked), Ok(Answer::Admitted(admitted))) = (command, &decision.answer) else { continue };
                let license = &before.licenses[&asked.license_id];
                prop_assert!(license.status == Status::Active && turn.now < end(license));
                prop_assert!(!shut_out(before, license.id, admitted.activation_id, ""), "a blocked device");
                let key = &before.keys[&asked.key_id];
                prop_assert!(key.activate_until.is_none_or(|until| turn.now < until));
                let known = before.installations.get(&(admitted.activation_id, asked.installation_id));
                prop_assert!(known.is_none_or(|was| was.generation < admitted.generation), "the old token is still good");
                let most = license.policy.devices.unwrap_or(u32::MAX);
                prop_assert!(after.counters[&license.id].devices <= most);
            }
            Ok(())
        })?;
    }

    /// Revoking, blocking and ending a device free their seats in the command that does it: nothing is left of the
    /// licence, of the user, on the device.
    ///
    /// Seen red when blocking or revoking ends no session, or a device's copies in sessions that were started on
    /// another go on.
    #[test]
    fn a_fence_frees_the_seats_behind_it(plan in prop_oneof![plans(STEPS), one_seat_on_two_devices()]) {
        play(&plan, |turn, _| {
            for (_, command, decision, after) in turn.each() {
                let Command::Office(asked) = command else { continue };
                match (&asked.what, &decision.answer) {
                    (What::Revoke(revoke), Ok(Answer::Done(Done::Ended { more: false }))) => {
                        prop_assert_eq!(after.live(revoke.license_id).count(), 0);
                    }
                    (What::EndActivation(ended), Ok(Answer::Done(Done::Ended { more: false }))) => {
                        prop_assert_eq!(copies(after).filter(|c| c.activation_id == ended.activation_id).count(), 0);
                    }
                    (What::Block(block), Ok(Answer::Done(Done::Block { more: false, .. }))) => match &block.who {
                        Blocked::Device(id) => {
                            prop_assert_eq!(copies(after).filter(|c| c.activation_id == *id).count(), 0);
                        }
                        Blocked::User(user) => {
                            let by_device = after.licenses[&block.license_id].policy.count_by == CountBy::Device;
                            let own = |s: &&Session| s.names.is_user(user) && !(by_device && s.checkouts > 1);
                            prop_assert_eq!(after.live(block.license_id).filter(own).count(), 0);
                        }
                    },
                    _ => {}
                }
            }
            Ok(())
        })?;
    }
}
