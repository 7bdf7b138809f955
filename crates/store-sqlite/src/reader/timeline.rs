//! What happened with one device or one person at work. Each kind of moment is read along an index of its own, so many at
//! most: what a page costs does not grow with the history.

use rusqlite::types::Value;
use rusqlite::{Connection, Result, params};
use seatkeeper_domain::id::CustomerId;
use seatkeeper_store::StoreError;
use seatkeeper_store::read::timeline::{
    About, MENTIONED_MOST, Moment, Place, Subject, Timeline, TimelineFilter, TimelineReader, UserFound, Window,
    timeline,
};
use seatkeeper_store::read::{EventRow, Scope};
use uuid::Uuid;

use super::SqliteReader;
use super::license::activation;
use super::record::one_of;
use super::scoped::{Table, bytes};
use super::session::with_times;
use crate::row::{Columns, all, one};
use crate::rows::denial::{self, denials};
use crate::rows::event::{self, LANE, events};
use crate::rows::session::{self, sessions};

const LICENSES: Table = Table { select: "SELECT l.n FROM licenses l", customer: "l.customer", id: "l.id" };

/// Sessions of one owner, `$of` being whose and `$ended` whether they are over.
macro_rules! newest_sessions {
    ($of:literal, $ended:literal) => {
        sessions!(concat!(
            "WHERE ",
            $of,
            " AND s.ended_at IS ",
            $ended,
            " AND (s.started_at, s.id) < (?3, ?4) AND s.started_at >= ?5 \
             ORDER BY s.started_at DESC, s.id DESC LIMIT ?6"
        ))
    };
}

/// Refusals likewise.
macro_rules! newest_denials {
    ($of:literal) => {
        denials!(concat!(
            "WHERE ",
            $of,
            " AND (d.first_at, d.id) < (?3, ?4) AND d.first_at >= ?5 ORDER BY d.first_at DESC, d.id DESC LIMIT ?6"
        ))
    };
}

/// A row's owner: a device, whose second value is nothing; or a licence and a name.
struct Statements {
    live: &'static str,
    over: &'static str,
    refused: &'static str,
}

const OF_DEVICE: Statements = Statements {
    live: newest_sessions!("s.activation = ?1 AND ?2 IS NULL", "NULL"),
    over: newest_sessions!("s.activation = ?1 AND ?2 IS NULL", "NOT NULL"),
    refused: newest_denials!("d.activation = ?1 AND ?2 IS NULL"),
};

const OF_USER: Statements = Statements {
    live: newest_sessions!("s.license = ?1 AND s.user_folded = ?2", "NULL"),
    over: newest_sessions!("s.license = ?1 AND s.user_folded = ?2", "NOT NULL"),
    refused: newest_denials!("d.license = ?1 AND d.user_folded = ?2"),
};

type Read<T> = std::result::Result<T, StoreError>;

impl TimelineReader for SqliteReader {
    fn timeline(
        &self,
        scope: Scope,
        subject: &Subject,
        filter: &TimelineFilter,
        before: Option<Place>,
        limit: u32,
    ) -> Read<Timeline> {
        self.pool.read(|conn| {
            let owner = Owner::of(conn, scope, subject)?;
            timeline(filter, before, limit, |about, window| owner.moments(conn, about, window))
        })
    }

    fn mentioning(&self, scope: Scope, about: &[Uuid]) -> Read<Vec<EventRow>> {
        self.pool.read(|conn| {
            let mut found = mentioning(conn, about, &Window::newest(MENTIONED_MOST))?;
            let mut seen = Vec::new();
            for row in found.drain(..) {
                if one_of(conn, scope, row.event.stream)?.is_some() {
                    seen.push(row);
                }
            }
            Ok(seen)
        })
    }

    fn users_called(&self, scope: Scope, user: &str, limit: u32) -> Read<Vec<UserFound>> {
        self.pool.read(|conn| match scope {
            Scope::Vendor => called(conn, user, limit),
            Scope::Customer(id) => Ok(called_at(conn, id, user)?.into_iter().collect()),
        })
    }
}

/// Whose moments are read, by numbers in this file.
struct Owner<'a> {
    statements: Statements,
    /// A device; or licences, each with the name.
    of: Vec<(i64, Option<&'a str>)>,
    /// What events tell of that belong to it.
    told: Vec<Uuid>,
}

impl<'a> Owner<'a> {
    /// Owns nothing where it does not exist in `scope`.
    fn of(conn: &Connection, scope: Scope, subject: &'a Subject) -> Result<Self> {
        match subject {
            Subject::Device(id) => {
                let there = activation(conn, scope, *id)?.is_some();
                let sql = "SELECT n FROM activations WHERE id = ?1";
                let number = one(conn, sql, (id.0.as_bytes(),), |row| row.get(0))?.filter(|_| there);
                let told = there.then_some(id.0).into_iter().collect();
                Ok(Self { statements: OF_DEVICE, of: number.map(|n| (n, None)).into_iter().collect(), told })
            }
            Subject::User(customer, user) => {
                let own = LICENSES.within(scope);
                let own = own.with("l.customer = (SELECT n FROM customers WHERE id = ?)", bytes(customer.0));
                let of: Vec<(i64, Option<&str>)> = own
                    .all(conn, |row| row.get(0))?
                    .into_iter()
                    .map(|license| (license, Some(user.as_str())))
                    .collect();
                let mut told = Vec::new();
                for (license, user) in &of {
                    let sql = "SELECT id FROM blocks WHERE license = ?1 AND user_folded = ?2";
                    told.extend(all(conn, sql, (license, user), |row| Columns::of(row).id::<Uuid>())?);
                }
                Ok(Self { statements: OF_USER, of, told })
            }
        }
    }

    fn moments(&self, conn: &Connection, about: About, window: &Window) -> Result<Vec<Moment>> {
        let mut found = Vec::new();
        match about {
            About::Changes => found.extend(mentioning(conn, &self.told, window)?.into_iter().map(Moment::Change)),
            About::Sessions => {
                for sql in [self.statements.live, self.statements.over] {
                    for (n, session) in self.rows(conn, sql, window, session::numbered)? {
                        found.push(Moment::Session(with_times(conn, n, session)?));
                    }
                }
            }
            About::Refusals => {
                let refused = self.rows(conn, self.statements.refused, window, denial::denial)?;
                found.extend(refused.into_iter().map(Moment::Refusal));
            }
        }
        Ok(found)
    }

    fn rows<T>(
        &self,
        conn: &Connection,
        sql: &str,
        window: &Window,
        read: fn(&rusqlite::Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut found = Vec::new();
        for (number, user) in &self.of {
            let params = params![number, user, window.at, window.id.as_bytes(), window.since, window.most];
            found.extend(all(conn, sql, params, read)?);
        }
        Ok(found)
    }
}

/// Events that tell of one of these, newest first, so many of each.
fn mentioning(conn: &Connection, about: &[Uuid], window: &Window) -> Result<Vec<EventRow>> {
    let (lane, number) = window.event();
    let number = match lane.cmp(&i64::from(LANE)) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Equal => number,
        std::cmp::Ordering::Greater => i64::MAX,
    };
    let sql = "SELECT number FROM mentions WHERE about = ?1 AND (at, number) < (?2, ?3) AND at >= ?4
        ORDER BY at DESC, number DESC LIMIT ?5";
    let mut numbers: Vec<i64> = Vec::new();
    for id in about {
        let params = (id.as_bytes(), window.at, number, window.since, window.most);
        numbers.extend(all(conn, sql, params, |row| row.get::<_, i64>(0))?);
    }
    numbers.sort_unstable_by_key(|number| std::cmp::Reverse(*number));
    numbers.dedup();
    let rows = numbers.iter().map(|number| one(conn, events!("WHERE e.number = ?1"), (number,), event::event));
    rows.filter_map(Result::transpose).collect()
}

/// Licences that are looked at for the customers of one name.
const LICENSES_LOOKED_AT: u32 = 50;

/// From licence to licence where somebody of the name is known, without walking along what they did there.
fn called(conn: &Connection, user: &str, limit: u32) -> Result<Vec<UserFound>> {
    let next = "SELECT MIN(license) FROM (
            SELECT * FROM (SELECT license FROM sessions WHERE user_folded = ?1 AND license > ?2 AND ended_at IS NOT NULL
                ORDER BY license LIMIT 1)
            UNION ALL SELECT * FROM (SELECT license FROM denials WHERE user_folded = ?1 AND license > ?2
                ORDER BY license LIMIT 1))";
    let (mut found, mut license): (Vec<UserFound>, i64) = (Vec::new(), 0);
    for _ in 0..LICENSES_LOOKED_AT {
        let there = one(conn, next, (user, license), |row| row.get::<_, Option<i64>>(0))?.flatten();
        let Some(there) = there.filter(|_| found.len() < limit as usize) else { break };
        license = there;
        let at = "SELECT c.id FROM licenses l JOIN customers c ON c.n = l.customer WHERE l.n = ?1";
        let Some(customer) = one(conn, at, (license,), |row| Columns::of(row).id::<CustomerId>())? else { break };
        if found.iter().all(|known| known.customer_id != customer) {
            found.extend(called_at(conn, customer, user)?);
        }
    }
    found.sort_by_key(|found| found.customer_id);
    Ok(found)
}

/// Somebody of the name at one customer, as it was written last. The order is that of the index, which SQLite would otherwise
/// pass over for another, and walk all that the licence's people ever did.
fn called_at(conn: &Connection, customer: CustomerId, user: &str) -> Result<Option<UserFound>> {
    let sql = "SELECT c.name, COALESCE(
            (SELECT COALESCE(s.user_written, s.user_folded) FROM sessions s
                WHERE s.user_folded = ?2 AND s.license = l.n AND s.ended_at IS NOT NULL ORDER BY s.started_at DESC LIMIT 1),
            (SELECT COALESCE(d.user_written, d.user_folded) FROM denials d
                WHERE d.user_folded = ?2 AND d.license = l.n ORDER BY d.first_at DESC LIMIT 1)) AS written
        FROM customers c JOIN licenses l ON l.customer = c.n WHERE c.id = ?1 AND written IS NOT NULL LIMIT 1";
    one(conn, sql, (Value::Blob(customer.0.as_bytes().to_vec()), user), |row| {
        let mut columns = Columns::of(row);
        Ok(UserFound { customer_id: customer, customer: columns.get()?, user: columns.get()? })
    })
}
