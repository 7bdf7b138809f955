//! What happened with somebody or something, beside the model's.

use std::collections::BTreeSet;

use seatkeeper_domain::block::Blocked;
use seatkeeper_domain::event::Event;
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::CustomerId;

use super::reads::{Asked, Checked, same, sorted};
use crate::error::StoreError;
use crate::read::timeline::{About, Moment, Subject, TimelineFilter};
use crate::read::{Reader, Scope};

impl<E: Reader, M: Reader> Asked<'_, E, M> {
    /// Of every device and every person, whole and in parts.
    pub(super) fn timelines(&self, scope: Scope) -> Checked {
        let (e, m, books) = (self.engine, self.model, self.books);
        let middle = books.events.get(books.events.len() / 2).map(|event| event.at);
        let any = TimelineFilter::default();
        let mut asked = vec![(any, 200)];
        // Customers read within less; what they ask of it is the same.
        if scope == Scope::Vendor {
            let within = [TimelineFilter { since: middle, ..any }, TimelineFilter { until: middle, ..any }];
            let kinds = About::ALL.map(|about| TimelineFilter { only: Some(about), ..any });
            asked.extend(within.into_iter().chain(kinds).map(|filter| (filter, 200)));
            asked.push((any, 2));
        }
        for subject in self.subjects() {
            for (filter, limit) in &asked {
                let walked = |reader: &dyn Reader| walked(reader, scope, &subject, filter, *limit);
                same(&format!("timeline of {subject:?}, {filter:?}"), walked(e), walked(m))?;
            }
        }
        let devices = books.activations.keys().map(|id| id.0).chain(books.blocks.keys().map(|id| id.0));
        let about: Vec<_> = books.sessions.keys().map(|id| id.0).chain(devices).collect();
        let told = |reader: &dyn Reader| -> Result<Vec<Event>, StoreError> {
            Ok(reader.mentioning(scope, &about)?.into_iter().map(|row| row.event).collect())
        };
        same("mentioning", sorted(told(e)), sorted(told(m)))?;
        let users: BTreeSet<String> = self.users().into_iter().map(|(_, user)| user).collect();
        for user in users {
            // How a name was written is known of several rows.
            let called = |reader: &dyn Reader| -> Result<Vec<(CustomerId, String)>, StoreError> {
                let found = reader.users_called(scope, &user, 200)?;
                Ok(found.into_iter().map(|found| (found.customer_id, fold(&found.user))).collect())
            };
            same(&format!("users called {user}"), sorted(called(e)), sorted(called(m)))?;
            if scope == Scope::Vendor {
                let one = |reader: &dyn Reader| reader.users_called(scope, &user, 1).map(|found| found.len());
                same(&format!("one user called {user}"), one(e), one(m))?;
            }
        }
        Ok(())
    }

    fn subjects(&self) -> Vec<Subject> {
        let devices = self.books.activations.keys().map(|id| Subject::Device(*id));
        devices.chain(self.users().into_iter().map(|(customer, user)| Subject::User(customer, user))).collect()
    }

    /// Everybody who is named anywhere, at every customer.
    fn users(&self) -> BTreeSet<(CustomerId, String)> {
        let books = self.books;
        let sessions = books.sessions.values().filter_map(|s| s.names.user.as_deref());
        let names = sessions.chain(books.denials.values().filter_map(|d| d.names.user.as_deref())).map(fold);
        let blocked = books.blocks.values().filter_map(|block| match &block.who {
            Blocked::User(user) => Some(user.clone()),
            Blocked::Device(_) => None,
        });
        let names: BTreeSet<String> = names.chain(blocked).chain(["nobody".to_owned()]).collect();
        let customers = books.customers.keys();
        customers.flat_map(|id| names.iter().map(|name| (*id, name.clone()))).collect()
    }
}

/// All that fit, in pages of so many.
fn walked(
    reader: &dyn Reader,
    scope: Scope,
    subject: &Subject,
    filter: &TimelineFilter,
    limit: u32,
) -> Result<Vec<String>, StoreError> {
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let page = reader.timeline(scope, subject, filter, before, limit)?;
        all.extend(page.items.into_iter().map(|moment| match moment {
            Moment::Session(row) => format!("{row:?}"),
            Moment::Refusal(denial) => format!("{denial:?}"),
            // Lanes have names of the engine's own.
            Moment::Change(row) => format!("{} {:?}", row.lane_number, row.event),
        }));
        before = page.next;
        if before.is_none() {
            return Ok(all);
        }
    }
}
