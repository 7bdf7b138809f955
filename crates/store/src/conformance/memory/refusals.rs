//! What was refused, said by the model.

use std::collections::BTreeSet;

use jiff::Timestamp;
use seatkeeper_domain::denial::Denial;
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::{DenialId, LicenseId};

use super::Memory;
use crate::error::StoreError;
use crate::read::refusals::{EpisodeFilter, EpisodePlace, Episodes, Label, RefusalReader, Refused, by_end};
use crate::read::{Scope, SessionRow};

type Read<T> = Result<T, StoreError>;

impl RefusalReader for Memory {
    /// Without the bounds of an engine: all that fit, and of these the page.
    fn episodes(
        &self,
        scope: Scope,
        filter: &EpisodeFilter,
        now: Timestamp,
        before: Option<EpisodePlace>,
        limit: u32,
    ) -> Read<Episodes> {
        let books = self.books();
        let holds =
            |name: &Option<String>, part: &String| name.as_deref().is_some_and(|name| fold(name).contains(&fold(part)));
        let fits = |d: &&Denial| {
            let license = books.licenses.get(&d.license_id).filter(|l| books.owns(scope, l.id));
            license.is_some_and(|l| {
                filter.license_id.is_none_or(|id| id == l.id)
                    && filter.customer_id.is_none_or(|id| id == l.customer_id)
                    && filter.product_id.is_none_or(|id| id == l.product_id)
            }) && filter.code.as_ref().is_none_or(|code| *code == d.code)
                && filter.text.as_ref().is_none_or(|t| holds(&d.names.user, t) || holds(&d.names.device_name, t))
                && filter.since.is_none_or(|since| d.first_at >= since)
                && filter.until.is_none_or(|until| d.first_at < until)
                && filter.ended.is_none_or(|ended| d.ended(now) == ended)
                && before.is_none_or(|place| (d.first_at, d.id) < place)
        };
        let mut items: Vec<Denial> = books.denials.values().filter(fits).cloned().collect();
        items.sort_by_key(|d| std::cmp::Reverse((d.first_at, d.id)));
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = items.last().filter(|_| more).map(|d| (d.first_at, d.id));
        Ok(Episodes { items, next })
    }

    fn denial(&self, scope: Scope, id: DenialId) -> Read<Option<Denial>> {
        let books = self.books();
        Ok(books.denials.get(&id).filter(|d| books.owns(scope, d.license_id)).cloned())
    }

    fn refused_since(&self, licenses: &[LicenseId], since: Timestamp) -> Read<Vec<Refused>> {
        let books = self.books();
        let of = |id: &LicenseId| {
            let own: Vec<&Denial> =
                books.denials.values().filter(|d| d.license_id == *id && d.first_at >= since).collect();
            let people: BTreeSet<_> = own.iter().map(|d| d.holder).collect();
            Refused { people: people.len() as u64, tries: own.iter().map(|d| u64::from(d.tries)).sum() }
        };
        Ok(licenses.iter().map(of).collect())
    }

    fn seated_at(&self, scope: Scope, license: LicenseId, at: Timestamp, limit: u32) -> Read<Vec<SessionRow>> {
        let books = self.books();
        let own = books.sessions.values().filter(|s| s.license_id == license && books.owns(scope, license));
        let seated = own.filter(|s| s.started_at <= at && s.ended.is_none_or(|(end, _)| end > at));
        Ok(by_end(seated.map(|s| books.session_row(s)).collect(), limit))
    }

    fn hinted(&self, scope: Scope, group: &str, limit: u32) -> Read<Vec<LicenseId>> {
        let books = self.books();
        let own = books.keys.values().filter(|key| key.hint == group && books.owns(scope, key.license_id));
        let licenses: BTreeSet<LicenseId> = own.map(|key| key.license_id).collect();
        Ok(licenses.into_iter().take(limit as usize).collect())
    }

    fn labels(&self, scope: Scope, licenses: &[LicenseId]) -> Read<Vec<Label>> {
        let books = self.books();
        let label = |id: &LicenseId| {
            let license = books.licenses.get(id).filter(|_| books.owns(scope, *id))?;
            Some(Label {
                license_id: *id,
                serial_number: license.serial_number.clone(),
                product: books.products.get(&license.product_id)?.name.clone(),
                customer_id: license.customer_id,
                customer: books.customers.get(&license.customer_id)?.name.clone(),
            })
        };
        Ok(licenses.iter().filter_map(label).collect())
    }
}
