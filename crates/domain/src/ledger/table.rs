//! Rows by key, with which of them became different.

use std::collections::HashMap;
use std::hash::Hash;

/// Rows of one kind.
#[derive(Clone, Debug)]
pub struct Table<K, V> {
    rows: HashMap<K, (V, bool)>,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { rows: HashMap::new() }
    }
}

impl<K: Eq + Hash, V> Table<K, V> {
    /// The row, as the last change left it.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.rows.get(key).map(|(row, _)| row)
    }

    /// All rows, in no order.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.rows.values().map(|(row, _)| row)
    }

    /// Takes in a row as stored; one that is there already stays as it is.
    pub fn load(&mut self, key: K, row: V) {
        self.rows.entry(key).or_insert((row, false));
    }

    /// Makes a row different.
    pub fn put(&mut self, key: K, row: V) {
        self.rows.insert(key, (row, true));
    }

    /// The rows to be written.
    pub fn changed(&self) -> impl Iterator<Item = (&K, &V)> {
        self.rows.iter().filter(|(_, (_, changed))| *changed).map(|(key, (row, _))| (key, row))
    }
}
