//! Blocks.

use rusqlite::{Connection, Result, Row};
use seatkeeper_domain::block::{Block, Blocked};
use seatkeeper_domain::id::{ActivationId, BlockId};

use crate::row::{Columns, run};
use seatkeeper_store::code::stored;

macro_rules! blocks {
    ($rest:literal) => {
        concat!(
            "SELECT b.id, l.id, b.user_folded, a.id, b.reason, b.created_at \
             FROM blocks b JOIN licenses l ON l.n = b.license LEFT JOIN activations a ON a.n = b.activation ",
            $rest
        )
    };
}
pub(crate) use blocks;

pub(crate) fn block(row: &Row<'_>) -> Result<Block> {
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
pub(crate) fn who(columns: &mut Columns<'_, '_>) -> Result<Blocked> {
    let (user, device) = (columns.get::<Option<String>>()?, columns.maybe_id::<ActivationId>()?);
    let who = user.map(Blocked::User).or(device.map(Blocked::Device));
    who.ok_or_else(|| columns.wrong("a block of nobody"))
}

pub(crate) fn write(conn: &Connection, block: &Block) -> Result<usize> {
    let (user, device) = match &block.who {
        Blocked::User(user) => (Some(user), None),
        Blocked::Device(device) => (None, Some(device.0.as_bytes())),
    };
    run(
        conn,
        "INSERT INTO blocks (id, license, user_folded, activation, reason, created_at)
         VALUES (?1, (SELECT n FROM licenses WHERE id = ?2), ?3, (SELECT n FROM activations WHERE id = ?4), ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET reason = excluded.reason",
        (block.id.0.as_bytes(), block.license_id.0.as_bytes(), user, device, &block.reason, stored(block.created_at)),
    )
}

pub(crate) fn remove(conn: &Connection, id: BlockId) -> Result<usize> {
    run(conn, "DELETE FROM blocks WHERE id = ?1", (id.0.as_bytes(),))
}
