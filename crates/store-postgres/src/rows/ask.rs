//! What visitors asked for.

use seatkeeper_domain::account::Delivery;
use seatkeeper_domain::ask::{Ask, mailbox};
use seatkeeper_store::code::{Code, micros, stored};
use serde_json::json;
use tokio_postgres::Row;

use super::column;
use crate::link::{Parameters, params};
use crate::row::{Columns, Result};

macro_rules! asks {
    ($rest:literal) => {
        concat!(
            "SELECT k.id, k.wanted, k.product, k.email, k.name, k.company, k.why, k.asked_at, k.confirmed_at, k.answer, \
             k.mail_tries, k.mail_next_at, k.mail_sent_at FROM asks k ",
            $rest
        )
    };
}
pub(crate) use asks;

pub(crate) fn ask(row: &Row) -> Result<Ask> {
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
        mail: Delivery { tries: columns.count()?, next_at: columns.maybe_at()?, sent_at: columns.maybe_at()? },
    })
}

pub(crate) const WRITE: &str = "INSERT INTO asks (id, mailbox, product, wanted, email, name, company, why, asked_at, \
     confirmed_at, answered_at, answer, license, mail_tries, mail_next_at, mail_sent_at) \
     SELECT * FROM unnest(CAST($1 AS UUID[]), CAST($2 AS TEXT[]), CAST($3 AS UUID[]), CAST($4 AS BIGINT[]), \
         CAST($5 AS TEXT[]), CAST($6 AS TEXT[]), CAST($7 AS TEXT[]), CAST($8 AS TEXT[]), CAST($9 AS BIGINT[]), \
         CAST($10 AS BIGINT[]), CAST($11 AS BIGINT[]), CAST($12 AS TEXT[]), CAST($13 AS UUID[]), \
         CAST($14 AS BIGINT[]), CAST($15 AS BIGINT[]), CAST($16 AS BIGINT[])) \
     ON CONFLICT (id) DO UPDATE SET email = excluded.email, name = excluded.name, company = excluded.company, \
         why = excluded.why, asked_at = excluded.asked_at, confirmed_at = excluded.confirmed_at, \
         answered_at = excluded.answered_at, answer = excluded.answer, license = excluded.license, \
         mail_tries = excluded.mail_tries, mail_next_at = excluded.mail_next_at, mail_sent_at = excluded.mail_sent_at";

pub(crate) fn parameters(rows: &[&Ask]) -> Parameters {
    params![
        column(rows, |k| k.id.0),
        column(rows, |k| mailbox(&k.email)),
        column(rows, |k| k.product_id.0),
        column(rows, |k| k.wanted.code()),
        column(rows, |k| k.email.clone()),
        column(rows, |k| k.name.clone()),
        column(rows, |k| k.company.clone()),
        column(rows, |k| k.why.clone()),
        column(rows, |k| stored(k.asked_at)),
        column(rows, |k| micros(k.confirmed_at)),
        column(rows, |k| micros(k.answer.as_ref().map(|answer| answer.at))),
        column(rows, |k| json!(k.answer).to_string()),
        column(rows, |k| k.made().map(|made| made.license_id.0)),
        column(rows, |k| i64::from(k.mail.tries)),
        column(rows, |k| micros(k.mail.next_at)),
        column(rows, |k| micros(k.mail.sent_at)),
    ]
}
