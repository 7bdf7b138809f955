//! People who sign in: somebody always manages them, what is good once is good once, and what is shut is shut.

use std::collections::BTreeSet;

use proptest::prelude::*;
use seatkeeper_domain::account::{Account, Proof, SignIn};
use seatkeeper_domain::answer::Answer;
use seatkeeper_domain::decide::{Command, Decision, OfficeCommand, What};
use seatkeeper_domain::id::CustomerId;
use seatkeeper_domain::token::Role;
use seatkeeper_store::conformance::Books;
use seatkeeper_store::conformance::plan::{By, Desk, Door, Fate, Plan, Step, doors};
use seatkeeper_store::conformance::play::play;

use crate::STEPS;
use crate::look::differing;

fn asked(command: &Command) -> Option<&OfficeCommand> {
    if let Command::Office(asked) = command { Some(asked) } else { None }
}

/// Whether it was done now, and not answered again.
fn done(decision: &Decision) -> bool {
    matches!(decision.answer, Ok(Answer::Done(_)))
}

/// Houses in which somebody manages people.
fn governed(books: &Books) -> BTreeSet<Option<CustomerId>> {
    let governs = |account: &&Account| {
        let role = if account.customer_id.is_some() { Role::Owner } else { Role::Admin };
        account.role == role && account.password.is_some() && account.disabled_at.is_none()
    };
    books.accounts.values().filter(governs).map(|account| account.customer_id).collect()
}

fn good(books: &Books, now: jiff::Timestamp) -> impl Iterator<Item = &SignIn> {
    books.sign_ins.values().filter(move |sign_in| sign_in.good(now))
}

/// Somebody switches two-factor sign-in on, and gives the same code and recovery codes again and again.
fn second_factors() -> impl Strategy<Value = Plan> {
    (doors(STEPS), 0..STEPS, 0..3_usize).prop_map(|(mut plan, at, person)| {
        let on = [Door::SignIn(true), Door::DrawFactor, Door::ConfirmFactor];
        let again = [Door::SignIn(true), Door::Code(false), Door::SignIn(true), Door::Code(true)];
        let steps = on.into_iter().chain(again).chain(again);
        let steps = steps.map(|door| Step::Office(Desk::Door(door, person), By::Vendor, false, Fate::Done));
        let at = at.min(plan.steps.len());
        plan.steps.splice(at..at, steps);
        plan
    })
}

proptest! {
    /// A house that has somebody who manages its people always has: nobody can shut out or demote the last, themselves
    /// neither.
    ///
    /// Seen red when nobody asks whether it is the last.
    #[test]
    fn somebody_always_manages_people(plan in doors(STEPS)) {
        play(&plan, |turn, _| {
            for (before, command, _, after) in turn.each() {
                prop_assert!(governed(before).is_subset(&governed(after)), "{command:?}");
            }
            Ok(())
        })?;
    }

    /// A code, a recovery code and a link are good once; a link in its time.
    ///
    /// Seen red when the last step is not compared, and when a recovery code stays.
    #[test]
    fn what_is_good_once_is_taken_once(plan in second_factors()) {
        let (mut proofs, mut links) = (BTreeSet::new(), BTreeSet::new());
        play(&plan, |turn, _| {
            for (before, command, decision, _) in turn.each() {
                let committed = turn.after != turn.before;
                match asked(command).filter(|_| done(decision) && committed).map(|asked| &asked.what) {
                    Some(What::ConfirmFactor(confirm)) => {
                        proofs.insert((Some(confirm.sealed.clone()), confirm.step.to_string()));
                    }
                    Some(What::CompleteSignIn(complete)) => {
                        let factor = before.accounts[&complete.whose.id].second_factor.clone().map(|f| f.sealed);
                        let proof = match complete.proof {
                            Proof::Code(step) => step.to_string(),
                            Proof::Recovery(hash) => format!("{hash:?}"),
                        };
                        prop_assert!(proofs.insert((factor, proof)), "{complete:?} was taken before");
                    }
                    Some(What::Redeem(redeem)) => {
                        prop_assert!(links.insert(redeem.link_id), "{redeem:?} was used before");
                        prop_assert!(turn.now < before.links[&redeem.link_id].expires_at());
                    }
                    _ => {}
                }
            }
            Ok(())
        })?;
    }

    /// No sign-in is good of an account that is shut, or that has no password; half a sign-in does nothing but be completed.
    ///
    /// Seen red when disabling leaves sign-ins.
    #[test]
    fn what_is_shut_is_shut(plan in doors(STEPS)) {
        play(&plan, |turn, _| {
            for sign_in in good(&turn.after, turn.now) {
                let account = &turn.after.accounts[&sign_in.account_id];
                prop_assert!(account.disabled_at.is_none() && account.password.is_some(), "{account:?} {sign_in:?}");
                prop_assert!(sign_in.complete || sign_in.viewing.is_none());
            }
            for sign_in in turn.before.sign_ins.values().filter(|s| s.ended.is_some()) {
                prop_assert_eq!(&turn.after.sign_ins[&sign_in.id], sign_in);
            }
            Ok(())
        })?;
    }

    /// A new password, role or second factor, and shutting the account, end every sign-in but the one that asked.
    ///
    /// Seen red when a link for a new password leaves the others.
    #[test]
    fn what_changes_ends_the_others(plan in doors(STEPS)) {
        play(&plan, |turn, _| {
            for (before, command, decision, after) in turn.each() {
                let Some(asked) = asked(command).filter(|_| done(decision)) else { continue };
                let kept = match &asked.what {
                    What::ChangePassword(c) => Some(c.sign_in_id),
                    What::ConfirmFactor(c) => Some(c.sign_in_id),
                    What::RemoveFactor(c) => c.sign_in_id,
                    _ => None,
                };
                for (id, account) in differing(&before.accounts, &after.accounts) {
                    let Some(was) = before.accounts.get(id) else { continue };
                    let factor = |account: &Account| account.asked_factor().map(|f| f.sealed.clone());
                    let changed = was.password != account.password
                        || was.role != account.role
                        || was.disabled_at.is_none() && account.disabled_at.is_some()
                        || factor(was) != factor(account);
                    let others = good(after, turn.now).filter(|s| s.account_id == *id && Some(s.id) != kept).count();
                    prop_assert!(!changed || others == 0, "{others} go on after {command:?}");
                }
            }
            Ok(())
        })?;
    }

    /// **Tenants apart.** What somebody of a customer's asks touches that customer's people alone; nobody of a customer's
    /// sees another's pages.
    ///
    /// Seen red when `Whose::account` does not compare the customer.
    #[test]
    fn a_customer_touches_its_own_people(plan in doors(STEPS)) {
        play(&plan, |turn, _| {
            for (before, command, _, after) in turn.each() {
                let Some(own) = asked(command).and_then(|asked| asked.by.customer_id) else { continue };
                for (_, account) in differing(&before.accounts, &after.accounts) {
                    let counted = matches!(asked(command).map(|asked| &asked.what), Some(What::CountAttempt(_)));
                    prop_assert!(counted || account.customer_id == Some(own), "{command:?}");
                }
                for (_, sign_in) in differing(&before.sign_ins, &after.sign_ins) {
                    prop_assert_eq!(after.accounts[&sign_in.account_id].customer_id, Some(own));
                    prop_assert!(sign_in.viewing.is_none());
                }
            }
            Ok(())
        })?;
    }
}
