//! **Explained.**

use proptest::prelude::*;
use seatkeeper_domain::answer::Answer;
use seatkeeper_domain::decide::Command;
use seatkeeper_domain::denial::{Denial, Outcome, RequestId};
use seatkeeper_domain::holder::HolderKey;
use seatkeeper_domain::id::LicenseId;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_store::conformance::Books;
use seatkeeper_store::conformance::plan::plans;
use seatkeeper_store::conformance::play::play;

use crate::STEPS;

/// Whose episode a command's refusal belongs to.
fn asker(books: &Books, command: &Command) -> Option<(LicenseId, HolderKey)> {
    match command {
        Command::Checkout(asked) => {
            let license = books.licenses.get(&asked.credential.license_id)?;
            Some((license.id, HolderKey::of(license.policy.count_by, asked.credential.activation_id, &asked.person)))
        }
        Command::Activate(asked) => Some((asked.license_id, HolderKey::of_device(&asked.fingerprint))),
        _ => None,
    }
}

/// What a program's request is called.
fn request(command: &Command) -> RequestId {
    match command {
        Command::Checkout(asked) => asked.denial.request.clone(),
        Command::Activate(asked) => asked.denial.request.clone(),
        other => panic!("{other:?} is denied nothing"),
    }
}

fn open(books: &Books, (license, holder): (LicenseId, HolderKey)) -> Option<&Denial> {
    books.denials.values().find(|d| d.license_id == license && d.holder == holder && d.outcome.is_none())
}

/// A quarter of an hour, in seconds.
fn repeats(before: &Denial, now: jiff::Timestamp) -> bool {
    now.duration_since(before.last_at).as_secs() <= 15 * 60
}

proptest! {
    /// **Explained.** Every refusal of a seat or a device stands in an episode: its code, its sentence, seats and
    /// use at its first try; repeats within a quarter of an hour are one, and its numbers do not change.
    ///
    /// Seen red when a refusal (or one of a repeated request) is not written down, each try counts twice,
    /// repeats make episodes of their own, episodes never end by time, or the use written down is not the use.
    #[test]
    fn every_refusal_is_in_one_episode(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for (before, command, decision, after) in turn.each() {
                let Some(who) = asker(before, command) else { continue };
                let refusal = match &decision.answer {
                    // Those say that a token, a key or an id is not known; who asks is nobody's holder.
                    Ok(_) | Err(Refusal::ActivationEnded { .. } | Refusal::UnknownKey | Refusal::NotFound { .. }) => continue,
                    Err(Refusal::CheckoutEnded { .. }) => continue,
                    Err(refusal) => refusal,
                };
                let Some(is) = open(after, who) else {
                    return Err(TestCaseError::fail(format!("{refusal:?} stands nowhere")));
                };
                prop_assert_eq!(&is.code, refusal.code());
                prop_assert_eq!(is.last_at, turn.now);
                prop_assert_eq!(is.last_request(), Some(&request(command)));
                prop_assert!(!is.detail.is_empty());
                match open(before, who) {
                    Some(was) if was.code == refusal.code() && repeats(was, turn.now) => {
                        let again = was.clone().tried(request(command), turn.now);
                        prop_assert_eq!(again.tries, was.tries + 1);
                        prop_assert_eq!(is, &again);
                        prop_assert_eq!(before.denials.len(), after.denials.len());
                    }
                    was => {
                        prop_assert_eq!((is.tries, is.first_at), (1, turn.now));
                        prop_assert_eq!(&is.requests, &[request(command)]);
                        prop_assert_eq!(&is.detail, &refusal.to_string());
                        prop_assert_eq!(is.seats, after.licenses[&who.0].seats(turn.now));
                        prop_assert_eq!(is.in_use as usize, after.live(who.0).count());
                        if let Some(was) = was {
                            prop_assert_eq!(after.denials[&was.id].outcome, Some((turn.now, Outcome::GaveUp)));
                        }
                    }
                }
            }
            Ok(())
        })?;
    }

    /// **Explained.** Who gets a seat or is admitted after all ends their episode: `granted`, or `gave_up` where
    /// the last try was long ago.
    ///
    /// Seen red when a grant or an admission leaves the episode open.
    #[test]
    fn an_episode_says_how_it_ended(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for (before, command, decision, after) in turn.each() {
                let (Some(who), Ok(Answer::Granted(_) | Answer::Admitted(_))) = (asker(before, command), &decision.answer)
                else {
                    continue;
                };
                prop_assert_eq!(open(after, who), None);
                if let Some(was) = open(before, who) {
                    let outcome = if repeats(was, turn.now) { Outcome::Granted } else { Outcome::GaveUp };
                    prop_assert_eq!(after.denials[&was.id].outcome, Some((turn.now, outcome)));
                }
            }
            Ok(())
        })?;
    }
}
