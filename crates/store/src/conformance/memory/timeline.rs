//! What happened with somebody or something, said by the model.

use std::collections::{BTreeMap, BTreeSet};

use seatkeeper_domain::block::Blocked;
use seatkeeper_domain::holder::Names;
use seatkeeper_domain::id::{ActivationId, CustomerId, LicenseId};
use uuid::Uuid;

use super::super::Books;
use super::Memory;
use crate::error::StoreError;
use crate::read::timeline::{About, Moment, Place, Subject, Timeline, TimelineFilter, TimelineReader, UserFound};
use crate::read::{EventRow, Scope};

type Read<T> = Result<T, StoreError>;

impl Books {
    /// Whether a row is a subject's.
    fn is_of(&self, subject: &Subject, license: LicenseId, device: Option<ActivationId>, names: &Names) -> bool {
        match subject {
            Subject::Device(id) => device == Some(*id),
            Subject::User(customer, user) => self.is_customers(license, *customer) && names.is_user(user),
        }
    }

    fn is_customers(&self, license: LicenseId, customer: CustomerId) -> bool {
        self.licenses.get(&license).is_some_and(|license| license.customer_id == customer)
    }

    /// What events that belong to a subject tell of.
    fn told_by(&self, subject: &Subject) -> BTreeSet<Uuid> {
        match subject {
            Subject::Device(id) => [id.0].into(),
            Subject::User(customer, user) => {
                let own = self.blocks.values().filter(|block| self.is_customers(block.license_id, *customer));
                own.filter(|block| block.who == Blocked::User(user.clone())).map(|block| block.id.0).collect()
            }
        }
    }

    fn mentioning(&self, scope: Scope, about: &BTreeSet<Uuid>) -> Vec<EventRow> {
        let told = |row: &EventRow| !row.event.mentions().is_disjoint(about);
        self.lane().filter(|row| self.shows(scope, &row.event) && told(row)).collect()
    }
}

impl TimelineReader for Memory {
    /// Without the bounds of an engine: all that fit, and of these the page.
    fn timeline(
        &self,
        scope: Scope,
        subject: &Subject,
        filter: &TimelineFilter,
        before: Option<Place>,
        limit: u32,
    ) -> Read<Timeline> {
        let books = self.books();
        let mut items = Vec::new();
        let wanted = |about| filter.only.is_none_or(|only| only == about);
        if wanted(About::Sessions) {
            let own = books.sessions.values().filter(|s| books.owns(scope, s.license_id));
            let own = own.filter(|s| books.is_of(subject, s.license_id, Some(s.activation_id), &s.names));
            items.extend(own.map(|s| Moment::Session(books.session_row(s))));
        }
        if wanted(About::Refusals) {
            let own = books.denials.values().filter(|d| books.owns(scope, d.license_id));
            let own = own.filter(|d| books.is_of(subject, d.license_id, d.activation_id, &d.names));
            items.extend(own.cloned().map(Moment::Refusal));
        }
        if wanted(About::Changes) {
            items.extend(books.mentioning(scope, &books.told_by(subject)).into_iter().map(Moment::Change));
        }
        items.retain(|moment| {
            let (at, id) = moment.place();
            filter.since.is_none_or(|since| at >= since)
                && filter.until.is_none_or(|until| at < until)
                && before.is_none_or(|place| (at, id) < place)
        });
        items.sort_by_key(|moment| std::cmp::Reverse(moment.place()));
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        Ok(Timeline { next: items.last().filter(|_| more).map(Moment::place), items })
    }

    fn mentioning(&self, scope: Scope, about: &[Uuid]) -> Read<Vec<EventRow>> {
        Ok(self.books().mentioning(scope, &about.iter().copied().collect()))
    }

    fn users_called(&self, scope: Scope, user: &str, limit: u32) -> Read<Vec<UserFound>> {
        let books = self.books();
        let over = books.sessions.values().filter(|s| !s.live()).map(|s| (s.license_id, &s.names));
        let named = over.chain(books.denials.values().map(|d| (d.license_id, &d.names)));
        let mut found = BTreeMap::new();
        for (license, names) in named.filter(|(license, names)| books.owns(scope, *license) && names.is_user(user)) {
            let Some(customer) = books.licenses.get(&license).and_then(|l| books.customers.get(&l.customer_id)) else {
                continue;
            };
            found.entry(customer.id).or_insert_with(|| UserFound {
                customer_id: customer.id,
                customer: customer.name.clone(),
                user: names.user.clone().unwrap_or_default(),
            });
        }
        Ok(found.into_values().take(limit as usize).collect())
    }
}
