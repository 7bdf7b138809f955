//! What visitors asked for.

use jiff::Timestamp;
use seatkeeper_domain::ask::Ask;
use seatkeeper_domain::id::AskId;
use seatkeeper_store::StoreError;
use seatkeeper_store::code::{Code, stored};
use seatkeeper_store::read::asks::{AskFilter, AskReader};
use seatkeeper_store::read::{Listed, Page};
use uuid::Uuid;

use super::PostgresReader;
use super::scoped::MOST;
use crate::link::params;
use crate::rows::ask::{ask, asks};

type Read<T> = Result<T, StoreError>;

/// The numbers are those of `Stage`.
const LISTED: &str = asks!(
    "WHERE k.id < $1 AND (CAST($2 AS UUID) IS NULL OR k.product = $2) \
         AND (CAST($3 AS BIGINT) IS NULL OR $3 = CASE WHEN k.license IS NOT NULL THEN 3 \
             WHEN k.answered_at IS NOT NULL THEN 4 WHEN k.confirmed_at IS NOT NULL THEN 2 ELSE 1 END) \
     ORDER BY k.id DESC LIMIT $4"
);

impl AskReader for PostgresReader {
    fn ask(&self, id: AskId) -> Read<Option<Ask>> {
        self.pool.read(|at| at.one(asks!("WHERE k.id = $1"), params![id.0], ask))
    }

    fn asks(&self, filter: AskFilter, page: Page) -> Read<Listed<Ask>> {
        let limit = page.limit.clamp(1, MOST);
        let (before, product) = (page.after.unwrap_or(Uuid::max()), filter.product_id.map(|id| id.0));
        let of = params![before, product, filter.stage.map(Code::code), i64::from(limit) + 1];
        let mut items = self.pool.read(|at| at.all(LISTED, of, ask))?;
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = items.last().filter(|_| more).map(|row| row.id.0);
        Ok(Listed { items, next })
    }

    fn asks_from(&self, mailbox: &str) -> Read<Vec<Ask>> {
        let mailbox = mailbox.to_owned();
        self.pool.read(|at| at.all(asks!("WHERE k.mailbox = $1 ORDER BY k.id"), params![mailbox], ask))
    }

    fn asks_to_mail(&self, now: Timestamp, limit: u32) -> Read<Vec<Ask>> {
        let sql = asks!("WHERE k.mail_next_at <= $1 ORDER BY k.mail_next_at, k.id LIMIT $2");
        self.pool.read(|at| at.all(sql, params![stored(now), i64::from(limit)], ask))
    }
}
