//! Administration tokens, answers under idempotency keys, failed attempts, signing keys.

use rusqlite::{Connection, Result, Row};
use seatkeeper_domain::attempts::Attempts;
use seatkeeper_domain::signing::SigningKey;
use seatkeeper_domain::token::{Answered, Token};

use crate::row::{Columns, run};
use seatkeeper_store::code::{Code, micros, stored};

macro_rules! tokens {
    ($rest:literal) => {
        concat!(
            "SELECT t.id, t.label, t.role, t.customer_id, t.hash, t.created_at, t.expires_at, t.revoked_at FROM tokens t ",
            $rest
        )
    };
}
pub(crate) use tokens;

pub(crate) const SIGNING_KEYS: &str =
    "SELECT id, kid, public, sealed, certificate, stage, created_at, retired_at FROM signing_keys ORDER BY id";
pub(crate) const ANSWERED: &str =
    "SELECT token_id, key, request, answer, sealed, at FROM answered WHERE token_id = ?1 AND key = ?2";
pub(crate) const ATTEMPTS: &str = "SELECT address, failures, since FROM attempts WHERE address = ?1 AND failures > 0";

pub(crate) fn token(row: &Row<'_>) -> Result<Token> {
    let mut columns = Columns::of(row);
    Ok(Token {
        id: columns.id()?,
        label: columns.get()?,
        role: columns.code()?,
        customer_id: columns.maybe_id()?,
        hash: columns.get()?,
        created_at: columns.at()?,
        expires_at: columns.maybe_at()?,
        revoked_at: columns.maybe_at()?,
    })
}

pub(crate) fn signing_key(row: &Row<'_>) -> Result<SigningKey> {
    let mut columns = Columns::of(row);
    Ok(SigningKey {
        id: columns.id()?,
        kid: columns.get()?,
        public: columns.get()?,
        sealed: columns.get()?,
        certificate: columns.get()?,
        stage: columns.code()?,
        created_at: columns.at()?,
        retired_at: columns.maybe_at()?,
    })
}

pub(crate) fn answered(row: &Row<'_>) -> Result<Answered> {
    let mut columns = Columns::of(row);
    Ok(Answered {
        token_id: columns.id()?,
        key: columns.get()?,
        request: columns.get()?,
        answer: columns.get()?,
        sealed: columns.get()?,
        at: columns.at()?,
    })
}

pub(crate) fn attempts(row: &Row<'_>) -> Result<Attempts> {
    let mut columns = Columns::of(row);
    Ok(Attempts { address: columns.get()?, failures: columns.get()?, since: columns.at()? })
}

pub(crate) fn write(conn: &Connection, token: &Token) -> Result<usize> {
    run(
        conn,
        "INSERT INTO tokens (id, label, role, customer_id, hash, created_at, expires_at, revoked_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (id) DO UPDATE SET label = excluded.label, expires_at = excluded.expires_at,
             revoked_at = excluded.revoked_at",
        (
            token.id.0.as_bytes(),
            &token.label,
            token.role.code(),
            token.customer_id.as_ref().map(|id| id.0.as_bytes()),
            token.hash,
            stored(token.created_at),
            micros(token.expires_at),
            micros(token.revoked_at),
        ),
    )
}

pub(crate) fn write_signing_key(conn: &Connection, key: &SigningKey) -> Result<usize> {
    run(
        conn,
        "INSERT INTO signing_keys (id, kid, public, sealed, certificate, stage, created_at, retired_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (id) DO UPDATE SET stage = excluded.stage, retired_at = excluded.retired_at",
        (
            key.id.0.as_bytes(),
            &key.kid,
            key.public,
            &key.sealed,
            &key.certificate,
            key.stage.code(),
            stored(key.created_at),
            micros(key.retired_at),
        ),
    )
}

pub(crate) fn write_answered(conn: &Connection, answered: &Answered) -> Result<usize> {
    run(
        conn,
        "INSERT INTO answered (token_id, key, request, answer, sealed, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (token_id, key) DO UPDATE SET request = excluded.request, answer = excluded.answer,
             sealed = excluded.sealed, at = excluded.at",
        (
            answered.token_id.0.as_bytes(),
            &answered.key,
            answered.request,
            &answered.answer,
            &answered.sealed,
            stored(answered.at),
        ),
    )
}

pub(crate) fn write_attempts(conn: &Connection, attempts: &Attempts) -> Result<usize> {
    run(
        conn,
        "INSERT INTO attempts (address, failures, since) VALUES (?1, ?2, ?3)
         ON CONFLICT (address) DO UPDATE SET failures = excluded.failures, since = excluded.since",
        (&attempts.address, attempts.failures, stored(attempts.since)),
    )
}
