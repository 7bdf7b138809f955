//! What visitors asked for.

use rusqlite::{Connection, Result, Row, params};
use seatkeeper_domain::account::Delivery;
use seatkeeper_domain::ask::{Ask, mailbox};
use seatkeeper_store::code::{Code, micros, stored};
use serde_json::json;

use crate::row::{Columns, run};

macro_rules! asks {
    ($rest:literal) => {
        concat!(
            "SELECT k.id, k.wanted, p.id, k.email, k.name, k.company, k.why, k.asked_at, k.confirmed_at, k.answer, \
             k.mail_tries, k.mail_next_at, k.mail_sent_at FROM asks k JOIN products p ON p.n = k.product ",
            $rest
        )
    };
}
pub(crate) use asks;

pub(crate) fn ask(row: &Row<'_>) -> Result<Ask> {
    let mut columns = Columns::of(row);
    Ok(Ask {
        id: columns.id()?,
        wanted: columns.code()?,
        product_id: columns.id()?,
        email: columns.get()?,
        name: columns.get()?,
        company: columns.get()?,
        why: columns.get()?,
        asked_at: columns.at()?,
        confirmed_at: columns.maybe_at()?,
        answer: columns.json()?,
        mail: Delivery { tries: columns.get()?, next_at: columns.maybe_at()?, sent_at: columns.maybe_at()? },
    })
}

pub(crate) fn write(conn: &Connection, ask: &Ask) -> Result<usize> {
    let license = ask.made().map(|made| made.license_id);
    run(
        conn,
        "INSERT INTO asks (id, mailbox, product, wanted, email, name, company, why, asked_at, confirmed_at,
             answered_at, answer, license, mail_tries, mail_next_at, mail_sent_at)
         VALUES (?1, ?2, (SELECT n FROM products WHERE id = ?3), ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,
             ?16)
         ON CONFLICT (id) DO UPDATE SET email = excluded.email, name = excluded.name, company = excluded.company,
             why = excluded.why, asked_at = excluded.asked_at, confirmed_at = excluded.confirmed_at,
             answered_at = excluded.answered_at, answer = excluded.answer, license = excluded.license,
             mail_tries = excluded.mail_tries, mail_next_at = excluded.mail_next_at,
             mail_sent_at = excluded.mail_sent_at",
        params![
            ask.id.0.as_bytes(),
            mailbox(&ask.email),
            ask.product_id.0.as_bytes(),
            ask.wanted.code(),
            &ask.email,
            &ask.name,
            &ask.company,
            &ask.why,
            stored(ask.asked_at),
            micros(ask.confirmed_at),
            micros(ask.answer.as_ref().map(|answer| answer.at)),
            json!(ask.answer).to_string(),
            license.as_ref().map(|id| id.0.as_bytes()),
            ask.mail.tries,
            micros(ask.mail.next_at),
            micros(ask.mail.sent_at),
        ],
    )
}
