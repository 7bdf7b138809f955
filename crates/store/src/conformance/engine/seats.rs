//! Seats in every order, both ways, beside the model's; and pages that together are the whole.

use proptest::test_runner::TestCaseError;

use super::reads::{Asked, Checked, same};
use crate::error::StoreError;
use crate::read::seats::{FEW, SeatFilter, SeatOrder, SeatPage, SeatState, Seats};
use crate::read::{Reader, Scope};

const ORDERS: [SeatOrder; 5] =
    [SeatOrder::Started, SeatOrder::Refreshed, SeatOrder::User, SeatOrder::Device, SeatOrder::BackBy];

impl<E: Reader, M: Reader> Asked<'_, E, M> {
    pub(super) fn seats(&self, scope: Scope) -> Checked {
        let (e, m, books) = (self.engine, self.model, self.books);
        let any = SeatFilter::default();
        let text = |text: &str| SeatFilter { text: Some(text.to_owned()), ..any.clone() };
        let mut filters = vec![text("HOPPER"), text("notebook of e"), text("ÂTELET"), text("%"), text("ada")];
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
        // Orders and pages know no scope.
        for order in ORDERS.into_iter().filter(|_| scope == Scope::Vendor) {
            for (descending, few) in [(false, 0), (true, 0), (false, FEW), (true, FEW)] {
                let page = SeatPage { order, descending, from: None, back: false, limit: 200, few };
                let whole = |reader: &dyn Reader| reader.seats(scope, &SeatFilter::default(), &page, self.now);
                same(&format!("seats by {order:?}"), whole(e), whole(m))?;
                let read = |page: &SeatPage| e.seats(scope, &SeatFilter::default(), page, self.now);
                in_pages(&read, &page).map_err(|error| TestCaseError::fail(error.to_string()))??;
            }
        }
        Ok(())
    }

    pub(super) fn pool_states(&self) -> Checked {
        for id in self.books.licenses.keys() {
            let states = |reader: &dyn Reader| reader.pool_states(*id, self.now);
            same("pool_states", states(self.engine), states(self.model))?;
        }
        same("full_pools", self.engine.full_pools(2), self.model.full_pools(2))
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
