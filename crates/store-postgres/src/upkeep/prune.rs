//! Removing what nobody needs any more, a few rows at a time.

use std::sync::Arc;

use seatkeeper_store::StoreError;
use seatkeeper_store::write::CutOffs;

use crate::link::params;
use crate::pool::{Pool, Transaction};

/// Rows of each kind removed at once: few milliseconds of work, and no long list of locks.
const AT_ONCE: i64 = 1_000;

/// What is kept for a day, and refusals; a session goes in two statements, and a refusal too. Each removes what is older than an instant and
/// says how much that was.
const ANSWERED: &str = "DELETE FROM answered WHERE (token_id, key) IN \
     (SELECT token_id, key FROM answered WHERE at < $1 ORDER BY at LIMIT $2) RETURNING 1";
const ATTEMPTS: &str = "DELETE FROM attempts WHERE address IN \
     (SELECT address FROM attempts WHERE since < $1 ORDER BY since LIMIT $2) RETURNING 1";
const DENIALS: &str = "DELETE FROM denials WHERE id IN (SELECT id FROM denials \
     WHERE last_at < $1 AND (outcome_at IS NULL OR outcome_at < $1) ORDER BY last_at, id LIMIT $2) RETURNING 1";
const TRIES: &str = "DELETE FROM tries WHERE denial IN (SELECT id FROM denials \
     WHERE last_at < $1 AND (outcome_at IS NULL OR outcome_at < $1) ORDER BY last_at, id LIMIT $2) RETURNING 1";

const SIGN_INS: &str = "DELETE FROM sign_ins WHERE id IN \
     (SELECT id FROM sign_ins WHERE expires_at < $1 ORDER BY expires_at LIMIT $2) RETURNING 1";
const LINKS: &str = "DELETE FROM links WHERE id IN \
     (SELECT id FROM links WHERE created_at < $1 ORDER BY created_at LIMIT $2) RETURNING 1";
const MAILS: &str = "DELETE FROM mails WHERE id IN \
     (SELECT id FROM mails WHERE created_at < $1 ORDER BY created_at LIMIT $2) RETURNING 1";

const UNCONFIRMED: &str = "DELETE FROM asks WHERE id IN (SELECT id FROM asks \
     WHERE license IS NULL AND asked_at < $1 AND confirmed_at IS NULL ORDER BY asked_at LIMIT $2) RETURNING 1";
const DECLINED: &str = "DELETE FROM asks WHERE id IN (SELECT id FROM asks \
     WHERE license IS NULL AND asked_at < $1 AND answered_at < $1 ORDER BY asked_at LIMIT $2) RETURNING 1";

/// Sessions go with their checkouts.
const CHECKOUTS: &str = "DELETE FROM checkouts WHERE session IN \
     (SELECT id FROM sessions WHERE ended_at < $1 ORDER BY ended_at, id LIMIT $2) RETURNING 1";
const SESSIONS: &str = "DELETE FROM sessions WHERE id IN \
     (SELECT id FROM sessions WHERE ended_at < $1 ORDER BY ended_at, id LIMIT $2) RETURNING 1";

/// Removes what is older than each kind is kept; whether more is left.
pub(super) fn prune(pool: &Arc<Pool>, cut: &CutOffs) -> Result<bool, StoreError> {
    let day_ago = cut.answers.as_microsecond();
    let (sign_ins, letters) = (cut.sign_ins.as_microsecond(), cut.letters.as_microsecond());
    let cut_off = cut.seats.as_microsecond();
    let removed = |at: &Transaction, sql, before: i64| at.rows(sql, params![before, AT_ONCE]).map(|rows| rows.len());
    let removed = [
        pool.change(|at| removed(at, ANSWERED, day_ago))?,
        pool.change(|at| removed(at, ATTEMPTS, day_ago))?,
        pool.change(|at| removed(at, TRIES, cut_off).and_then(|_| removed(at, DENIALS, cut_off)))?,
        pool.change(|at| removed(at, SIGN_INS, sign_ins))?,
        pool.change(|at| removed(at, LINKS, letters))?,
        pool.change(|at| removed(at, MAILS, letters))?,
        pool.change(|at| removed(at, UNCONFIRMED, cut.unconfirmed.as_microsecond()))?,
        pool.change(|at| removed(at, DECLINED, cut_off))?,
        pool.change(|at| removed(at, CHECKOUTS, cut_off).and_then(|_| removed(at, SESSIONS, cut_off)))?,
    ];
    Ok(removed.into_iter().any(|rows| rows >= AT_ONCE as usize))
}
