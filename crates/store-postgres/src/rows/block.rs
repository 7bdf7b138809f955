//! Blocks.

use seatkeeper_domain::block::{Block, Blocked};
use seatkeeper_domain::id::ActivationId;
use seatkeeper_store::code::stored;
use tokio_postgres::Row;

use super::column;
use crate::link::{Parameters, params};
use crate::row::{Columns, Result};

macro_rules! blocks {
    ($rest:literal) => {
        concat!("SELECT b.id, b.license, b.user_folded, b.activation, b.reason, b.created_at FROM blocks b ", $rest)
    };
}
pub(crate) use blocks;

pub(crate) fn block(row: &Row) -> Result<Block> {
    let mut columns = Columns::of(row);
    Ok(Block {
        id: columns.id()?,
        license_id: columns.id()?,
        who: who(&mut columns)?,
        reason: columns.get()?,
        created_at: columns.at()?,
    })
}

/// Whom two columns name: a user, or else a device.
pub(crate) fn who(columns: &mut Columns<'_>) -> Result<Blocked> {
    let (user, device) = (columns.get::<Option<String>>()?, columns.maybe_id::<ActivationId>()?);
    let who = user.map(Blocked::User).or(device.map(Blocked::Device));
    who.ok_or_else(|| columns.wrong("a block of nobody"))
}

pub(crate) const WRITE: &str = "INSERT INTO blocks (id, license, user_folded, activation, reason, created_at) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS UUID[]), CAST($3 AS TEXT[]), CAST($4 AS UUID[]), \
         CAST($5 AS TEXT[]), CAST($6 AS BIGINT[])) \
     ON CONFLICT (id) DO UPDATE SET reason = excluded.reason";

pub(crate) fn parameters(rows: &[&Block]) -> Parameters {
    params![
        column(rows, |b| b.id.0),
        column(rows, |b| b.license_id.0),
        column(rows, |b| match &b.who {
            Blocked::User(user) => Some(user.clone()),
            Blocked::Device(_) => None,
        }),
        column(rows, |b| match &b.who {
            Blocked::User(_) => None,
            Blocked::Device(device) => Some(device.0),
        }),
        column(rows, |b| b.reason.clone()),
        column(rows, |b| stored(b.created_at)),
    ]
}

pub(crate) const REMOVE: &str = "DELETE FROM blocks WHERE id = ANY($1)";
