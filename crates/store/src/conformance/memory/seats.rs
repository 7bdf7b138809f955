//! Who holds seats, said by the model.

use std::cmp::Reverse;

use jiff::Timestamp;
use seatkeeper_domain::id::LicenseId;
use seatkeeper_domain::license::Model;

use super::Memory;
use crate::error::StoreError;
use crate::read::seats::{Chunk, PoolStates, SeatFilter, SeatPage, SeatReader, SeatState, Seats, seats};
use crate::read::{Scope, SessionRow};

type Read<T> = Result<T, StoreError>;

impl SeatReader for Memory {
    fn seats(&self, scope: Scope, filter: &SeatFilter, page: &SeatPage, now: Timestamp) -> Read<Seats> {
        let books = self.books();
        let own = |license: &LicenseId| {
            books.licenses.get(license).filter(|_| books.owns(scope, *license)).is_some_and(|l| {
                filter.license_id.is_none_or(|id| id == l.id)
                    && filter.customer_id.is_none_or(|id| id == l.customer_id)
                    && filter.product_id.is_none_or(|id| id == l.product_id)
            })
        };
        let in_use = books.counters.iter().filter(|(license, _)| own(license)).map(|(_, c)| u64::from(c.in_use)).sum();
        seats(filter, page, now, in_use, |wanted| {
            let live = books.sessions.values().filter(|s| s.live() && own(&s.license_id));
            let mut rows: Vec<SessionRow> = live.map(|s| books.session_row(s)).collect();
            if let Chunk::Following { descending, from, limit } = wanted {
                let follows = |id| from.is_none_or(|from| if descending { id < from } else { id > from });
                rows.retain(|row| follows(row.session.id));
                rows.retain(|row| SeatFilter { state: None, ..filter.clone() }.fits(row, now));
                if descending {
                    rows.reverse();
                }
                rows.truncate(limit as usize);
            }
            Ok(rows)
        })
    }

    fn pool_states(&self, license: LicenseId, now: Timestamp) -> Read<PoolStates> {
        let books = self.books();
        let rows: Vec<SessionRow> = books.live(license).map(|s| books.session_row(s)).collect();
        let count = |state| rows.iter().filter(|row| row.seat_state(now) == Some(state)).count() as u64;
        Ok(PoolStates {
            live: count(SeatState::Live),
            silent: count(SeatState::Silent),
            held: count(SeatState::Held),
            next_back_by: rows.iter().filter_map(|row| row.back_by).min(),
        })
    }

    fn full_pools(&self, limit: u32) -> Read<Vec<LicenseId>> {
        let books = self.books();
        let pool = |id: &LicenseId| books.licenses.get(id).is_some_and(|l| l.model == Model::Concurrent);
        let full = books.counters.iter().filter(|(id, c)| c.in_use > 0 && c.in_use >= c.ceiling && pool(id));
        let mut full: Vec<_> = full.map(|(id, c)| (Reverse(c.in_use), *id)).collect();
        full.sort();
        Ok(full.into_iter().take(limit as usize).map(|(_, id)| id).collect())
    }
}
