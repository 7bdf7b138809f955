//! Rows by key, with which of them became different, and which the store has already.

use std::collections::HashMap;
use std::hash::Hash;

/// Rows of one kind.
#[derive(Clone, Debug)]
pub struct Table<K, V> {
    rows: HashMap<K, Kept<V>>,
}

#[derive(Clone, Debug)]
struct Kept<V> {
    row: V,
    changed: bool,
    stored: bool,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { rows: HashMap::new() }
    }
}

impl<K: Eq + Hash, V> Table<K, V> {
    /// The row, as the last change left it.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.rows.get(key).map(|kept| &kept.row)
    }

    /// All rows, in no order.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.rows.values().map(|kept| &kept.row)
    }

    /// Takes in a row as stored; one that is there already stays as it is.
    pub fn load(&mut self, key: K, row: V) {
        self.rows.entry(key).or_insert(Kept { row, changed: false, stored: true });
    }

    /// Makes a row different.
    pub fn put(&mut self, key: K, row: V) {
        let stored = self.is_stored(&key);
        self.rows.insert(key, Kept { row, changed: true, stored });
    }

    /// The rows to be written.
    pub fn changed(&self) -> impl Iterator<Item = (&K, &V)> {
        self.rows.iter().filter(|(_, kept)| kept.changed).map(|(key, kept)| (key, &kept.row))
    }

    /// Whether the row was loaded: what is written then is an update. A row that was not may be stored all the same.
    pub fn is_stored(&self, key: &K) -> bool {
        self.rows.get(key).is_some_and(|kept| kept.stored)
    }
}
