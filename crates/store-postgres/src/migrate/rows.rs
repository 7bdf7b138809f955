//! Rows of every kind, page by page in the order of their keys, and written an array a column.

use seatkeeper_store::migrate::{Kind, Record};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::link::{Parameters, params};
use crate::pool::Transaction;
use crate::row::Result;
use crate::rows::account::{self, accounts, links, mails, sign_ins};
use crate::rows::activation::{self, activations, installations};
use crate::rows::ask::{self, asks};
use crate::rows::block::{self, blocks};
use crate::rows::catalogue::{self, customers, products};
use crate::rows::denial::{self, denials};
use crate::rows::key::{self, keys};
use crate::rows::license::{self, licenses};
use crate::rows::session::{self, checkouts, sessions};
use crate::rows::token::{self, tokens};

/// Rows of a kind after one of them. Texts go by their bytes, whatever the database's own order.
pub(super) fn page(at: &Transaction, kind: Kind, after: Option<&Record>, limit: u32) -> Result<Vec<Record>> {
    // The nil id is before every other, and no row's.
    let (id, second) = after.map_or((Uuid::nil(), Uuid::nil()), Record::ids);
    let text = after.map_or("", Record::text).to_owned();
    let limit = i64::from(limit);
    let by_id = |sql: &str, read: fn(&Row) -> Result<Record>| at.all(sql, params![id, limit], read);
    match kind {
        Kind::Product => by_id(products!("WHERE p.id > $1 ORDER BY p.id LIMIT $2"), |row| {
            catalogue::product(row).map(Record::Product)
        }),
        Kind::Customer => by_id(customers!("WHERE c.id > $1 ORDER BY c.id LIMIT $2"), |row| {
            catalogue::customer(row).map(Record::Customer)
        }),
        Kind::License => by_id(licenses!("WHERE l.id > $1 ORDER BY l.id LIMIT $2"), |row| {
            license::license(row).map(|(license, counters)| Record::License(Box::new(license), counters))
        }),
        Kind::Key => by_id(keys!("WHERE k.id > $1 ORDER BY k.id LIMIT $2"), |row| key::key(row).map(Record::Key)),
        Kind::Activation => by_id(activations!("WHERE a.id > $1 ORDER BY a.id LIMIT $2"), |row| {
            activation::activation(row).map(Record::Activation)
        }),
        Kind::Installation => {
            let sql = installations!("WHERE (i.activation, i.id) > ($1, $2) ORDER BY i.activation, i.id LIMIT $3");
            at.all(sql, params![id, second, limit], |row| activation::installation(row).map(Record::Installation))
        }
        Kind::Session => {
            by_id(sessions!("WHERE s.id > $1 ORDER BY s.id LIMIT $2"), |row| session::session(row).map(Record::Session))
        }
        Kind::Checkout => by_id(checkouts!("WHERE o.id > $1 ORDER BY o.id LIMIT $2"), |row| {
            session::checkout(row).map(Record::Checkout)
        }),
        Kind::Block => {
            by_id(blocks!("WHERE b.id > $1 ORDER BY b.id LIMIT $2"), |row| block::block(row).map(Record::Block))
        }
        Kind::Denial => {
            by_id(denials!("WHERE d.id > $1 ORDER BY d.id LIMIT $2"), |row| denial::denial(row).map(Record::Denial))
        }
        Kind::Token => {
            by_id(tokens!("WHERE t.id > $1 ORDER BY t.id LIMIT $2"), |row| token::token(row).map(Record::Token))
        }
        Kind::SigningKey => {
            let sql = "SELECT id, kid, public, sealed, certificate, stage, created_at, retired_at FROM signing_keys \
                 WHERE id > $1 ORDER BY id LIMIT $2";
            by_id(sql, |row| token::signing_key(row).map(Record::SigningKey))
        }
        Kind::Answered => {
            let sql = "SELECT token_id, key, request, answer, sealed, at FROM answered \
                 WHERE (token_id, key COLLATE \"C\") > ($1, $2) ORDER BY token_id, key COLLATE \"C\" LIMIT $3";
            at.all(sql, params![id, text, limit], |row| token::answered(row).map(Record::Answered))
        }
        Kind::Attempts => {
            let sql = "SELECT address, failures, since FROM attempts \
                 WHERE address COLLATE \"C\" > $1 ORDER BY address COLLATE \"C\" LIMIT $2";
            at.all(sql, params![text, limit], |row| token::attempts(row).map(Record::Attempts))
        }
        Kind::Account => {
            by_id(accounts!("WHERE a.id > $1 ORDER BY a.id LIMIT $2"), |row| account::account(row).map(Record::Account))
        }
        Kind::SignIn => {
            by_id(sign_ins!("WHERE s.id > $1 ORDER BY s.id LIMIT $2"), |row| account::sign_in(row).map(Record::SignIn))
        }
        Kind::Link => {
            by_id(links!("WHERE l.id > $1 ORDER BY l.id LIMIT $2"), |row| account::link(row).map(Record::Link))
        }
        Kind::Mail => {
            by_id(mails!("WHERE m.id > $1 ORDER BY m.id LIMIT $2"), |row| account::mail(row).map(Record::Mail))
        }
        Kind::Ask => by_id(asks!("WHERE k.id > $1 ORDER BY k.id LIMIT $2"), |row| ask::ask(row).map(Record::Ask)),
    }
}

/// Adds rows, all of one kind.
pub(super) fn write(at: &Transaction, records: &[Record]) -> Result<()> {
    let Some(first) = records.first() else { return Ok(()) };
    /// The rows of a kind, if the first is of it.
    macro_rules! rows {
        ($kind:ident) => {
            records
                .iter()
                .filter_map(|record| if let Record::$kind(row) = record { Some(row) } else { None })
                .collect::<Vec<_>>()
        };
    }
    let one = |sql: &str, parameters: Parameters| at.rows(sql, parameters).map(drop);
    match first {
        Record::Product(_) => one(catalogue::WRITE_PRODUCTS, catalogue::product_parameters(&rows!(Product))),
        Record::Customer(_) => one(catalogue::WRITE_CUSTOMERS, catalogue::customer_parameters(&rows!(Customer))),
        Record::License(..) => licenses(at, records),
        Record::Key(_) => one(key::WRITE, key::parameters(&rows!(Key))),
        Record::Activation(_) => {
            let devices = rows!(Activation);
            one(activation::WRITE, activation::parameters(&devices))?;
            one(activation::WRITE_HASHES, activation::hash_parameters(&devices))?;
            one(activation::WRITE_TRIED, activation::hash_parameters(&devices))
        }
        Record::Installation(_) => {
            one(activation::WRITE_INSTALLATIONS, activation::installation_parameters(&rows!(Installation)))
        }
        Record::Session(_) => one(session::WRITE, session::parameters(&rows!(Session))),
        Record::Checkout(_) => one(session::WRITE_CHECKOUTS, session::checkout_parameters(&rows!(Checkout))),
        Record::Block(_) => one(block::WRITE, block::parameters(&rows!(Block))),
        Record::Denial(_) => {
            let denials = rows!(Denial);
            one(denial::WRITE, denial::parameters(&denials))?;
            one(denial::WRITE_TRIES, denial::try_parameters(&denials))
        }
        Record::Token(_) => one(token::WRITE_TOKENS, token::token_parameters(&rows!(Token))),
        Record::SigningKey(_) => one(token::WRITE_SIGNING_KEYS, token::signing_key_parameters(&rows!(SigningKey))),
        Record::Answered(_) => one(token::WRITE_ANSWERED, token::answered_parameters(&rows!(Answered))),
        Record::Attempts(_) => one(token::WRITE_ATTEMPTS, token::attempts_parameters(&rows!(Attempts))),
        Record::Account(_) => one(account::WRITE, account::parameters(&rows!(Account))),
        Record::SignIn(_) => one(account::WRITE_SIGN_INS, account::sign_in_parameters(&rows!(SignIn))),
        Record::Link(_) => one(account::WRITE_LINKS, account::link_parameters(&rows!(Link))),
        Record::Mail(_) => one(account::WRITE_MAILS, account::mail_parameters(&rows!(Mail))),
        Record::Ask(_) => one(ask::WRITE, ask::parameters(&rows!(Ask))),
    }
}

fn licenses(at: &Transaction, records: &[Record]) -> Result<()> {
    let (mut sold, mut counted) = (Vec::new(), Vec::new());
    for record in records {
        if let Record::License(license, counters) = record {
            sold.push(license.as_ref());
            counted.push((license.id, *counters));
        }
    }
    at.rows(license::WRITE, license::parameters(&sold))?;
    at.rows(license::WRITE_COUNTERS, license::counters_parameters(&counted.iter().collect::<Vec<_>>())).map(drop)
}
