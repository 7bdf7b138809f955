//! What visitors asked for, said by the model.

use std::cmp::Reverse;

use jiff::Timestamp;
use seatkeeper_domain::ask::{Ask, mailbox};
use seatkeeper_domain::id::AskId;

use super::Memory;
use crate::error::StoreError;
use crate::read::asks::{AskFilter, AskReader};
use crate::read::{Listed, Page};

type Read<T> = Result<T, StoreError>;

impl AskReader for Memory {
    fn ask(&self, id: AskId) -> Read<Option<Ask>> {
        Ok(self.books().asks.get(&id).cloned())
    }

    fn asks(&self, filter: AskFilter, page: Page) -> Read<Listed<Ask>> {
        let books = self.books();
        let fits = |ask: &&Ask| {
            filter.product_id.is_none_or(|id| ask.product_id == id)
                && filter.stage.is_none_or(|stage| ask.stage() == stage)
                && page.after.is_none_or(|after| ask.id.0 < after)
        };
        let limit = page.limit.clamp(1, 200) as usize;
        let mut items: Vec<Ask> = books.asks.values().filter(fits).cloned().collect();
        items.sort_by_key(|ask| Reverse(ask.id));
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|ask| ask.id.0);
        Ok(Listed { items, next })
    }

    fn asks_from(&self, from: &str) -> Read<Vec<Ask>> {
        Ok(self.books().asks.values().filter(|ask| mailbox(&ask.email) == from).cloned().collect())
    }

    fn asks_to_mail(&self, now: Timestamp, limit: u32) -> Read<Vec<Ask>> {
        let books = self.books();
        let mut due: Vec<Ask> =
            books.asks.values().filter(|ask| ask.mail.next_at.is_some_and(|at| at <= now)).cloned().collect();
        due.sort_by_key(|ask| (ask.mail.next_at, ask.id));
        due.truncate(limit as usize);
        Ok(due)
    }
}
