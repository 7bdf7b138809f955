//! Removing what nobody needs any more, a few rows at a time.

use rusqlite::{Connection, Result, TransactionBehavior};
use seatkeeper_store::write::CutOffs;

/// Rows of each kind removed at once: some milliseconds in which nobody else writes.
const AT_ONCE: u32 = 1_000;

/// Removes what is older than each kind is kept; whether more is left.
pub(super) fn prune(conn: &mut Connection, cut: &CutOffs) -> Result<bool> {
    let day_ago = cut.answers.as_microsecond();
    let (sign_ins, letters) = (cut.sign_ins.as_microsecond(), cut.letters.as_microsecond());
    let cut_off = cut.seats.as_microsecond();
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let removed = [
        tx.execute(
            "DELETE FROM answered WHERE (token_id, key) IN (SELECT token_id, key FROM answered WHERE at < ?1 LIMIT ?2)",
            (day_ago, AT_ONCE),
        )?,
        tx.execute(
            "DELETE FROM attempts WHERE address IN (SELECT address FROM attempts WHERE since < ?1 LIMIT ?2)",
            (day_ago, AT_ONCE),
        )?,
        sessions(&tx, cut_off)?,
        denials(&tx, cut_off)?,
        tx.execute(
            "DELETE FROM sign_ins WHERE n IN (SELECT n FROM sign_ins WHERE expires_at < ?1 LIMIT ?2)",
            (sign_ins, AT_ONCE),
        )?,
        tx.execute(
            "DELETE FROM links WHERE n IN (SELECT n FROM links WHERE created_at < ?1 LIMIT ?2)",
            (letters, AT_ONCE),
        )?,
        tx.execute(
            "DELETE FROM mails WHERE n IN (SELECT n FROM mails WHERE created_at < ?1 LIMIT ?2)",
            (letters, AT_ONCE),
        )?,
        tx.execute(
            "DELETE FROM asks WHERE n IN (SELECT n FROM asks
                 WHERE license IS NULL AND asked_at < ?1 AND confirmed_at IS NULL LIMIT ?2)",
            (cut.unconfirmed.as_microsecond(), AT_ONCE),
        )?,
        tx.execute(
            "DELETE FROM asks WHERE n IN (SELECT n FROM asks
                 WHERE license IS NULL AND asked_at < ?1 AND answered_at < ?1 LIMIT ?2)",
            (cut_off, AT_ONCE),
        )?,
    ];
    tx.commit()?;
    Ok(removed.into_iter().any(|rows| rows >= AT_ONCE as usize))
}

/// Sessions go with their checkouts.
fn sessions(conn: &Connection, cut_off: i64) -> Result<usize> {
    const OLD: &str = "(SELECT n FROM sessions WHERE ended_at < ?1 ORDER BY ended_at, n LIMIT ?2)";
    conn.execute(&format!("DELETE FROM checkouts WHERE session IN {OLD}"), (cut_off, AT_ONCE))?;
    conn.execute(&format!("DELETE FROM sessions WHERE n IN {OLD}"), (cut_off, AT_ONCE))
}

/// Refusals go with their tries.
fn denials(conn: &Connection, cut_off: i64) -> Result<usize> {
    const OLD: &str = "(SELECT n FROM denials WHERE last_at < ?1 AND (outcome_at IS NULL OR outcome_at < ?1)
         ORDER BY last_at, n LIMIT ?2)";
    conn.execute(&format!("DELETE FROM tries WHERE denial IN {OLD}"), (cut_off, AT_ONCE))?;
    conn.execute(&format!("DELETE FROM denials WHERE n IN {OLD}"), (cut_off, AT_ONCE))
}
