//! How much was used, beside the model's; and that figures are kept as they were given.

use jiff::Timestamp;

use super::reads::{Asked, Checked, same, sorted};
use crate::conformance::Books;
use crate::error::StoreError;
use crate::read::usage::{By, Usage};
use crate::read::{Reader, Scope};
use crate::write::Upkeep;

const ALL: u32 = u32::MAX;

impl<E: Reader, M: Reader> Asked<'_, E, M> {
    pub(super) fn used(&self) -> Checked {
        let (e, m, books) = (self.engine, self.model, self.books);
        same("first_held", e.first_held(), m.first_held())?;
        let middle = books.sessions.values().nth(books.sessions.len() / 2).map_or(self.now, |s| s.started_at);
        for (from, until) in [(Timestamp::MIN, middle), (middle, self.now), (Timestamp::MIN, Timestamp::MAX)] {
            for of in books.licenses.keys().copied().map(Some).chain([None]) {
                let held = |reader: &dyn Reader| sorted(reader.held(of, from, until, ALL));
                same(&format!("held from {from} until {until}"), held(e), held(m))?;
                let refused = |reader: &dyn Reader| sorted(reader.refused(of, from, until, ALL));
                same(&format!("refused from {from} until {until}"), refused(e), refused(m))?;
            }
        }
        for of in books.licenses.keys().copied().map(Some).chain([None]) {
            let (from, until) = (Timestamp::MIN, Timestamp::MAX);
            // Of no more than one, the last; who of several, is each engine's own.
            let back = |reader: &dyn Reader| -> Result<Vec<_>, StoreError> {
                Ok(reader.held(of, from, until, 1)?.into_iter().map(|(_, span)| span.end).collect())
            };
            same("the last that came back", sorted(back(e)), sorted(back(m)))?;
            let began = |reader: &dyn Reader| -> Result<Vec<_>, StoreError> {
                Ok(reader.refused(of, from, until, 1)?.into_iter().map(|(_, refused)| refused.first_at).collect())
            };
            same("the last that were refused", began(e), began(m))?;
        }
        Ok(())
    }

    pub(super) fn shares(&self, scope: Scope) -> Checked {
        // Sessions that ended by then count no more.
        let ended: Vec<_> = self.books.sessions.values().filter_map(|session| Some(session.ended?.0)).collect();
        let middle = ended.get(ended.len() / 2).copied().filter(|_| scope == Scope::Vendor);
        for since in middle.into_iter().chain([super::START]) {
            for license in self.books.licenses.keys() {
                for by in [By::User, By::Device] {
                    let shares = |reader: &dyn Reader| reader.shares(scope, *license, by, since, self.now, 2);
                    same(&format!("shares by {by:?} since {since}"), shares(self.engine), shares(self.model))?;
                }
            }
        }
        Ok(())
    }
}

/// Keeps figures of books that were played, twice, reads them back within each scope, and removes what is old.
pub fn usage_is_kept(books: &Books, reader: &impl Reader, upkeep: &dyn Upkeep) {
    let read = |scope, license, from, until| reader.usage(scope, license, from, until).expect("readable");
    let [(one, of_one), (other, of_other)] = [0, 1].map(|n| {
        let license = books.licenses.values().nth(n).expect("two licences");
        (license.id, license.customer_id)
    });
    assert_eq!(reader.usage_done().expect("readable"), None);
    let row = |license_id, hour, peak| Usage {
        license_id,
        hour,
        peak,
        seat_seconds: u64::from(peak) * 1_800,
        seats: 5,
        full_seconds: 60,
        people: 2,
        tries: 3,
    };
    let rows = [row(one, 100, 1), row(one, 101, 4), row(other, 101, 5), row(one, 103, 3)];
    for _ in 0..2 {
        upkeep.keep_usage(&rows, 104, 0).expect("kept");
    }
    assert_eq!(reader.usage_done().expect("readable"), Some(104));
    assert_eq!(read(Scope::Vendor, one, 0, 200), [rows[0], rows[1], rows[3]]);
    assert_eq!(read(Scope::Customer(of_one), one, 101, 103), [rows[1]]);
    assert_eq!(read(Scope::Customer(of_other), one, 0, 200), [], "another's");
    let within = |scope, customer, from, until, limit| {
        reader.usage_of_each(scope, customer, from, until, limit).expect("readable")
    };
    let each = |scope, customer, limit| within(scope, customer, 0, 200, limit);
    let all = Usage { seat_seconds: 8 * 1_800, full_seconds: 180, people: 6, tries: 9, ..row(one, 100, 4) };
    assert_eq!(each(Scope::Vendor, None, 10), [all, rows[2]]);
    assert_eq!(each(Scope::Vendor, None, 1), [all], "the most used first");
    assert_eq!(within(Scope::Vendor, None, 101, 103, 10), [rows[2], rows[1]], "which is another for a while");
    assert_eq!(each(Scope::Vendor, Some(of_other), 10), [rows[2]]);
    assert_eq!(each(Scope::Customer(of_one), None, 10), [all]);
    assert_eq!(each(Scope::Customer(of_one), Some(of_other), 10), []);
    upkeep.keep_usage(&[row(one, 104, 2)], 105, 103).expect("kept");
    assert_eq!(read(Scope::Vendor, one, 0, 200), [rows[3], row(one, 104, 2)], "what is old is gone");
    assert_eq!(read(Scope::Vendor, other, 0, 200), []);
}
