//! Accounts, sign-ins, links and mails.

use rusqlite::{Connection, Result, Row, params};
use seatkeeper_domain::account::{Account, Link, Mail, SecondFactor, SignIn};
use seatkeeper_domain::holder::fold;
use seatkeeper_store::code::{Code, end_code, ended_at, micros, stored};

use crate::row::{Columns, run};

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
        "s.id, a.id, s.hash, s.complete, s.address, s.agent, s.refused, s.started_at, s.seen_at, s.expires_at, \
         s.confirmed_at, s.viewing, s.viewing_until, s.ended_at, s.end_reason"
    };
}
pub(crate) use sign_in_columns;

macro_rules! sign_ins {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            $crate::rows::account::sign_in_columns!(),
            " FROM sign_ins s JOIN accounts a ON a.n = s.account ",
            $rest
        )
    };
}
pub(crate) use sign_ins;

/// A sign-in with its account.
pub(crate) const WITH_ACCOUNT: &str = concat!(
    "SELECT ",
    sign_in_columns!(),
    ", ",
    account_columns!(),
    " FROM sign_ins s JOIN accounts a ON a.n = s.account WHERE s.id = ?1"
);

macro_rules! links {
    ($rest:literal) => {
        concat!(
            "SELECT l.id, l.kind, a.id, l.created_at, l.used_at FROM links l LEFT JOIN accounts a ON a.n = l.account ",
            $rest
        )
    };
}
pub(crate) use links;

macro_rules! mails {
    ($rest:literal) => {
        concat!(
            "SELECT m.id, m.kind, a.id, m.link_id, m.created_at, m.tries, m.next_at, m.sent_at \
             FROM mails m JOIN accounts a ON a.n = m.account ",
            $rest
        )
    };
}
pub(crate) use mails;

pub(crate) fn account(row: &Row<'_>) -> Result<Account> {
    account_of(&mut Columns::of(row))
}

fn account_of(columns: &mut Columns<'_, '_>) -> Result<Account> {
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
        refused: columns.get()?,
        disabled_at: columns.maybe_at()?,
        created_at: columns.at()?,
        revision: columns.u64()?,
    })
}

/// Four columns; none where nothing is sealed. The recovery codes' hashes stand one after another.
fn factor(columns: &mut Columns<'_, '_>) -> Result<Option<SecondFactor>> {
    let sealed: Option<Vec<u8>> = columns.get()?;
    let (confirmed_at, last_step) = (columns.maybe_at()?, columns.u64()?);
    let hashes: Vec<u8> = columns.get()?;
    let (recovery, []) = hashes.as_chunks::<32>() else { return Err(columns.wrong("hashes of another length")) };
    Ok(sealed.map(|sealed| SecondFactor { sealed, confirmed_at, last_step, recovery: recovery.to_vec() }))
}

pub(crate) fn sign_in(row: &Row<'_>) -> Result<SignIn> {
    sign_in_of(&mut Columns::of(row))
}

fn sign_in_of(columns: &mut Columns<'_, '_>) -> Result<SignIn> {
    Ok(SignIn {
        id: columns.id()?,
        account_id: columns.id()?,
        hash: columns.get()?,
        complete: columns.get()?,
        address: columns.get()?,
        agent: columns.get()?,
        refused: columns.get()?,
        started_at: columns.at()?,
        seen_at: columns.at()?,
        expires_at: columns.at()?,
        confirmed_at: columns.at()?,
        viewing: columns.maybe_id()?.zip(columns.maybe_at()?),
        ended: columns.end()?,
    })
}

pub(crate) fn with_account(row: &Row<'_>) -> Result<(SignIn, Account)> {
    let mut columns = Columns::of(row);
    Ok((sign_in_of(&mut columns)?, account_of(&mut columns)?))
}

pub(crate) fn link(row: &Row<'_>) -> Result<Link> {
    let mut columns = Columns::of(row);
    Ok(Link {
        id: columns.id()?,
        kind: columns.code()?,
        account_id: columns.maybe_id()?,
        created_at: columns.at()?,
        used_at: columns.maybe_at()?,
    })
}

pub(crate) fn mail(row: &Row<'_>) -> Result<Mail> {
    let mut columns = Columns::of(row);
    Ok(Mail {
        id: columns.id()?,
        kind: columns.code()?,
        account_id: columns.id()?,
        link_id: columns.maybe_id()?,
        created_at: columns.at()?,
        tries: columns.get()?,
        next_at: columns.maybe_at()?,
        sent_at: columns.maybe_at()?,
    })
}

pub(crate) fn write(conn: &Connection, account: &Account) -> Result<usize> {
    let factor = account.second_factor.as_ref();
    run(
        conn,
        "INSERT INTO accounts (id, customer_id, email, email_folded, name, role, password, password_at, factor_sealed,
             factor_confirmed_at, factor_step, factor_recovery, time_zone, refused, disabled_at, created_at, revision)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
         ON CONFLICT (id) DO UPDATE SET email = excluded.email, email_folded = excluded.email_folded,
             name = excluded.name, role = excluded.role, password = excluded.password,
             password_at = excluded.password_at, factor_sealed = excluded.factor_sealed,
             factor_confirmed_at = excluded.factor_confirmed_at, factor_step = excluded.factor_step,
             factor_recovery = excluded.factor_recovery, time_zone = excluded.time_zone, refused = excluded.refused,
             disabled_at = excluded.disabled_at, revision = excluded.revision",
        params![
            account.id.0.as_bytes(),
            account.customer_id.as_ref().map(|id| id.0.as_bytes()),
            &account.email,
            fold(&account.email),
            &account.name,
            account.role.code(),
            &account.password,
            micros(account.password_at),
            factor.map(|factor| &factor.sealed),
            micros(factor.and_then(|factor| factor.confirmed_at)),
            factor.map_or(0, |factor| factor.last_step).cast_signed(),
            factor.map(|factor| factor.recovery.concat()).unwrap_or_default(),
            &account.time_zone,
            account.refused,
            micros(account.disabled_at),
            stored(account.created_at),
            account.revision.cast_signed(),
        ],
    )
}

pub(crate) fn write_sign_in(conn: &Connection, sign_in: &SignIn) -> Result<usize> {
    run(
        conn,
        "INSERT INTO sign_ins (id, account, hash, complete, address, agent, refused, started_at, seen_at, expires_at,
             confirmed_at, viewing, viewing_until, ended_at, end_reason)
         VALUES (?1, (SELECT n FROM accounts WHERE id = ?2), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
         ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, complete = excluded.complete, refused = excluded.refused,
             seen_at = excluded.seen_at, expires_at = excluded.expires_at, confirmed_at = excluded.confirmed_at,
             viewing = excluded.viewing, viewing_until = excluded.viewing_until, ended_at = excluded.ended_at,
             end_reason = excluded.end_reason",
        params![
            sign_in.id.0.as_bytes(),
            sign_in.account_id.0.as_bytes(),
            sign_in.hash,
            sign_in.complete,
            &sign_in.address,
            &sign_in.agent,
            sign_in.refused,
            stored(sign_in.started_at),
            stored(sign_in.seen_at),
            stored(sign_in.expires_at),
            stored(sign_in.confirmed_at),
            sign_in.viewing.as_ref().map(|(customer, _)| customer.0.as_bytes()),
            sign_in.viewing.map(|(_, until)| stored(until)),
            ended_at(sign_in.ended),
            end_code(sign_in.ended),
        ],
    )
}

pub(crate) fn write_link(conn: &Connection, link: &Link) -> Result<usize> {
    run(
        conn,
        "INSERT INTO links (id, kind, account, created_at, used_at)
         VALUES (?1, ?2, (SELECT n FROM accounts WHERE id = ?3), ?4, ?5)
         ON CONFLICT (id) DO UPDATE SET used_at = excluded.used_at",
        (
            link.id.0.as_bytes(),
            link.kind.code(),
            link.account_id.as_ref().map(|id| id.0.as_bytes()),
            stored(link.created_at),
            micros(link.used_at),
        ),
    )
}

pub(crate) fn write_mail(conn: &Connection, mail: &Mail) -> Result<usize> {
    run(
        conn,
        "INSERT INTO mails (id, kind, account, link_id, created_at, tries, next_at, sent_at)
         VALUES (?1, ?2, (SELECT n FROM accounts WHERE id = ?3), ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (id) DO UPDATE SET tries = excluded.tries, next_at = excluded.next_at, sent_at = excluded.sent_at",
        (
            mail.id.0.as_bytes(),
            mail.kind.code(),
            mail.account_id.0.as_bytes(),
            mail.link_id.as_ref().map(|id| id.0.as_bytes()),
            stored(mail.created_at),
            mail.tries,
            micros(mail.next_at),
            micros(mail.sent_at),
        ),
    )
}
