//! How much was used, said by the model. It keeps no figures.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::Timestamp;
use seatkeeper_domain::demand::{Refused, Span};
use seatkeeper_domain::denial::Outcome;
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::{CustomerId, LicenseId};

use super::Memory;
use crate::error::StoreError;
use crate::read::Scope;
use crate::read::usage::{By, Share, Usage, UsageReader};

type Read<T> = Result<T, StoreError>;

impl UsageReader for Memory {
    fn usage_done(&self) -> Read<Option<i64>> {
        Ok(None)
    }

    fn first_held(&self) -> Read<Option<Timestamp>> {
        Ok(self.books().sessions.values().next().map(|session| session.started_at))
    }

    fn held(
        &self,
        of: Option<LicenseId>,
        from: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> Read<Vec<(LicenseId, Span)>> {
        let books = self.books();
        let own = books.sessions.values().filter(|s| of.is_none_or(|id| id == s.license_id));
        let spans =
            own.map(|s| (s.license_id, Span { holder: s.holder, start: s.started_at, end: s.ended.map(|(at, _)| at) }));
        let within = spans.filter(|(_, span)| span.start < until && span.end.is_none_or(|end| end > from));
        let (mut over, mut live): (Vec<_>, Vec<_>) = within.partition(|(_, span)| span.end.is_some());
        over.sort_by_key(|(_, span)| Reverse(span.end));
        over.truncate(most as usize);
        live.truncate(most as usize);
        Ok([over, live].concat())
    }

    fn refused(
        &self,
        of: Option<LicenseId>,
        from: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> Read<Vec<(LicenseId, Refused)>> {
        let books = self.books();
        let own = books.denials.values().filter(|d| of.is_none_or(|id| id == d.license_id));
        let short = own.filter(|d| d.code == "no_seat_available" && d.first_at >= from && d.first_at < until);
        let refused = short.map(|d| {
            let granted_at = d.outcome.filter(|(_, how)| *how == Outcome::Granted).map(|(at, _)| at);
            let (first_at, last_at, tries) = (d.first_at, d.last_at, d.tries);
            (d.license_id, Refused { holder: d.holder, first_at, last_at, tries, granted_at })
        });
        let mut refused: Vec<_> = refused.collect();
        refused.sort_by_key(|(_, refused)| Reverse(refused.first_at));
        refused.truncate(most as usize);
        Ok(refused)
    }

    fn usage(&self, _: Scope, _: LicenseId, _: i64, _: i64) -> Read<Vec<Usage>> {
        Ok(Vec::new())
    }

    fn usage_of_each(&self, _: Scope, _: Option<CustomerId>, _: i64, _: i64, _: u32) -> Read<Vec<Usage>> {
        Ok(Vec::new())
    }

    fn shares(
        &self,
        scope: Scope,
        license: LicenseId,
        by: By,
        since: Timestamp,
        now: Timestamp,
        limit: u32,
    ) -> Read<Vec<Share>> {
        let books = self.books();
        let mut of: BTreeMap<String, (String, i64, u64)> = BTreeMap::new();
        for session in books.sessions.values().filter(|s| s.license_id == license && books.owns(scope, license)) {
            let (name, written) = match by {
                By::User => (session.names.user.as_deref().map(fold), session.names.user.clone()),
                By::Device => (session.names.device_name.clone(), session.names.device_name.clone()),
            };
            let end = session.ended.map_or(now, |(at, _)| at.min(now));
            let both = name.zip(written).filter(|_| session.ended.is_none_or(|(at, _)| at > since));
            if let Some((name, written)) = both {
                let (said, used, sessions) = of.entry(name).or_insert_with(|| (written.clone(), 0, 0));
                *said = written.min(said.clone());
                let micros = end.as_microsecond() - session.started_at.max(since).as_microsecond();
                (*used, *sessions) = (*used + micros.max(0), *sessions + 1);
            }
        }
        let share = |(name, micros, sessions): (String, i64, u64)| Share {
            name,
            seat_seconds: (micros / 1_000_000).cast_unsigned(),
            sessions,
        };
        let mut shares: Vec<Share> = of.into_values().map(share).collect();
        // By name already.
        shares.sort_by_key(|share| Reverse(share.seat_seconds));
        shares.truncate(limit as usize);
        Ok(shares)
    }
}
