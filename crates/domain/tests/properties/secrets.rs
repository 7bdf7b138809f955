//! **Secrets stay secret**, as far as the books go: names stand outside the chains, and the chains hold.

use std::collections::BTreeMap;

use proptest::prelude::*;
use seatkeeper_domain::account::Account;
use seatkeeper_domain::answer::{Answer, Done};
use seatkeeper_domain::decide::{Command, What};
use seatkeeper_domain::event::{ChainHead, Event, Stream};
use seatkeeper_domain::holder::{HolderKey, Person};
use seatkeeper_domain::policy::CountBy;
use seatkeeper_store::conformance::Books;
use seatkeeper_store::conformance::plan::plans;
use seatkeeper_store::conformance::play::play;
use seatkeeper_store::conformance::world::USERS;

use crate::STEPS;

fn head(books: &Books, stream: Stream) -> ChainHead {
    match stream {
        Stream::License(id) => books.counters[&id].chain,
        Stream::Customer(id) => books.customers[&id].chain,
        Stream::Server => books.server_chain,
    }
}

/// Accounts, but for the attempts that are counted on them.
fn people(books: &Books) -> Vec<Account> {
    books.accounts.values().map(|account| Account { refused: 0, ..account.clone() }).collect()
}

proptest! {
    /// Every event follows the one before it in its chain, and the chain's head is its last: an altered,
    /// missing or cut-off event would show.
    ///
    /// Seen red when a chain's head stays behind.
    #[test]
    fn chains_hold(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            let mut chains: BTreeMap<Stream, Vec<&Event>> = BTreeMap::new();
            for event in &turn.after.events {
                chains.entry(event.stream).or_default().push(event);
            }
            for (stream, events) in chains {
                let mut before = ChainHead::default();
                for event in events {
                    prop_assert_eq!(event.number, before.length + 1);
                    prop_assert_eq!(event.hash, event.hash_after(&before.hash));
                    before = event.head();
                }
                prop_assert_eq!(before, head(&turn.after, stream));
            }
            Ok(())
        })?;
    }

    /// A change of seats, devices, licences or people writes its event in the same commit; a refresh is none.
    ///
    /// Seen red when a session begins without an event.
    #[test]
    fn every_change_writes_its_event(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for (before, command, _, after) in turn.each() {
                let lives = |books: &Books| -> Vec<_> { books.sessions.values().filter(|s| s.live()).map(|s| s.id).collect() };
                let admitted = |books: &Books| -> Vec<_> { books.activations.values().filter(|a| a.active()).map(|a| a.id).collect() };
                let changed = lives(before) != lives(after)
                    || admitted(before) != admitted(after)
                    || before.licenses != after.licenses
                    || before.keys != after.keys
                    || before.blocks != after.blocks
                    || before.products != after.products
                    || people(before) != people(after);
                let written = after.events.len() > before.events.len();
                prop_assert!(!changed || written, "no event of {command:?}");
            }
            Ok(())
        })?;
    }

    /// No event says a person's name, or a device's that gives one away.
    ///
    /// Seen red when a session's user, a contact or a blocked user stands in the event.
    #[test]
    fn no_event_names_a_person(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            let new = turn.states.iter().flat_map(|books| &books.events[turn.before.events.len()..]);
            for event in new {
                let text = format!("{} {} {}", event.kind, event.actor, event.body).to_lowercase();
                for surname in USERS.iter().filter_map(|user| user.split(' ').next_back()) {
                    prop_assert!(!text.contains(&surname.to_lowercase()), "{text}");
                }
            }
            Ok(())
        })?;
    }

    /// Erased names are gone from every row that is over, with the salts and hashes they could be guessed from.
    ///
    /// Seen red when erasing keeps the holder's hash, or the salt.
    #[test]
    fn erased_names_are_gone(plan in plans(STEPS)) {
        play(&plan, |turn, _| {
            for (before, command, decision, after) in turn.each() {
                let Command::Office(asked) = command else { continue };
                let (What::EraseNames(erase), Ok(Answer::Done(Done::Erased { rows }))) = (&asked.what, &decision.answer) else {
                    continue;
                };
                let own = |id| after.licenses[&id].customer_id == erase.customer_id;
                let mut erased = 0;
                for id in &erase.sessions {
                    let (was, is) = (&before.sessions[id], &after.sessions[id]);
                    if !own(was.license_id) || was.live() || !was.names.is_user(&erase.user) {
                        prop_assert_eq!(was, is);
                        continue;
                    }
                    erased += 1;
                    prop_assert_eq!((&is.names, &is.address), (&Default::default(), &None));
                    for count_by in [CountBy::Holder, CountBy::User] {
                        let guess = Person { user: erase.user.clone(), device_name: String::new(), os_session: was.names.os_session.clone() };
                        prop_assert_ne!(is.holder, HolderKey::of(count_by, was.activation_id, &guess));
                    }
                }
                for id in &erase.denials {
                    let (was, is) = (&before.denials[id], &after.denials[id]);
                    if own(was.license_id) && was.names.is_user(&erase.user) {
                        erased += 1;
                        prop_assert_eq!(&is.names, &Default::default());
                        prop_assert_ne!(is.holder, was.holder);
                    }
                }
                prop_assert_eq!(*rows, erased);
            }
            Ok(())
        })?;
    }
}
