//! Administration tokens, answers under idempotency keys, failed attempts, signing keys.

use seatkeeper_domain::attempts::Attempts;
use seatkeeper_domain::signing::SigningKey;
use seatkeeper_domain::token::{Answered, Token};
use seatkeeper_store::code::{Code, micros, stored};
use tokio_postgres::Row;

use super::column;
use crate::link::{Parameters, params};
use crate::row::{Columns, Result};

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

pub(crate) const ANSWERED: &str = "SELECT a.token_id, a.key, a.request, a.answer, a.sealed, a.at FROM answered a \
     JOIN unnest(CAST($1 AS UUID[]), CAST($2 AS TEXT[])) AS asked (token_id, key) \
     ON asked.token_id = a.token_id AND asked.key = a.key";

/// Locked, in one order: an address may be counted on several servers at once.
pub(crate) const ATTEMPTS: &str = "SELECT address, failures, since FROM attempts WHERE address = ANY($1) \
     ORDER BY address FOR UPDATE";

/// Rows for addresses that have none yet, so that there is something to lock.
pub(crate) const BEGIN_ATTEMPTS: &str = "INSERT INTO attempts (address, failures, since) \
     SELECT address, 0, 0 FROM unnest(CAST($1 AS TEXT[])) AS asked (address) ORDER BY address \
     ON CONFLICT (address) DO NOTHING";

pub(crate) fn token(row: &Row) -> Result<Token> {
    let mut columns = Columns::of(row);
    Ok(Token {
        id: columns.id()?,
        label: columns.get()?,
        role: columns.code()?,
        customer_id: columns.maybe_id()?,
        hash: columns.bytes()?,
        created_at: columns.at()?,
        expires_at: columns.maybe_at()?,
        revoked_at: columns.maybe_at()?,
    })
}

pub(crate) fn signing_key(row: &Row) -> Result<SigningKey> {
    let mut columns = Columns::of(row);
    Ok(SigningKey {
        id: columns.id()?,
        kid: columns.get()?,
        public: columns.bytes()?,
        sealed: columns.get()?,
        certificate: columns.get()?,
        stage: columns.code()?,
        created_at: columns.at()?,
        retired_at: columns.maybe_at()?,
    })
}

pub(crate) fn answered(row: &Row) -> Result<Answered> {
    let mut columns = Columns::of(row);
    Ok(Answered {
        token_id: columns.id()?,
        key: columns.get()?,
        request: columns.bytes()?,
        answer: columns.get()?,
        sealed: columns.get()?,
        at: columns.at()?,
    })
}

pub(crate) fn attempts(row: &Row) -> Result<Attempts> {
    let mut columns = Columns::of(row);
    Ok(Attempts { address: columns.get()?, failures: columns.count()?, since: columns.at()? })
}

pub(crate) const WRITE_TOKENS: &str = "INSERT INTO tokens (id, label, role, customer_id, hash, created_at, expires_at, \
     revoked_at) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS TEXT[]), CAST($3 AS BIGINT[]), CAST($4 AS UUID[]), \
         CAST($5 AS BYTEA[]), CAST($6 AS BIGINT[]), CAST($7 AS BIGINT[]), CAST($8 AS BIGINT[])) \
     ON CONFLICT (id) DO UPDATE SET label = excluded.label, expires_at = excluded.expires_at, \
         revoked_at = excluded.revoked_at";

pub(crate) fn token_parameters(rows: &[&Token]) -> Parameters {
    params![
        column(rows, |t| t.id.0),
        column(rows, |t| t.label.clone()),
        column(rows, |t| t.role.code()),
        column(rows, |t| t.customer_id.map(|id| id.0)),
        column(rows, |t| t.hash.to_vec()),
        column(rows, |t| stored(t.created_at)),
        column(rows, |t| micros(t.expires_at)),
        column(rows, |t| micros(t.revoked_at)),
    ]
}

pub(crate) const WRITE_SIGNING_KEYS: &str = "INSERT INTO signing_keys (id, kid, public, sealed, certificate, stage, \
     created_at, retired_at) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS TEXT[]), CAST($3 AS BYTEA[]), CAST($4 AS BYTEA[]), \
         CAST($5 AS TEXT[]), CAST($6 AS BIGINT[]), CAST($7 AS BIGINT[]), CAST($8 AS BIGINT[])) \
     ON CONFLICT (id) DO UPDATE SET stage = excluded.stage, retired_at = excluded.retired_at";

pub(crate) fn signing_key_parameters(rows: &[&SigningKey]) -> Parameters {
    params![
        column(rows, |k| k.id.0),
        column(rows, |k| k.kid.clone()),
        column(rows, |k| k.public.to_vec()),
        column(rows, |k| k.sealed.clone()),
        column(rows, |k| k.certificate.clone()),
        column(rows, |k| k.stage.code()),
        column(rows, |k| stored(k.created_at)),
        column(rows, |k| micros(k.retired_at)),
    ]
}

pub(crate) const WRITE_ANSWERED: &str = "INSERT INTO answered (token_id, key, request, answer, sealed, at) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS TEXT[]), CAST($3 AS BYTEA[]), CAST($4 AS TEXT[]), \
         CAST($5 AS BYTEA[]), CAST($6 AS BIGINT[])) \
     ON CONFLICT (token_id, key) DO UPDATE SET request = excluded.request, answer = excluded.answer, \
         sealed = excluded.sealed, at = excluded.at";

pub(crate) fn answered_parameters(rows: &[&Answered]) -> Parameters {
    params![
        column(rows, |a| a.token_id.0),
        column(rows, |a| a.key.clone()),
        column(rows, |a| a.request.to_vec()),
        column(rows, |a| a.answer.clone()),
        column(rows, |a| a.sealed.clone()),
        column(rows, |a| stored(a.at)),
    ]
}

pub(crate) const WRITE_ATTEMPTS: &str = "INSERT INTO attempts (address, failures, since) \
     SELECT * FROM unnest(CAST($1 AS TEXT[]), CAST($2 AS BIGINT[]), CAST($3 AS BIGINT[])) \
     ON CONFLICT (address) DO UPDATE SET failures = excluded.failures, since = excluded.since";

pub(crate) fn attempts_parameters(rows: &[&Attempts]) -> Parameters {
    params![
        column(rows, |a| a.address.clone()),
        column(rows, |a| i64::from(a.failures)),
        column(rows, |a| stored(a.since)),
    ]
}
