//! Decisions are functions of what they asked for: the same again is the same, and nothing else is looked at.

use proptest::prelude::*;
use seatkeeper_domain::answer::Answer;
use seatkeeper_domain::needs;
use seatkeeper_store::conformance::plan::plans;
use seatkeeper_store::conformance::play::{decide_and_apply, play};

use crate::STEPS;

proptest! {
    /// The same ledger and commands give the same decisions: a batch may run again after a conflict.
    ///
    /// Seen red when ended sessions are gone through in the map's order.
    #[test]
    fn the_same_again_is_decided_the_same(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            let mut ledger = turn.before.load(&needs(&turn.commands), turn.now, turn.opened_at);
            for (command, decision) in turn.commands.iter().zip(&turn.decisions) {
                let again = decide_and_apply(&mut ledger, command);
                prop_assert_eq!(&again.changes, &decision.changes);
                prop_assert_eq!(&again.answer, &decision.answer);
            }
            Ok(())
        })?;
    }

    /// A command asks for all that its decision looks at: with every row there is, it is decided the same.
    ///
    /// Seen red when a checkout does not ask for its holder, an activation for its installation, or erasing for
    /// denials.
    #[test]
    fn needs_name_all_that_a_decision_looks_at(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            let mut ledger = turn.before.load_all(&needs(&turn.commands), turn.now, turn.opened_at);
            for (command, decision) in turn.commands.iter().zip(&turn.decisions) {
                let knowing = decide_and_apply(&mut ledger, command);
                prop_assert_eq!(&knowing.answer, &decision.answer, "{:?}", command);
                prop_assert_eq!(&knowing.changes, &decision.changes, "{:?}", command);
            }
            Ok(())
        })?;
    }

    /// An administrator's request is done once for its idempotency key, and answered as it was.
    ///
    /// Seen red when answers under idempotency keys are not looked up.
    #[test]
    fn an_idempotency_key_does_nothing_twice(plan in plans(STEPS)) {
        let mut first = None;
        play(&plan, |turn, _| {
            match (turn.repeated, turn.decisions.as_slice()) {
                (true, [again]) => {
                    let committed = first.take().unwrap_or(false);
                    if committed {
                        prop_assert!(matches!(again.answer, Ok(Answer::Replayed { .. })), "{:?}", again.answer);
                        prop_assert_eq!(&turn.before, &turn.after);
                    }
                }
                (false, [decision]) => {
                    first = Some(matches!(decision.answer, Ok(Answer::Done(_))) && turn.before != turn.after);
                }
                _ => first = None,
            }
            Ok(())
        })?;
    }
}
