//! From what people call a thing to its id, and back: a product by code, a customer by name, a licence by serial number.

use std::collections::{BTreeMap, BTreeSet};

use seatkeeper_protocol::admin::{Customer, License, Product};
use seatkeeper_protocol::normalize_serial_number;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::client::{Client, only};

/// As many of a list as are searched for a name.
const SEARCHED: usize = 1_000_000;

/// So many things are asked for one by one; for the names of more, all are read, page by page.
const FEW: usize = 20;

/// What the rows of a list belong to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of {
    /// Each to a customer.
    Customers,
    /// Each to a licence.
    Licenses,
}

impl Of {
    /// The member of a row that holds the id, where these things are, and the member of one that people know it by.
    fn members(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Of::Customers => ("customer_id", "/v1/customers", "name"),
            Of::Licenses => ("license_id", "/v1/licenses", "serial_number"),
        }
    }
}

/// What people call things, by id.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    /// The name; the id where it could not be had.
    pub(super) fn of(&self, id: Uuid) -> String {
        let id = id.to_string();
        self.0.get(&id).cloned().unwrap_or(id)
    }
}

impl Client {
    /// A product by its code or id.
    pub(super) fn product(&self, word: &str) -> anyhow::Result<Product> {
        let items = self.items("/v1/products", &[])?;
        let fits = |item: &Product| item.code == word || item.id.to_string() == word;
        self.one(items.into_iter().filter(|item| Product::deserialize(item).is_ok_and(|p| fits(&p))), "product", word)
    }

    /// A customer's id, by the vendor's own id, by itself or by the exact name. The vendor's own comes first, as in an
    /// import: in many a CRM it looks like one of ours.
    pub(super) fn customer_id(&self, word: &str) -> anyhow::Result<Uuid> {
        let mut found = self.items("/v1/customers", &[("external_id", Some(word.to_owned()))])?;
        if found.is_empty() {
            if let Ok(id) = word.parse() {
                return Ok(id);
            }
            found = self.items("/v1/customers", &[])?;
            found.retain(|item| item["name"] == word);
        }
        Ok(self.one::<Customer>(found.into_iter(), "customer", word)?.id)
    }

    /// A licence's id, by its serial number (which is any text where it was imported) or by itself.
    pub(super) fn license_id(&self, word: &str) -> anyhow::Result<Uuid> {
        let found = self.items("/v1/licenses", &[("serial_number", Some(normalize_serial_number(word)))])?;
        match word.parse() {
            Ok(id) if found.is_empty() => Ok(id),
            _ => Ok(self.one::<License>(found.into_iter(), "licence", word)?.id),
        }
    }

    /// What people call what these rows belong to. A name that cannot be had is no reason to fail: what was asked is done.
    pub(super) fn names(&self, of: Of, rows: &[Value]) -> Names {
        let (id, path, name) = of.members();
        let ids: BTreeSet<&str> = rows.iter().filter_map(|row| row[id].as_str()).collect();
        let things = match ids.len() {
            0 => Vec::new(),
            1..=FEW => ids.iter().filter_map(|id| self.get(&format!("{path}/{id}"), &[]).ok()).collect(),
            _ => self.items(path, &[]).unwrap_or_default(),
        };
        let named = |thing: &Value| Some((thing["id"].as_str()?.to_owned(), thing[name].as_str()?.to_owned()));
        Names(things.iter().filter_map(named).collect())
    }

    fn items(&self, path: &str, query: super::Query<'_>) -> anyhow::Result<Vec<Value>> {
        let mut list = self.list(path, query, None, SEARCHED)?;
        Ok(list["items"].as_array_mut().map(std::mem::take).unwrap_or_default())
    }

    fn one<T: serde::de::DeserializeOwned>(
        &self,
        found: impl Iterator<Item = Value>,
        what: &str,
        word: &str,
    ) -> anyhow::Result<T> {
        Ok(T::deserialize(only(found.collect(), &format!("{what} {word:?}"))?)?)
    }
}
