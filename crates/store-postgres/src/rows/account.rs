//! Accounts, sign-ins, links and mails.

use seatkeeper_domain::account::{Account, Link, Mail, SecondFactor, SignIn};
use seatkeeper_domain::holder::fold;
use seatkeeper_store::code::{Code, end_code, ended_at, micros, stored};
use tokio_postgres::Row;

use super::column;
use crate::link::{Parameters, params};
use crate::row::{Columns, Result};

macro_rules! account_columns {
    () => {
        "a.id, a.customer_id, a.email, a.name, a.role, a.password, a.password_at, a.factor_sealed, \
         a.factor_confirmed_at, a.factor_step, a.factor_recovery, a.time_zone, a.refused, a.disabled_at, \
         a.created_at, a.revision"
    };
}
pub(crate) use account_columns;

macro_rules! accounts {
    ($rest:literal) => {
        concat!("SELECT ", $crate::rows::account::account_columns!(), " FROM accounts a ", $rest)
    };
}
pub(crate) use accounts;

macro_rules! sign_in_columns {
    () => {
        "s.id, s.account, s.hash, s.complete, s.address, s.agent, s.refused, s.started_at, s.seen_at, s.expires_at, \
         s.confirmed_at, s.viewing, s.viewing_until, s.ended_at, s.end_reason"
    };
}
pub(crate) use sign_in_columns;

macro_rules! sign_ins {
    ($rest:literal) => {
        concat!("SELECT ", $crate::rows::account::sign_in_columns!(), " FROM sign_ins s ", $rest)
    };
}
pub(crate) use sign_ins;

/// A sign-in with its account.
pub(crate) const WITH_ACCOUNT: &str = concat!(
    "SELECT ",
    sign_in_columns!(),
    ", ",
    account_columns!(),
    " FROM sign_ins s JOIN accounts a ON a.id = s.account WHERE s.id = $1"
);

macro_rules! links {
    ($rest:literal) => {
        concat!("SELECT l.id, l.kind, l.account, l.created_at, l.used_at FROM links l ", $rest)
    };
}
pub(crate) use links;

macro_rules! mails {
    ($rest:literal) => {
        concat!(
            "SELECT m.id, m.kind, m.account, m.link_id, m.created_at, m.tries, m.next_at, m.sent_at FROM mails m ",
            $rest
        )
    };
}
pub(crate) use mails;

pub(crate) fn account(row: &Row) -> Result<Account> {
    account_of(&mut Columns::of(row))
}

fn account_of(columns: &mut Columns<'_>) -> Result<Account> {
    Ok(Account {
        id: columns.id()?,
        customer_id: columns.maybe_id()?,
        email: columns.get()?,
        name: columns.get()?,
        role: columns.code()?,
        password: columns.get()?,
        password_at: columns.maybe_at()?,
        second_factor: factor(columns)?,
        time_zone: columns.get()?,
        refused: columns.count()?,
        disabled_at: columns.maybe_at()?,
        created_at: columns.at()?,
        revision: columns.count()?,
    })
}

/// Four columns; none where nothing is sealed. The recovery codes' hashes stand one after another.
fn factor(columns: &mut Columns<'_>) -> Result<Option<SecondFactor>> {
    let sealed: Option<Vec<u8>> = columns.get()?;
    let (confirmed_at, last_step) = (columns.maybe_at()?, columns.count()?);
    let (recovery, []) = columns.get::<&[u8]>()?.as_chunks::<32>() else {
        return Err(columns.wrong("hashes of another length"));
    };
    Ok(sealed.map(|sealed| SecondFactor { sealed, confirmed_at, last_step, recovery: recovery.to_vec() }))
}

pub(crate) fn sign_in(row: &Row) -> Result<SignIn> {
    sign_in_of(&mut Columns::of(row))
}

fn sign_in_of(columns: &mut Columns<'_>) -> Result<SignIn> {
    Ok(SignIn {
        id: columns.id()?,
        account_id: columns.id()?,
        hash: columns.bytes()?,
        complete: columns.get()?,
        address: columns.get()?,
        agent: columns.get()?,
        refused: columns.count()?,
        started_at: columns.at()?,
        seen_at: columns.at()?,
        expires_at: columns.at()?,
        confirmed_at: columns.at()?,
        viewing: columns.maybe_id()?.zip(columns.maybe_at()?),
        ended: columns.end()?,
    })
}

pub(crate) fn with_account(row: &Row) -> Result<(SignIn, Account)> {
    let mut columns = Columns::of(row);
    Ok((sign_in_of(&mut columns)?, account_of(&mut columns)?))
}

pub(crate) fn link(row: &Row) -> Result<Link> {
    let mut columns = Columns::of(row);
    Ok(Link {
        id: columns.id()?,
        kind: columns.code()?,
        account_id: columns.maybe_id()?,
        created_at: columns.at()?,
        used_at: columns.maybe_at()?,
    })
}

pub(crate) fn mail(row: &Row) -> Result<Mail> {
    let mut columns = Columns::of(row);
    Ok(Mail {
        id: columns.id()?,
        kind: columns.code()?,
        account_id: columns.id()?,
        link_id: columns.maybe_id()?,
        created_at: columns.at()?,
        tries: columns.count()?,
        next_at: columns.maybe_at()?,
        sent_at: columns.maybe_at()?,
    })
}

pub(crate) const WRITE: &str = "INSERT INTO accounts (id, customer_id, email, email_folded, name, role, password, \
     password_at, factor_sealed, factor_confirmed_at, factor_step, factor_recovery, time_zone, refused, disabled_at, \
     created_at, revision) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS UUID[]), CAST($3 AS TEXT[]), CAST($4 AS TEXT[]), \
         CAST($5 AS TEXT[]), CAST($6 AS BIGINT[]), CAST($7 AS TEXT[]), CAST($8 AS BIGINT[]), CAST($9 AS BYTEA[]), \
         CAST($10 AS BIGINT[]), CAST($11 AS BIGINT[]), CAST($12 AS BYTEA[]), CAST($13 AS TEXT[]), \
         CAST($14 AS BIGINT[]), CAST($15 AS BIGINT[]), CAST($16 AS BIGINT[]), CAST($17 AS BIGINT[])) \
     ON CONFLICT (id) DO UPDATE SET email = excluded.email, email_folded = excluded.email_folded, \
         name = excluded.name, role = excluded.role, password = excluded.password, \
         password_at = excluded.password_at, factor_sealed = excluded.factor_sealed, \
         factor_confirmed_at = excluded.factor_confirmed_at, factor_step = excluded.factor_step, \
         factor_recovery = excluded.factor_recovery, time_zone = excluded.time_zone, refused = excluded.refused, \
         disabled_at = excluded.disabled_at, revision = excluded.revision";

pub(crate) fn parameters(rows: &[&Account]) -> Parameters {
    let factor = |a: &Account| a.second_factor.clone();
    params![
        column(rows, |a| a.id.0),
        column(rows, |a| a.customer_id.map(|id| id.0)),
        column(rows, |a| a.email.clone()),
        column(rows, |a| fold(&a.email)),
        column(rows, |a| a.name.clone()),
        column(rows, |a| a.role.code()),
        column(rows, |a| a.password.clone()),
        column(rows, |a| micros(a.password_at)),
        column(rows, |a| factor(a).map(|factor| factor.sealed)),
        column(rows, |a| micros(factor(a).and_then(|factor| factor.confirmed_at))),
        column(rows, |a| factor(a).map_or(0, |factor| factor.last_step).cast_signed()),
        column(rows, |a| factor(a).map(|factor| factor.recovery.concat()).unwrap_or_default()),
        column(rows, |a| a.time_zone.clone()),
        column(rows, |a| i64::from(a.refused)),
        column(rows, |a| micros(a.disabled_at)),
        column(rows, |a| stored(a.created_at)),
        column(rows, |a| a.revision.cast_signed()),
    ]
}

pub(crate) const WRITE_SIGN_INS: &str = "INSERT INTO sign_ins (id, account, hash, complete, address, agent, refused, \
     started_at, seen_at, expires_at, confirmed_at, viewing, viewing_until, ended_at, end_reason) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS UUID[]), CAST($3 AS BYTEA[]), CAST($4 AS BOOLEAN[]), \
         CAST($5 AS TEXT[]), CAST($6 AS TEXT[]), CAST($7 AS BIGINT[]), CAST($8 AS BIGINT[]), CAST($9 AS BIGINT[]), \
         CAST($10 AS BIGINT[]), CAST($11 AS BIGINT[]), CAST($12 AS UUID[]), CAST($13 AS BIGINT[]), \
         CAST($14 AS BIGINT[]), CAST($15 AS BIGINT[])) \
     ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, complete = excluded.complete, refused = excluded.refused, \
         seen_at = excluded.seen_at, expires_at = excluded.expires_at, confirmed_at = excluded.confirmed_at, \
         viewing = excluded.viewing, viewing_until = excluded.viewing_until, ended_at = excluded.ended_at, \
         end_reason = excluded.end_reason";

pub(crate) fn sign_in_parameters(rows: &[&SignIn]) -> Parameters {
    params![
        column(rows, |s| s.id.0),
        column(rows, |s| s.account_id.0),
        column(rows, |s| s.hash.to_vec()),
        column(rows, |s| s.complete),
        column(rows, |s| s.address.clone()),
        column(rows, |s| s.agent.clone()),
        column(rows, |s| i64::from(s.refused)),
        column(rows, |s| stored(s.started_at)),
        column(rows, |s| stored(s.seen_at)),
        column(rows, |s| stored(s.expires_at)),
        column(rows, |s| stored(s.confirmed_at)),
        column(rows, |s| s.viewing.map(|(customer, _)| customer.0)),
        column(rows, |s| s.viewing.map(|(_, until)| stored(until))),
        column(rows, |s| ended_at(s.ended)),
        column(rows, |s| end_code(s.ended)),
    ]
}

pub(crate) const WRITE_LINKS: &str = "INSERT INTO links (id, kind, account, created_at, used_at) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS BIGINT[]), CAST($3 AS UUID[]), CAST($4 AS BIGINT[]), \
         CAST($5 AS BIGINT[])) \
     ON CONFLICT (id) DO UPDATE SET used_at = excluded.used_at";

pub(crate) fn link_parameters(rows: &[&Link]) -> Parameters {
    params![
        column(rows, |l| l.id.0),
        column(rows, |l| l.kind.code()),
        column(rows, |l| l.account_id.map(|id| id.0)),
        column(rows, |l| stored(l.created_at)),
        column(rows, |l| micros(l.used_at)),
    ]
}

pub(crate) const WRITE_MAILS: &str = "INSERT INTO mails (id, kind, account, link_id, created_at, tries, next_at, \
     sent_at) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS BIGINT[]), CAST($3 AS UUID[]), CAST($4 AS UUID[]), \
         CAST($5 AS BIGINT[]), CAST($6 AS BIGINT[]), CAST($7 AS BIGINT[]), CAST($8 AS BIGINT[])) \
     ON CONFLICT (id) DO UPDATE SET tries = excluded.tries, next_at = excluded.next_at, sent_at = excluded.sent_at";

pub(crate) fn mail_parameters(rows: &[&Mail]) -> Parameters {
    params![
        column(rows, |m| m.id.0),
        column(rows, |m| m.kind.code()),
        column(rows, |m| m.account_id.0),
        column(rows, |m| m.link_id.map(|id| id.0)),
        column(rows, |m| stored(m.created_at)),
        column(rows, |m| i64::from(m.tries)),
        column(rows, |m| micros(m.next_at)),
        column(rows, |m| micros(m.sent_at)),
    ]
}
