//! Trials that visitors begin: once for a mailbox, once for a device, and never of what the vendor did not open.

use std::collections::BTreeSet;

use proptest::prelude::*;
use seatkeeper_domain::activation::{Activation, same_device};
use seatkeeper_domain::answer::Answer;
use seatkeeper_domain::ask::{Ask, Wanted};
use seatkeeper_domain::decide::{Command, What};
use seatkeeper_domain::license::License;
use seatkeeper_store::conformance::Books;
use seatkeeper_store::conformance::plan::visits;
use seatkeeper_store::conformance::play::play;

use crate::STEPS;

/// Devices with the licences that visitors began as trials.
fn tried(books: &Books) -> impl Iterator<Item = (&Activation, &License)> {
    let of = |device: &Activation| books.licenses.get(&device.license_id).filter(|license| license.tried_by.is_some());
    books.activations.values().filter_map(move |device| of(device).map(|license| (device, license)))
}

/// Whose mailbox it is: people of the world write their address each time with something else after a `+`.
fn owner(ask: &Ask) -> &str {
    ask.email.split('+').next().unwrap_or_default()
}

/// Mailboxes from which visitors began a trial of a product, one for each licence.
fn begun(books: &Books) -> Vec<(String, seatkeeper_domain::id::ProductId)> {
    let by = |license: &License| license.tried_by.and_then(|id| books.asks.get(&id));
    let begun = books.licenses.values().filter_map(|license| by(license).map(|ask| (ask, license.product_id)));
    begun.map(|(ask, product)| (owner(ask).to_owned(), product)).collect()
}

proptest! {
    /// No device has trials of one product under two licences, in one batch or one after the other, whatever was
    /// lost or begun again in between.
    ///
    /// Seen red when nobody asks for other trials' devices.
    #[test]
    fn a_device_has_one_trial(plan in visits(STEPS)) {
        play(&plan, |turn, _| {
            for (_, _, _, books) in turn.each() {
                for (device, license) in tried(books) {
                    let twice = tried(books).find(|(other, of)| {
                        of.id != license.id
                            && of.product_id == license.product_id
                            && same_device(&other.fingerprint, &device.fingerprint)
                    });
                    prop_assert!(twice.is_none(), "{:?} and {:?}", device.id, twice.map(|(other, _)| other.id));
                }
            }
            Ok(())
        })?;
    }

    /// A mailbox has one trial of a product, however its address is written, and however often its link is used; and
    /// what is made of it belongs to a customer of its own.
    ///
    /// Seen red when what follows a `+` makes another address, and when a link that was used makes another licence.
    #[test]
    fn a_mailbox_has_one_trial(plan in visits(STEPS)) {
        play(&plan, |turn, _| {
            let begun = begun(&turn.after);
            let distinct: BTreeSet<_> = begun.iter().collect();
            prop_assert_eq!(distinct.len(), begun.len());
            let made = turn.after.asks.values().filter_map(|ask| Some((ask.made()?.customer_id, owner(ask).to_owned())));
            let made: BTreeSet<_> = made.collect();
            let customers: BTreeSet<_> = made.iter().map(|(customer, _)| customer).collect();
            prop_assert_eq!(customers.len(), made.len());
            Ok(())
        })?;
    }

    /// A licence comes of what the vendor opened, to somebody who could read the mail in time: never of an ask alone.
    ///
    /// Seen red when a product that was shut can still be tried, when a link is good for ever, and when one that was used makes
    /// another licence.
    #[test]
    fn what_is_shut_makes_no_licence(plan in visits(STEPS)) {
        play(&plan, |turn, _| {
            for (before, command, decision, after) in turn.each() {
                let new: Vec<_> = after.licenses.keys().filter(|id| !before.licenses.contains_key(id)).collect();
                let Command::Office(asked) = command else { continue };
                if !matches!(decision.answer, Ok(Answer::Done(_))) {
                    prop_assert!(new.is_empty());
                    continue;
                }
                match &asked.what {
                    What::BeginTrial(begin) if !new.is_empty() => {
                        let ask: &Ask = &before.asks[&begin.ask_id];
                        prop_assert!(ask.wanted == Wanted::Trial && turn.now < seatkeeper_domain::term::after(ask.asked_at, 3 * 86_400));
                        prop_assert!(before.products[&ask.product_id].offer.trial_days.is_some());
                    }
                    What::AskLicense(_) | What::ConfirmAsk(_) => prop_assert!(new.is_empty()),
                    _ => {}
                }
            }
            Ok(())
        })?;
    }
}
