//! What a file would change in the books: what is there is left alone, the rest is planned, and decided by `domain` as it will be
//! when it is applied.

use std::collections::{BTreeMap, HashMap};

use seatkeeper_domain::decide::{CustomerPatch, Import, LicenseTerms, PutCustomer};
use seatkeeper_domain::id::{CustomerId, ImportId};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_store::StoreError;
use seatkeeper_store::read::{LicenseFilter, LicenseRow, Page, Reader, Scope};
use uuid::Uuid;

use super::{Mistake, Row};
use crate::authority::{Admin, Permission};
use crate::failure::Failure;
use crate::service::Service;

/// What a file would bring in.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Customers to be entered: what each is called, and under which external id.
    pub customers: Vec<(String, String)>,
    /// Licences to be made, as the file has them.
    pub rows: Vec<Row>,
    /// Licences that are there already, and stay as they are.
    pub there: usize,
    /// What would be sold, by the product's code.
    pub sold: BTreeMap<String, Sold>,
}

/// What would be sold of one product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sold {
    /// So many licences.
    pub licenses: usize,
    /// With so many seats.
    pub seats: u64,
}

/// A file that was held against the books.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// New customers, each with the line that names it first.
    customers: Vec<(PutCustomer, u64)>,
    /// New licences, each with its line.
    licenses: Vec<(LicenseTerms, Row)>,
    there: usize,
}

impl Found {
    pub(super) fn nothing_new(&self) -> bool {
        self.customers.is_empty() && self.licenses.is_empty()
    }

    pub(super) fn licenses(&self) -> usize {
        self.licenses.len()
    }

    fn plan(self) -> Plan {
        let mut plan = Plan { there: self.there, ..Plan::default() };
        for (customer, _) in self.customers {
            let CustomerPatch { name, external_id, .. } = customer.patch;
            plan.customers.push((name.unwrap_or_default(), external_id.flatten().unwrap_or_default()));
        }
        for (_, row) in self.licenses {
            let sold = plan.sold.entry(row.product.clone()).or_default();
            sold.licenses += 1;
            sold.seats += u64::from(row.seats);
            plan.rows.push(row);
        }
        plan
    }
}

impl Service {
    /// Says what a file would bring in, or everything that is wrong with it; changes nothing.
    ///
    /// # Errors
    /// If the administrator may not sell, or the books cannot be read.
    pub async fn check_import(&self, admin: &Admin, rows: Vec<Row>) -> Result<Result<Plan, Vec<Mistake>>, Failure> {
        admin.may(Permission::Sell)?;
        let found = match self.against_books(rows, |_| ()).await? {
            Ok(found) => found,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let decided = self.decide_import(admin, self.draw(), &found, true, |_| ()).await?;
        Ok(decided.map(|()| found.plan()))
    }

    /// Looks up each line; `looked` is told how many were.
    pub(super) async fn against_books(
        &self,
        rows: Vec<Row>,
        looked: impl Fn(usize) + Send + 'static,
    ) -> Result<Result<Found, Vec<Mistake>>, Failure> {
        // Drawn outside of the reading, which knows no clock.
        let ids: Vec<CustomerId> = rows.iter().map(|_| self.draw()).collect();
        self.read(move |reader| against(reader, rows, ids, looked)).await
    }

    /// Has it decided: by line, what is refused. `sealed` is told how many keys were made.
    pub(super) async fn decide_import(
        &self,
        admin: &Admin,
        id: ImportId,
        found: &Found,
        dry_run: bool,
        sealed: impl Fn(usize) + Send,
    ) -> Result<Result<(), Vec<Mistake>>, Failure> {
        let customers = found.customers.iter().map(|(customer, _)| customer.clone()).collect();
        let mut licenses = Vec::with_capacity(found.licenses.len());
        for (terms, _) in &found.licenses {
            licenses.push(self.issue_of(terms.clone()));
            sealed(licenses.len());
        }
        match self.office(admin, None, Import { id, customers, licenses, dry_run }).await {
            Ok(_) => Ok(Ok(())),
            Err(Failure::Refused { refusal: Refusal::Invalid(wrong), .. }) => {
                let mut wrong: Vec<_> = wrong.iter().map(|(field, why)| found.mistake(field, why)).collect();
                wrong.sort_by_key(|mistake| mistake.line);
                wrong.dedup();
                Ok(Err(wrong))
            }
            Err(failure) => Err(failure),
        }
    }
}

impl Found {
    /// What was refused of the command, as the file has it: `licenses[1].seats` is a column of the second licence's line.
    fn mistake(&self, field: &str, why: &str) -> Mistake {
        let parts = field.split_once('[').and_then(|(list, rest)| Some((list, rest.split_once(']')?)));
        let place = parts.and_then(|(list, (at, field))| Some((list, at.parse().ok()?, field.trim_start_matches('.'))));
        let (line, column) = match place {
            Some(("customers", at, field)) => {
                let line = self.customers.get::<usize>(at).map_or(1, |(_, line)| *line);
                (line, if field == "name" { "customer_name" } else { "customer" })
            }
            Some((_, at, field)) => {
                let line = self.licenses.get(at).map_or(1, |(_, row)| row.line);
                let known = [
                    ("product", "product"),
                    ("serial_number", "serial_number"),
                    ("customer_id", "customer"),
                    ("seats", "seats"),
                    ("grants", "seats"),
                    ("features", "features"),
                    ("term", "term"),
                    ("model", "model"),
                    ("legacy", "legacy"),
                    ("external_id", "external_id"),
                ];
                (line, known.iter().find(|(begins, _)| field.starts_with(begins)).map_or("", |(_, column)| *column))
            }
            None => (1, ""),
        };
        Mistake::at(line, column, why)
    }
}

/// One customer or licence at most: what is looked up is unique.
const ONE: Page = Page { after: None, limit: 1 };

fn against(
    reader: &dyn Reader,
    rows: Vec<Row>,
    ids: Vec<CustomerId>,
    looked: impl Fn(usize),
) -> Result<Result<Found, Vec<Mistake>>, StoreError> {
    let (mut found, mut wrong) = (Found::default(), Vec::new());
    let mut customers: HashMap<String, Option<(CustomerId, String)>> = HashMap::new();
    let mut names: HashMap<String, String> = HashMap::new();
    for row in &rows {
        // A customer is named on any of its lines.
        names.extend(row.customer_name.clone().map(|name| (row.customer.clone(), name)));
    }
    for (number, (mut row, fresh)) in rows.into_iter().zip(ids).enumerate() {
        if !customers.contains_key(&row.customer) {
            let mut known = known(reader, &row.customer)?;
            if let Some(name) = names.remove(&row.customer)
                && known.is_none()
            {
                found.customers.push((new_customer(fresh, &row.customer, name.clone()), row.line));
                known = Some((fresh, name));
            }
            customers.insert(row.customer.clone(), known);
        }
        let owner = customers[&row.customer].clone();
        // From here on it is called as its customer is, whatever the line says.
        row.customer_name = owner.as_ref().map(|(_, name)| name.clone());
        let owner = owner.map(|(id, _)| id);
        let filter = LicenseFilter { serial_number: Some(terms_serial(&row)), ..LicenseFilter::default() };
        let there = reader.licenses(Scope::Vendor, &filter, ONE)?.items.pop();
        match (owner, there) {
            (None, _) => wrong.push(Mistake::at(row.line, "customer", NOBODY)),
            (Some(owner), None) => found.licenses.push((row.terms(owner), row)),
            (Some(owner), Some(there)) => match other(&row, owner, &there) {
                None => found.there += 1,
                Some(why) => wrong.push(Mistake::at(row.line, "serial_number", why)),
            },
        }
        looked(number + 1);
    }
    Ok(if wrong.is_empty() { Ok(found) } else { Err(wrong) })
}

const NOBODY: &str = "is no customer’s external id or id: fill in customer_name, and the customer is entered";

fn terms_serial(row: &Row) -> String {
    seatkeeper_protocol::normalize_serial_number(&row.serial_number)
}

/// The customer that is there under this external id, or else this id, and what it is called.
fn known(reader: &dyn Reader, named: &str) -> Result<Option<(CustomerId, String)>, StoreError> {
    if let Some(customer) = reader.customers(Scope::Vendor, Some(named), ONE)?.items.pop() {
        return Ok(Some((customer.id, customer.name)));
    }
    let Ok(id) = named.parse::<Uuid>() else { return Ok(None) };
    Ok(reader.customer(Scope::Vendor, id.into())?.map(|customer| (customer.id, customer.name)))
}

fn new_customer(id: CustomerId, external_id: &str, name: String) -> PutCustomer {
    let external_id = Some(Some(external_id.to_owned()));
    let patch = CustomerPatch { name: Some(name), external_id, ..CustomerPatch::default() };
    PutCustomer { id, new: true, patch, if_match: None }
}

/// Why a licence that is there is not the one of this line.
fn other(row: &Row, owner: CustomerId, there: &LicenseRow) -> Option<String> {
    if there.license.customer_id != owner {
        return Some("is another customer’s licence already".to_owned());
    }
    let product = &there.product.code;
    (row.product != *product).then(|| format!("is this customer’s licence for {product} already"))
}
