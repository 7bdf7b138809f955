//! **Tenants apart.**

use proptest::prelude::*;
use seatkeeper_domain::decide::{self, Command, Credential, PresentedLease, Refresh, Return, What};
use seatkeeper_domain::id::CustomerId;
use seatkeeper_domain::ledger::Ledger;
use seatkeeper_domain::needs;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::session::Checkout;
use seatkeeper_store::conformance::Books;
use seatkeeper_store::conformance::plan::plans;
use seatkeeper_store::conformance::play::{Turn, decide_and_apply, play};

use crate::STEPS;
use crate::look::differing;

fn credential(command: &Command) -> Option<Credential> {
    match command {
        Command::Checkout(c) => Some(c.credential),
        Command::Refresh(c) => Some(c.credential),
        Command::Return(c) => Some(c.credential),
        Command::Deactivate(c) => Some(c.credential),
        _ => None,
    }
}

/// Whose the thing is that an administrator's command names.
fn owner(books: &Books, what: &What) -> Option<CustomerId> {
    let license = match what {
        What::UpdateLicense(c) => c.license_id,
        What::AskSeats(c) => c.license_id,
        What::AnswerRequest(c) => c.license_id,
        What::Suspend(c) => c.license_id,
        What::Resume(c) => c.license_id,
        What::Revoke(c) => c.license_id,
        What::Reissue(c) => c.license_id,
        What::AddKey(c) => c.license_id,
        What::UpdateKey(c) => c.license_id,
        What::RecordKeyShown(c) => c.license_id,
        What::RecordKeysShown(c) => c.keys.first()?.license_id,
        What::Block(c) => c.license_id,
        What::Unblock(c) => c.license_id,
        What::Release(c) => books.sessions.get(&c.session_id)?.license_id,
        What::EndActivation(c) => books.activations.get(&c.activation_id)?.license_id,
        What::EraseNames(c) => return Some(c.customer_id),
        What::SetFreePage(c) => return Some(c.customer_id),
        What::Invite(c) => return c.whose.customer_id,
        What::UpdateAccount(c) => return c.whose.customer_id,
        What::EraseAccount(c) => return c.whose.customer_id,
        What::SendLink(c) => return c.whose.customer_id,
        What::EndSignIns(c) => return c.whose.customer_id,
        What::RemoveFactor(c) => return c.whose.customer_id,
        _ => return None,
    };
    books.licenses.get(&license).map(|l| l.customer_id)
}

/// Whether it is about whoever asks, or comes before anybody is known.
fn at_the_door(what: &What) -> bool {
    matches!(
        what,
        What::Redeem(_)
            | What::AskReset(_)
            | What::CountAttempt(_)
            | What::StartSignIn(_)
            | What::CompleteSignIn(_)
            | What::Seen(_)
            | What::Confirm(_)
            | What::UpdateProfile(_)
            | What::ChangePassword(_)
            | What::DrawFactor(_)
            | What::ConfirmFactor(_)
            | What::RenewRecovery(_)
            | What::StopViewing(_)
    )
}

/// What a command would make of the books.
fn tried(turn: &Turn, command: &Command) -> (Result<(), Refusal>, Books) {
    let mut ledger: Ledger = turn.after.load(&needs([command]), turn.now, turn.opened_at);
    let decision = decide_and_apply(&mut ledger, command);
    let mut books = Books::clone(&turn.after);
    // What it breaks shows in the rows.
    let _ = books.write(&ledger);
    (decision.answer.map(|_| ()), books)
}

/// What a device may try on another's claim: open it, report it dead, renew it by the very lease, return it.
fn stolen(asked: &decide::Checkout, claim: &Checkout) -> [Command; 4] {
    let credential = asked.credential;
    let lease = PresentedLease {
        number: claim.leases.given,
        before_restore: false,
        session_id: claim.session_id,
        person: asked.person.clone(),
        version: asked.version.to_string(),
        started_at: claim.refreshed_at,
    };
    [
        Command::Checkout(Box::new(decide::Checkout { id: claim.id, ..asked.clone() })),
        Command::Checkout(Box::new(decide::Checkout { ends: vec![claim.id], ..asked.clone() })),
        Command::Refresh(Box::new(Refresh {
            credential,
            id: claim.id,
            lease,
            ends: Vec::new(),
            features: None,
            address: asked.address.clone(),
            salt: asked.salt,
        })),
        Command::Return(Return { credential, id: claim.id, ended_at: None }),
    ]
}

proptest! {
    /// **Tenants apart.** For another customer's administrator nothing exists: every command answers
    /// `not_found` and changes nothing.
    ///
    /// Seen red when a licence's customer is not compared with the administrator's, names are erased for
    /// anybody, or what is the vendor's is anybody's.
    #[test]
    fn a_stranger_finds_nothing(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for (before, command, decision, _) in turn.each() {
                let Command::Office(asked) = command else { continue };
                if !at_the_door(&asked.what) && asked.by.customer_id.is_some_and(|own| owner(before, &asked.what) != Some(own)) {
                    let not_found = matches!(decision.answer, Err(Refusal::NotFound { .. }));
                    prop_assert!(not_found, "{:?}: {:?}", asked.what, decision.answer);
                    prop_assert_eq!(&decision.changes, &vec![]);
                }
            }
            Ok(())
        })?;
    }

    /// **Tenants apart.** A program's request touches its own licence, and of claims its own device's alone.
    ///
    /// Seen red when giving a device up ends the licence's other sessions.
    #[test]
    fn a_program_touches_its_own_alone(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for (before, command, _, after) in turn.each() {
                let Some(by) = credential(command) else { continue };
                for (id, _) in differing(&before.counters, &after.counters) {
                    prop_assert_eq!(*id, by.license_id);
                }
                for (_, session) in differing(&before.sessions, &after.sessions) {
                    prop_assert_eq!(session.license_id, by.license_id);
                    // A checkout may take another's seat that is due.
                    let own = before.live_checkouts(session.id).any(|c| c.activation_id == by.activation_id);
                    prop_assert!(own || !matches!(command, Command::Deactivate(_)), "{:?}", session);
                }
                for (_, checkout) in differing(&before.checkouts, &after.checkouts) {
                    prop_assert_eq!(checkout.activation_id, by.activation_id);
                }
                for (_, activation) in differing(&before.activations, &after.activations) {
                    prop_assert_eq!(activation.id, by.activation_id);
                }
            }
            Ok(())
        })?;
    }

    /// **Tenants apart.** With another device's right nobody opens, ends or returns a claim: it does not exist.
    ///
    /// Seen red when `ends`, a return, a repeated checkout or a refresh is taken from any device.
    #[test]
    fn another_devices_claim_cannot_be_touched(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            let books = &turn.after;
            let Some(Command::Checkout(asked)) = turn.commands.first() else { return Ok(()) };
            let device = asked.credential.activation_id;
            for claim in books.checkouts.values().filter(|c| c.ended.is_none() && c.activation_id != device) {
                for attempt in stolen(asked, claim) {
                    let (answer, after) = tried(turn, &attempt);
                    prop_assert_eq!(&after.checkouts[&claim.id], claim, "{:?}", attempt);
                    if matches!(attempt, Command::Return(_)) {
                        prop_assert_eq!(answer, Err(Refusal::NotFound { what: "checkout" }));
                    }
                }
            }
            Ok(())
        })?;
    }

    /// **Tenants apart.** A customer's administrator makes no products, licences, tokens or signing keys, and
    /// is told that there are none.
    ///
    /// Seen red when `Office::vendor` lets everybody pass.
    #[test]
    fn what_is_the_vendors_is_not_there_for_customers(plan in plans(4)) {
        play(&plan, |turn, world| {
            for command in &turn.commands {
                let Command::Office(asked) = command else { continue };
                if matches!(asked.what, What::PutProduct(_) | What::PutCustomer(_) | What::Issue(_)) {
                    let mut theirs = asked.clone();
                    theirs.by.customer_id = Some(world.customers[1]);
                    // Asked anew: the same request again would be answered as it was.
                    theirs.by.idempotency = None;
                    let command = Command::Office(theirs);
                    let ledger = turn.before.load(&needs([&command]), turn.now, turn.opened_at);
                    let decision = decide::decide(&ledger, &command);
                    prop_assert!(matches!(decision.answer, Err(Refusal::NotFound { .. })), "{:?}", decision.answer);
                    prop_assert_eq!(decision.changes, vec![]);
                }
            }
            Ok(())
        })?;
    }
}
