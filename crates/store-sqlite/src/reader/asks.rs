//! What visitors asked for.

use jiff::Timestamp;
use rusqlite::params;
use seatkeeper_domain::ask::Ask;
use seatkeeper_domain::id::AskId;
use seatkeeper_store::StoreError;
use seatkeeper_store::code::{Code, stored};
use seatkeeper_store::read::asks::{AskFilter, AskReader};
use seatkeeper_store::read::{Listed, Page};
use uuid::Uuid;

use super::SqliteReader;
use super::scoped::MOST;
use crate::row::{all, one};
use crate::rows::ask::{ask, asks};

type Read<T> = Result<T, StoreError>;

/// The numbers are those of `Stage`.
const LISTED: &str = asks!(
    "WHERE k.id < ?1 AND (?2 IS NULL OR p.id = ?2) AND (?3 IS NULL OR ?3 = CASE WHEN k.license IS NOT NULL THEN 3
         WHEN k.answered_at IS NOT NULL THEN 4 WHEN k.confirmed_at IS NOT NULL THEN 2 ELSE 1 END)
     ORDER BY k.id DESC LIMIT ?4"
);

impl AskReader for SqliteReader {
    fn ask(&self, id: AskId) -> Read<Option<Ask>> {
        self.pool.read(|conn| one(conn, asks!("WHERE k.id = ?1"), (id.0.as_bytes(),), ask))
    }

    fn asks(&self, filter: AskFilter, page: Page) -> Read<Listed<Ask>> {
        let limit = page.limit.clamp(1, MOST);
        let (before, product) = (page.after.unwrap_or(Uuid::max()), filter.product_id.map(|id| *id.0.as_bytes()));
        let of = params![before.as_bytes(), product, filter.stage.map(Code::code), limit + 1];
        let mut items = self.pool.read(|conn| all(conn, LISTED, of, ask))?;
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = items.last().filter(|_| more).map(|row| row.id.0);
        Ok(Listed { items, next })
    }

    fn asks_from(&self, mailbox: &str) -> Read<Vec<Ask>> {
        self.pool.read(|conn| all(conn, asks!("WHERE k.mailbox = ?1 ORDER BY k.id"), (mailbox,), ask))
    }

    fn asks_to_mail(&self, now: Timestamp, limit: u32) -> Read<Vec<Ask>> {
        let sql = asks!("WHERE k.mail_next_at <= ?1 ORDER BY k.mail_next_at, k.id LIMIT ?2");
        self.pool.read(|conn| all(conn, sql, (stored(now), limit), ask))
    }
}
