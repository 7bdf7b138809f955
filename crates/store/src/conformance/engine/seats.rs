//! Seats in every order, both ways, beside the model's; and pages that together are the whole.

use std::collections::BTreeSet;

use jiff::Timestamp;
use proptest::prop_assert;
use proptest::test_runner::TestCaseError;

use super::reads::{Asked, Checked, same};
use crate::error::StoreError;
use crate::read::seats::{FEW, SeatFilter, SeatOrder, SeatPage, SeatState, Seats};
use crate::read::{Reader, Scope, SessionRow};

const ORDERS: [SeatOrder; 5] =
    [SeatOrder::Started, SeatOrder::Refreshed, SeatOrder::User, SeatOrder::Device, SeatOrder::BackBy];

impl<E: Reader, M: Reader> Asked<'_, E, M> {
    pub(super) fn seats(&self, scope: Scope) -> Checked {
        let (e, m, books) = (self.engine, self.model, self.books);
        let any = SeatFilter::default();
        let text = |text: &str| SeatFilter { text: Some(text.to_owned()), ..any.clone() };
        let mut filters =
            vec![text("HOPPER"), text("notebook of e"), text("ÂTELET"), text("OF ÉMI"), text("%"), text("ada")];
        let states = [SeatState::Live, SeatState::Silent, SeatState::Held];
        filters.extend(states.map(|state| SeatFilter { state: Some(state), ..any.clone() }));
        filters.extend(books.customers.keys().map(|id| SeatFilter { customer_id: Some(*id), ..any.clone() }));
        filters.extend(books.licenses.keys().map(|id| SeatFilter { license_id: Some(*id), ..any.clone() }));
        filters.extend(books.products.keys().map(|id| SeatFilter { product_id: Some(*id), ..any.clone() }));
        filters.push(any);
        for filter in &filters {
            for few in [0, FEW] {
                let order = SeatOrder::default();
                let page = SeatPage { order, descending: true, from: None, back: false, limit: 2, few };
                let read = |reader: &dyn Reader| reader.seats(scope, filter, &page, self.now);
                same(&format!("seats {filter:?}"), read(e), read(m))?;
            }
        }
        // What fits, orders and pages know no scope.
        if scope != Scope::Vendor {
            return Ok(());
        }
        let whole = |order, descending, few| SeatPage { order, descending, from: None, back: false, limit: 200, few };
        let read = |filter: &SeatFilter, page: &SeatPage| -> Result<Vec<SessionRow>, TestCaseError> {
            let seats = e.seats(scope, filter, page, self.now);
            Ok(seats.map_err(|error| TestCaseError::fail(error.to_string()))?.rows)
        };
        let all = read(&SeatFilter::default(), &whole(SeatOrder::default(), false, FEW))?;
        for filter in filters.iter().filter(|filter| filter.text.is_some() || filter.state.is_some()) {
            let found = read(filter, &whole(SeatOrder::default(), false, FEW))?;
            let fitting = all.iter().filter(|row| fits(filter, row, self.now)).map(|row| row.session.id);
            prop_assert!(found.iter().map(|row| row.session.id).eq(fitting), "{filter:?}: {found:?}");
        }
        for order in ORDERS {
            for (descending, few) in [(false, 0), (true, 0), (false, FEW), (true, FEW)] {
                let page = whole(order, descending, few);
                let both = |reader: &dyn Reader| reader.seats(scope, &SeatFilter::default(), &page, self.now);
                same(&format!("seats by {order:?}"), both(e), both(m))?;
                let rows = read(&SeatFilter::default(), &page)?;
                let order = if few == 0 { SeatOrder::Started } else { order };
                let sorted = rows.is_sorted_by_key(|row| key(order, row)) && !descending
                    || rows.iter().rev().is_sorted_by_key(|row| key(order, row)) && descending;
                prop_assert!(sorted, "by {order:?}: {rows:?}");
                let read = |page: &SeatPage| e.seats(scope, &SeatFilter::default(), page, self.now);
                in_pages(&read, &page).map_err(|error| TestCaseError::fail(error.to_string()))??;
            }
        }
        Ok(())
    }

    pub(super) fn pool_states(&self) -> Checked {
        let live = self.books.sessions.values().filter(|session| session.live());
        let rows: Vec<SessionRow> = live.map(|session| self.books.session_row(session)).collect();
        let edges =
            rows.iter().flat_map(|row| [row.lease_until, row.grace_until].map(|at| (row.session.license_id, at)));
        let now = self.books.licenses.keys().map(|id| (*id, self.now));
        for (id, at) in edges.chain(now).collect::<BTreeSet<_>>() {
            let states = |reader: &dyn Reader| reader.pool_states(id, at);
            same(&format!("pool_states at {at}"), states(self.engine), states(self.model))?;
        }
        for limit in [1, 100] {
            same("full_pools", self.engine.full_pools(limit), self.model.full_pools(limit))?;
        }
        Ok(())
    }
}

/// Whether a row has what is asked for, and what it is sorted by: said anew, since the model has it from where engines do.
fn fits(filter: &SeatFilter, row: &SessionRow, now: Timestamp) -> bool {
    let names = [&row.session.names.user, &row.session.names.device_name];
    let holds = |text: &String| names.into_iter().flatten().any(|n| n.to_lowercase().contains(&text.to_lowercase()));
    filter.text.as_ref().is_none_or(holds)
        && match filter.state {
            None => true,
            Some(SeatState::Live) => now < row.lease_until,
            Some(SeatState::Silent) => row.lease_until <= now && now < row.grace_until,
            Some(SeatState::Held) => row.lease_until <= now && row.grace_until <= now,
        }
}

fn key(order: SeatOrder, row: &SessionRow) -> (Timestamp, Option<String>) {
    let lower = |name: &Option<String>| (Timestamp::MIN, name.as_ref().map(|name| name.to_lowercase()));
    match order {
        SeatOrder::Started => (row.session.started_at, None),
        SeatOrder::Refreshed => (row.refreshed_at, None),
        SeatOrder::User => lower(&row.session.names.user),
        SeatOrder::Device => lower(&row.session.names.device_name),
        SeatOrder::BackBy => (row.back_by.unwrap_or(Timestamp::MAX), None),
    }
}

/// Page after page to the end, and back again, each is where it was.
fn in_pages(read: &impl Fn(&SeatPage) -> Result<Seats, StoreError>, page: &SeatPage) -> Result<Checked, StoreError> {
    let shown = |seats: &Seats| format!("{:?}", seats.rows);
    let whole = read(page)?;
    let (mut forth, mut rows) = (Vec::new(), Vec::new());
    let mut next = SeatPage { limit: 1, ..page.clone() };
    loop {
        let seats = read(&next)?;
        forth.push(shown(&seats));
        rows.extend(seats.rows.iter().map(|row| row.session.id));
        if (forth.len() > 1) != seats.before.is_some() {
            return Ok(Err(TestCaseError::fail(format!("page {} of {page:?} leads nowhere back", forth.len()))));
        }
        let Some(after) = seats.after else { break };
        next.from = Some(after);
    }
    if rows != whole.rows.iter().map(|row| row.session.id).collect::<Vec<_>>() {
        return Ok(Err(TestCaseError::fail(format!("{page:?}: the pages are {rows:?}, the whole {whole:?}"))));
    }
    next.from = next.from.as_ref().and(read(&next)?.before);
    next.back = true;
    for expected in forth.iter().rev().skip(1) {
        let seats = read(&next)?;
        if shown(&seats) != *expected {
            return Ok(Err(TestCaseError::fail(format!("{page:?} back: {seats:?}, forth it was {expected}"))));
        }
        next.from = seats.before;
    }
    Ok(Ok(()))
}
