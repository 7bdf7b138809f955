//! Every reading of an engine beside the model's: in every scope, by every id, by every filter, page by page.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;

use jiff::Timestamp;
use proptest::test_runner::TestCaseError;
use seatkeeper_domain::denial::RequestId;
use seatkeeper_domain::event::Event;
use seatkeeper_domain::id::CustomerId;
use seatkeeper_domain::license::Model;
use uuid::Uuid;

use crate::conformance::world::USERS;
use crate::conformance::{Books, HandClock};
use crate::error::StoreError;
use crate::read::{
    DenialFilter, LanePosition, LicenseFilter, Listed, Page, Reader, Scope, SessionFilter, SessionState,
};

pub(super) type Checked = Result<(), TestCaseError>;

/// Asks both all there is to ask.
pub(super) fn same_readings(engine: &impl Reader, books: &Books, now: Timestamp) -> Checked {
    let model = super::model(books, Arc::new(HandClock::at(now)));
    let nobody = CustomerId(Uuid::from_u128(99));
    let scopes = books.customers.keys().copied().chain([nobody]).map(Scope::Customer).chain([Scope::Vendor]);
    let asked = Asked { engine, model: &model, books, now };
    asked.without_scope()?;
    asked.licenses_themselves()?;
    asked.people_themselves()?;
    asked.asks()?;
    asked.lanes()?;
    asked.touched()?;
    asked.pool_states()?;
    asked.refused()?;
    asked.used()?;
    for scope in scopes {
        asked.by_id(scope)?;
        asked.lists(scope)?;
        asked.found(scope)?;
        asked.people(scope)?;
        asked.sessions(scope)?;
        asked.events(scope)?;
        asked.history(scope)?;
        asked.called(scope)?;
        asked.seats(scope)?;
        asked.refusals(scope)?;
        asked.shares(scope)?;
        asked.timelines(scope)?;
    }
    Ok(())
}

pub(super) struct Asked<'a, E, M> {
    pub(super) engine: &'a E,
    pub(super) model: &'a M,
    pub(super) books: &'a Books,
    pub(super) now: Timestamp,
}

pub(super) fn same<T: Debug>(what: &str, engine: Result<T, StoreError>, model: Result<T, StoreError>) -> Checked {
    // Rows carry no equality of their own: what they say is what is compared.
    let (engine, model) = (format!("{engine:?}"), format!("{model:?}"));
    if engine == model { Ok(()) } else { Err(TestCaseError::fail(format!("{what}: {engine}, the model says {model}"))) }
}

pub(super) fn sorted<T: Debug>(rows: Result<Vec<T>, StoreError>) -> Result<BTreeSet<String>, StoreError> {
    Ok(rows?.iter().map(|row| format!("{row:?}")).collect())
}

/// A whole list, in pages of one, of two, and at once.
pub(super) fn pages<T: Debug>(list: impl Fn(Page) -> Result<Listed<T>, StoreError>) -> Result<Vec<Vec<T>>, StoreError> {
    let mut all = Vec::new();
    for limit in [1, 2, 1_000] {
        let mut after = None;
        loop {
            let page = list(Page { after, limit })?;
            all.push(page.items);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    Ok(all)
}

impl<E: Reader, M: Reader> Asked<'_, E, M> {
    fn without_scope(&self) -> Checked {
        let (e, m, books) = (self.engine, self.model, self.books);
        same("ping", e.ping(), m.ping())?;
        for key in books.keys.values() {
            same("find_key", e.find_key(&key.hash), m.find_key(&key.hash))?;
        }
        same("find_key", e.find_key(&[0xEE; 32]), m.find_key(&[0xEE; 32]))?;
        for id in books.tokens.keys() {
            same("token", e.token(*id), m.token(*id))?;
        }
        same("signing_keys", sorted(e.signing_keys()), sorted(m.signing_keys()))?;
        for id in books.activations.keys() {
            same("activation_terms", e.activation_terms(*id), m.activation_terms(*id))?;
        }
        for (device, id) in books.installations.keys() {
            same("generation", e.generation(*device, *id), m.generation(*device, *id))?;
        }
        same("products", pages(|page| e.products(page)), pages(|page| m.products(page)))?;
        same("tokens", pages(|page| e.tokens(page)), pages(|page| m.tokens(page)))?;
        for id in books.products.keys() {
            same("product", e.product(*id), m.product(*id))?;
        }
        same("licenses_due", sorted(e.licenses_due(self.now, 100)), sorted(m.licenses_due(self.now, 100)))?;
        same("unfinished_endings", sorted(e.unfinished_endings(100)), sorted(m.unfinished_endings(100)))?;
        for customer in books.customers.keys() {
            for user in USERS.map(str::to_lowercase) {
                let (e, m) = (e.named_rows(*customer, &user, 100), m.named_rows(*customer, &user, 100));
                same(
                    "names of sessions",
                    sorted(e.clone().map(|n| n.sessions)),
                    sorted(m.clone().map(|n| n.sessions)),
                )?;
                same("names of denials", sorted(e.map(|n| n.denials)), sorted(m.map(|n| n.denials)))?;
            }
        }
        Ok(())
    }

    fn licenses_themselves(&self) -> Checked {
        let (e, m) = (self.engine, self.model);
        for id in self.books.licenses.keys() {
            // What was due some time ago is due now.
            let soonest = |at: Result<Option<Timestamp>, StoreError>| at.map(|at| at.map(|at| at.max(self.now)));
            same("next_back_by", soonest(e.next_back_by(*id)), soonest(m.next_back_by(*id)))?;
            same("holders", sorted(e.holders(*id)), sorted(m.holders(*id)))?;
            same("first_device", e.first_device(*id), m.first_device(*id))?;
        }
        Ok(())
    }

    fn by_id(&self, scope: Scope) -> Checked {
        let (e, m, books) = (self.engine, self.model, self.books);
        for id in books.customers.keys() {
            same("customer", e.customer(scope, *id), m.customer(scope, *id))?;
        }
        for id in books.licenses.keys() {
            same("license", e.license(scope, *id), m.license(scope, *id))?;
            same("keys", sorted(e.keys(scope, *id)), sorted(m.keys(scope, *id)))?;
            same("blocks", pages(|page| e.blocks(scope, *id, page)), pages(|page| m.blocks(scope, *id, page)))?;
        }
        for id in books.sessions.keys() {
            same("session", e.session(scope, *id), m.session(scope, *id))?;
        }
        for id in books.activations.keys() {
            same("activation", e.activation(scope, *id), m.activation(scope, *id))?;
        }
        Ok(())
    }

    fn lists(&self, scope: Scope) -> Checked {
        let (e, m, books) = (self.engine, self.model, self.books);
        for id in [None, Some("crm-0"), Some("nobody")] {
            let (e, m) = (pages(|page| e.customers(scope, id, page)), pages(|page| m.customers(scope, id, page)));
            same("customers", e, m)?;
        }
        let any = LicenseFilter::default();
        let mut filters = vec![
            LicenseFilter { serial_number: Some(" sn-1".to_owned()), ..any.clone() },
            LicenseFilter { external_id: Some("nobody".to_owned()), ..any.clone() },
            LicenseFilter { external_id: Some("ERP-1".to_owned()), ..any.clone() },
            LicenseFilter { model: Some(Model::SingleUser), ..any.clone() },
            LicenseFilter { requested: true, ..any.clone() },
        ];
        filters.extend(books.products.keys().map(|id| LicenseFilter { product_id: Some(*id), ..any.clone() }));
        filters.extend(books.customers.keys().map(|id| LicenseFilter { customer_id: Some(*id), ..any.clone() }));
        filters.push(any);
        for filter in &filters {
            let (e, m) = (pages(|page| e.licenses(scope, filter, page)), pages(|page| m.licenses(scope, filter, page)));
            same(&format!("licenses {filter:?}"), e, m)?;
        }
        for license in books.licenses.keys().copied().map(Some).chain([None]) {
            let e = pages(|page| e.activations(scope, license, page));
            same("activations", e, pages(|page| m.activations(scope, license, page)))?;
        }
        let any = DenialFilter::default();
        let mut filters = vec![
            DenialFilter { user: Some("LOVE".to_owned()), ..any.clone() },
            DenialFilter { since: Some(self.now), ..any.clone() },
            DenialFilter { until: Some(self.now), ..any.clone() },
            DenialFilter { request: Some(RequestId("00000000-1".to_owned())), ..any.clone() },
        ];
        let requests = books.denials.values().flat_map(|denial| &denial.requests);
        filters.extend(requests.map(|id| DenialFilter { request: Some(id.clone()), ..any.clone() }));
        filters.extend(books.customers.keys().map(|id| DenialFilter { customer_id: Some(*id), ..any.clone() }));
        filters.extend(books.licenses.keys().map(|id| DenialFilter { license_id: Some(*id), ..any.clone() }));
        filters.push(any);
        for filter in &filters {
            let (e, m) = (pages(|page| e.denials(scope, filter, page)), pages(|page| m.denials(scope, filter, page)));
            same(&format!("denials {filter:?}"), e, m)?;
        }
        Ok(())
    }

    fn sessions(&self, scope: Scope) -> Checked {
        let (e, m, books) = (self.engine, self.model, self.books);
        let any = SessionFilter::default();
        let states = [SessionState::Live, SessionState::Silent, SessionState::Ended];
        let mut filters = vec![
            SessionFilter { user: Some("hopper".to_owned()), ..any.clone() },
            SessionFilter { device: Some("notebook of e".to_owned()), ..any.clone() },
            SessionFilter { user: Some("%".to_owned()), ..any.clone() },
        ];
        filters.extend(states.map(|state| SessionFilter { state: Some(state), ..any.clone() }));
        filters.extend(books.customers.keys().map(|id| SessionFilter { customer_id: Some(*id), ..any.clone() }));
        filters.extend(books.licenses.keys().map(|id| SessionFilter { license_id: Some(*id), ..any.clone() }));
        filters.extend(books.keys.keys().map(|id| SessionFilter { key_id: Some(*id), ..any.clone() }));
        filters.push(any);
        for filter in &filters {
            let e = pages(|page| e.sessions(scope, filter, self.now, page));
            let m = pages(|page| m.sessions(scope, filter, self.now, page));
            same(&format!("sessions {filter:?}"), e, m)?;
        }
        Ok(())
    }

    /// Lanes have names of the engine's own; how far they are is where following them ends.
    fn lanes(&self) -> Checked {
        let numbers = |reader: &dyn Reader| -> Result<Vec<u64>, StoreError> {
            Ok(reader.lanes()?.iter().map(|at| at.number).filter(|number| *number > 0).collect())
        };
        same("lanes", numbers(self.engine), numbers(self.model))
    }

    fn events(&self, scope: Scope) -> Checked {
        same("events", followed(self.engine, scope), followed(self.model, scope))
    }
}

/// All events, followed two by two, with their numbers on the lane.
fn followed(reader: &impl Reader, scope: Scope) -> Result<Vec<(u64, Event)>, StoreError> {
    let (mut after, mut all): (Vec<LanePosition>, Vec<_>) = (Vec::new(), Vec::new());
    loop {
        let rows = reader.events(scope, &after, 2)?;
        let Some(last) = rows.last() else { return Ok(all) };
        after = vec![LanePosition { lane: last.lane, number: last.lane_number }];
        all.extend(rows.into_iter().map(|row| (row.lane_number, row.event)));
    }
}
