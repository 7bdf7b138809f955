//! From what people call a thing to its id: a product by code, a customer by name, a licence by serial number.

use seatkeeper_protocol::admin::{Customer, License, Product};
use seatkeeper_protocol::normalize_serial_number;
use serde::Deserialize;
use uuid::Uuid;

use super::client::{Client, only};

/// As many of a list as are searched for a name.
const SEARCHED: usize = 1_000_000;

impl Client {
    /// A product by its code or id.
    pub(super) fn product(&self, word: &str) -> anyhow::Result<Product> {
        let items = self.items("/v1/products", &[])?;
        let fits = |item: &Product| item.code == word || item.id.to_string() == word;
        self.one(items.into_iter().filter(|item| Product::deserialize(item).is_ok_and(|p| fits(&p))), "product", word)
    }

    /// A customer's id, by itself, by the vendor's own id or by the exact name.
    pub(super) fn customer_id(&self, word: &str) -> anyhow::Result<Uuid> {
        if let Ok(id) = word.parse() {
            return Ok(id);
        }
        let mut found = self.items("/v1/customers", &[("external_id", Some(word.to_owned()))])?;
        if found.is_empty() {
            found = self.items("/v1/customers", &[])?;
            found.retain(|item| item["name"] == word);
        }
        Ok(self.one::<Customer>(found.into_iter(), "customer", word)?.id)
    }

    /// A licence's id, by itself or by its serial number.
    pub(super) fn license_id(&self, word: &str) -> anyhow::Result<Uuid> {
        if let Ok(id) = word.parse() {
            return Ok(id);
        }
        let found = self.items("/v1/licenses", &[("serial_number", Some(normalize_serial_number(word)))])?;
        Ok(self.one::<License>(found.into_iter(), "licence", word)?.id)
    }

    fn items(&self, path: &str, query: super::Query<'_>) -> anyhow::Result<Vec<serde_json::Value>> {
        let mut list = self.list(path, query, None, SEARCHED)?;
        Ok(list["items"].as_array_mut().map(std::mem::take).unwrap_or_default())
    }

    fn one<T: serde::de::DeserializeOwned>(
        &self,
        found: impl Iterator<Item = serde_json::Value>,
        what: &str,
        word: &str,
    ) -> anyhow::Result<T> {
        Ok(T::deserialize(only(found.collect(), &format!("{what} {word:?}"))?)?)
    }
}
