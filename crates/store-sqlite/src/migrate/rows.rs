//! Rows of every kind, page by page in the order of their keys, and written one by one.

use rusqlite::{Connection, Result, Row};
use seatkeeper_store::migrate::{Kind, Record};

use crate::row::{all, one};
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

/// Rows of a kind after one of them.
pub(super) fn page(conn: &Connection, kind: Kind, after: Option<&Record>, limit: u32) -> Result<Vec<Record>> {
    let page = Page { conn, after, limit };
    match kind {
        Kind::Product => page.by_id(products!("WHERE p.id > ?1 ORDER BY p.id LIMIT ?2"), |row| {
            catalogue::product(row).map(Record::Product)
        }),
        Kind::Customer => page.by_id(customers!("WHERE c.id > ?1 ORDER BY c.id LIMIT ?2"), |row| {
            catalogue::customer(row).map(Record::Customer)
        }),
        Kind::License => page.by_id(licenses!("WHERE l.id > ?1 ORDER BY l.id LIMIT ?2"), |row| {
            license::license(row).map(|(license, counters)| Record::License(Box::new(license), counters))
        }),
        Kind::Key => page.by_id(keys!("WHERE k.id > ?1 ORDER BY k.id LIMIT ?2"), |row| key::key(row).map(Record::Key)),
        Kind::Activation => page.by_id(activations!("WHERE a.id > ?1 ORDER BY a.id LIMIT ?2"), |row| {
            activation::activation(row).map(Record::Activation)
        }),
        Kind::Installation => {
            let sql = installations!("WHERE (a.id, i.id) > (?1, ?2) ORDER BY a.id, i.id LIMIT ?3");
            let (first, second) = page.ids();
            all(conn, sql, (first, second, limit), |row| activation::installation(row).map(Record::Installation))
        }
        Kind::Session => page.by_id(sessions!("WHERE s.id > ?1 ORDER BY s.id LIMIT ?2"), |row| {
            session::session(row).map(Record::Session)
        }),
        Kind::Checkout => page.by_id(checkouts!("WHERE o.id > ?1 ORDER BY o.id LIMIT ?2"), |row| {
            session::checkout(row).map(Record::Checkout)
        }),
        Kind::Block => {
            page.by_id(blocks!("WHERE b.id > ?1 ORDER BY b.id LIMIT ?2"), |row| block::block(row).map(Record::Block))
        }
        Kind::Denial => page
            .by_id(denials!("WHERE d.id > ?1 ORDER BY d.id LIMIT ?2"), |row| denial::denial(row).map(Record::Denial)),
        Kind::Token => {
            page.by_id(tokens!("WHERE t.id > ?1 ORDER BY t.id LIMIT ?2"), |row| token::token(row).map(Record::Token))
        }
        Kind::SigningKey => {
            let sql = "SELECT id, kid, public, sealed, certificate, stage, created_at, retired_at FROM signing_keys
                WHERE id > ?1 ORDER BY id LIMIT ?2";
            page.by_id(sql, |row| token::signing_key(row).map(Record::SigningKey))
        }
        Kind::Answered => {
            let sql = "SELECT token_id, key, request, answer, sealed, at FROM answered
                WHERE (token_id, key) > (?1, ?2) ORDER BY token_id, key LIMIT ?3";
            all(conn, sql, (page.ids().0, page.text(), limit), |row| token::answered(row).map(Record::Answered))
        }
        Kind::Attempts => {
            let sql = "SELECT address, failures, since FROM attempts WHERE address > ?1 ORDER BY address LIMIT ?2";
            all(conn, sql, (page.text(), limit), |row| token::attempts(row).map(Record::Attempts))
        }
        Kind::Account => page.by_id(accounts!("WHERE a.id > ?1 ORDER BY a.id LIMIT ?2"), |row| {
            account::account(row).map(Record::Account)
        }),
        Kind::SignIn => page.by_id(sign_ins!("WHERE s.id > ?1 ORDER BY s.id LIMIT ?2"), |row| {
            account::sign_in(row).map(Record::SignIn)
        }),
        Kind::Link => {
            page.by_id(links!("WHERE l.id > ?1 ORDER BY l.id LIMIT ?2"), |row| account::link(row).map(Record::Link))
        }
        Kind::Mail => {
            page.by_id(mails!("WHERE m.id > ?1 ORDER BY m.id LIMIT ?2"), |row| account::mail(row).map(Record::Mail))
        }
        Kind::Ask => page.by_id(asks!("WHERE k.id > ?1 ORDER BY k.id LIMIT ?2"), |row| ask::ask(row).map(Record::Ask)),
    }
}

/// Where a page begins, and how long it is.
struct Page<'a> {
    conn: &'a Connection,
    after: Option<&'a Record>,
    limit: u32,
}

impl Page<'_> {
    /// A page of a kind whose key is one id.
    fn by_id(&self, sql: &str, read: fn(&Row<'_>) -> Result<Record>) -> Result<Vec<Record>> {
        all(self.conn, sql, (self.ids().0, self.limit), read)
    }

    /// The ids that it follows; bytes of no length, which are before every id, at the start.
    fn ids(&self) -> (Vec<u8>, Vec<u8>) {
        let ids = self.after.map(|record| record.ids());
        ids.map(|(first, second)| (first.as_bytes().to_vec(), second.as_bytes().to_vec())).unwrap_or_default()
    }

    fn text(&self) -> &str {
        self.after.map_or("", |record| record.text())
    }
}

pub(super) fn write(conn: &Connection, record: &Record) -> Result<()> {
    let written = match record {
        Record::Product(row) => catalogue::write_product(conn, row),
        Record::Customer(row) => catalogue::write_customer(conn, row),
        Record::License(row, counters) => {
            license::write(conn, row)?;
            license::write_counters(conn, row.id, counters)
        }
        Record::Key(row) => key::write(conn, row),
        Record::Activation(row) => activation::write(conn, row),
        Record::Installation(row) => activation::write_installation(conn, row),
        Record::Session(row) => session::write(conn, row),
        Record::Checkout(row) => {
            let sql = sessions!("WHERE s.id = ?1");
            let session = one(conn, sql, (row.session_id.0.as_bytes(),), session::session)?;
            session::write_checkout(conn, row, &session.ok_or(rusqlite::Error::QueryReturnedNoRows)?)
        }
        Record::Block(row) => block::write(conn, row),
        Record::Denial(row) => denial::write(conn, row),
        Record::Token(row) => token::write(conn, row),
        Record::SigningKey(row) => token::write_signing_key(conn, row),
        Record::Answered(row) => token::write_answered(conn, row),
        Record::Attempts(row) => token::write_attempts(conn, row),
        Record::Account(row) => account::write(conn, row),
        Record::SignIn(row) => account::write_sign_in(conn, row),
        Record::Link(row) => account::write_link(conn, row),
        Record::Mail(row) => account::write_mail(conn, row),
        Record::Ask(row) => ask::write(conn, row),
    };
    written.map(drop)
}
