//! Where serial numbers and product keys come from, in order; the first that works wins. Asks no server.
//!
//! In order: the environment (`SEATKEEPER_SERIAL_NUMBER`, `SEATKEEPER_PRODUCT_KEY`, and `SEATKEEPER_URL` where the server is not
//! the program's own), the system's file, the user's file, what the user typed. Group Policy comes before all of them, on Windows.
//!
//! A file is named `<product>.keys` and holds lines of `name = value`, `#` starting a comment; each `serial_number` begins
//! another key:
//!
//! ```text
//! serial_number = SN-7F3K-22QM-81
//! product_key   = 01234-56789-ABCDE-FGHJK-MNPQ2
//! url           = https://licences.example.com
//! ```

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use seatkeeper_protocol::{Problem, ProductKey, Secret, normalize_serial_number};
use sha2::{Digest as _, Sha256};

use crate::memory::Typed;
use crate::{platform, problems};

/// A serial number, its product key and the server that knows them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Key {
    /// Tells keys apart in the installation's memory without holding the secret.
    pub id: String,
    pub serial_number: String,
    pub product_key: Secret,
    pub server: String,
}

/// What the sources hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Found {
    /// The keys, in the order in which to try them.
    pub keys: Vec<Key>,
    /// The first thing that is wrong in them.
    pub wrong: Option<Box<Problem>>,
}

/// The sources of a product's keys.
#[derive(Debug, Clone)]
pub(crate) struct Sources {
    /// The server the program was made for.
    pub server: Option<String>,
    /// A key the program gives: no other source is asked.
    pub only: Option<Typed>,
    /// The environment, as it was at the start.
    pub environment: Option<Entry>,
    /// Files, in order.
    pub files: Vec<PathBuf>,
}

/// A key as some source spells it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Entry {
    serial_number: String,
    product_key: String,
    server: Option<String>,
}

impl Sources {
    /// Those of this machine for a product.
    pub(crate) fn of_machine(product: &str, server: Option<String>, only: Option<Typed>) -> Self {
        let variable = |name| std::env::var(name).ok().filter(|value: &String| !value.trim().is_empty());
        let url = variable("SEATKEEPER_URL");
        let environment = match (variable("SEATKEEPER_SERIAL_NUMBER"), variable("SEATKEEPER_PRODUCT_KEY")) {
            (Some(serial_number), Some(product_key)) => Some(Entry { serial_number, product_key, server: url.clone() }),
            _ => None,
        };
        let name = format!("{product}.keys");
        let directories = [Some(platform::system_config_dir()), platform::user_config_dir()];
        Sources {
            // A program that brings the key brings its server, too; otherwise the environment may name a nearer one.
            server: if only.is_some() { server.or(url) } else { url.or(server) },
            only,
            environment,
            files: directories.into_iter().flatten().map(|dir| dir.join(&name)).collect(),
        }
    }

    /// Reads them all again.
    pub(crate) fn read(&self, typed: Option<&Typed>) -> Found {
        let mut found = Found::default();
        if let Some(only) = &self.only {
            self.add(&mut found, Entry::from(only), "the program");
            return found;
        }
        if let Some(entry) = &self.environment {
            self.add(&mut found, entry.clone(), "the environment");
        }
        for path in &self.files {
            let source = path.display().to_string();
            let (entries, wrong) = read_file(path);
            if let Some(wrong) = wrong {
                found.wrong.get_or_insert(problems::unreadable_keys(&source, &wrong));
            }
            for entry in entries {
                self.add(&mut found, entry, &source);
            }
        }
        if let Some(typed) = typed {
            self.add(&mut found, Entry::from(typed), "what was typed");
        }
        found
    }

    fn add(&self, found: &mut Found, entry: Entry, source: &str) {
        let mistyped = |wrong: &str| problems::mistyped_key(source, wrong);
        let Some(server) = entry.server.or_else(|| self.server.clone()) else {
            found.wrong.get_or_insert(mistyped("no licence server is named with it"));
            return;
        };
        match ProductKey::parse(&entry.product_key) {
            Ok(key) => {
                let key = key_of(&entry.serial_number, &key, server);
                if !found.keys.contains(&key) {
                    found.keys.push(key);
                }
            }
            Err(wrong) => {
                found.wrong.get_or_insert(mistyped(&wrong.to_string()));
            }
        }
    }
}

impl From<&Typed> for Entry {
    fn from(typed: &Typed) -> Self {
        Entry {
            serial_number: typed.serial_number.clone(),
            product_key: typed.product_key.expose().to_owned(),
            server: None,
        }
    }
}

fn key_of(serial_number: &str, product_key: &ProductKey, server: String) -> Key {
    let serial_number = normalize_serial_number(serial_number);
    let product_key = product_key.to_string();
    let server = server.trim().trim_end_matches('/').to_owned();
    let mut hash = Sha256::new();
    for part in ["seatkeeper key", &serial_number, &product_key, &server] {
        hash.update(part);
        hash.update([0]);
    }
    let id = crate::hex(&hash.finalize()[..16]);
    Key { id, serial_number, product_key: Secret::new(product_key), server }
}

/// The keys in a file, and what is first wrong with it. One that is not there holds none.
fn read_file(path: &Path) -> (Vec<Entry>, Option<String>) {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return (vec![], None),
        Err(error) => return (vec![], Some(error.to_string())),
    };
    let (mut entries, mut wrong) = (Vec::<Entry>::new(), None);
    // Editors on Windows put an invisible mark before UTF-8.
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let line = line.split('#').next().unwrap_or_default().trim();
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        let value = value.trim().to_owned();
        match (name.trim(), entries.last_mut()) {
            ("", _) => {}
            ("serial_number", _) => entries.push(Entry { serial_number: value, ..Entry::default() }),
            ("product_key", Some(entry)) => entry.product_key = value,
            ("url", Some(entry)) => entry.server = Some(value),
            ("product_key" | "url", None) => {
                wrong.get_or_insert(format!("line {number} stands before any serial_number"));
            }
            // Not repeated: it may be the key itself.
            _ => {
                wrong.get_or_insert(format!("line {number} is not understood"));
            }
        }
    }
    (entries, wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product_key(byte: u8) -> String {
        ProductKey::from_bits([byte; 15]).to_string()
    }

    fn sources(files: Vec<PathBuf>) -> Sources {
        Sources { server: Some("https://vendor.example".into()), only: None, environment: None, files }
    }

    fn typed(byte: u8) -> Typed {
        Typed { serial_number: "sn-typed".into(), product_key: Secret::new(product_key(byte)) }
    }

    #[test]
    fn they_are_tried_in_order_and_each_once() {
        let dir = tempfile::tempdir().unwrap();
        let (system, user) = (dir.path().join("system"), dir.path().join("user"));
        std::fs::write(
            &system,
            format!(
                "# by IT\nserial_number = SN-1\nproduct_key = {}\nurl = https://site.example/\n\nserial_number=SN-2\nproduct_key={} # spare\n",
                product_key(1),
                product_key(2).to_lowercase()
            ),
        )
        .unwrap();
        std::fs::write(&user, format!("serial_number = sn-2\nproduct_key = {}\n", product_key(2))).unwrap();
        let mut sources = sources(vec![system, dir.path().join("missing"), user]);
        sources.environment = Some(Entry { serial_number: "SN-0".into(), product_key: product_key(0), server: None });
        let found = sources.read(Some(&typed(3)));
        let told: Vec<_> = found.keys.iter().map(|k| (k.serial_number.as_str(), k.server.as_str())).collect();
        assert_eq!(
            told,
            [
                ("SN-0", "https://vendor.example"),
                ("SN-1", "https://site.example"),
                ("SN-2", "https://vendor.example"),
                ("SN-TYPED", "https://vendor.example")
            ]
        );
        assert_eq!(found.wrong, None);
    }

    #[test]
    fn a_mistyped_key_is_named_and_the_next_one_used() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("keys");
        std::fs::write(&file, "serial_number = SN-1\nproduct_key = 7F3K\n").unwrap();
        let found = sources(vec![file.clone()]).read(Some(&typed(3)));
        assert_eq!(found.keys.len(), 1);
        let problem = found.wrong.unwrap();
        assert_eq!(problem.code.as_str(), problems::MISTYPED_KEY);
        assert!(problem.detail.contains(&file.display().to_string()), "{problem}");
    }

    /// Seen red: with a file that cannot be read taken for one that is not there, with the mark left where it is, and with
    /// lines that are not understood passed over.
    #[test]
    fn a_file_that_an_administrator_got_wrong_is_named_with_what_is_wrong() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("keys");
        let read = |text: &[u8]| {
            std::fs::write(&file, text).unwrap();
            sources(vec![file.clone()]).read(None)
        };
        let told = |text: &[u8]| {
            let problem = read(text).wrong.unwrap();
            assert_eq!(problem.code.as_str(), problems::UNREADABLE_KEYS);
            assert!(problem.detail.contains(&file.display().to_string()), "{problem}");
            problem.detail
        };
        let key = product_key(1);
        let good = read(format!("\u{feff}serial_number = SN-1\r\nproduct_key = {key}\r\n").as_bytes());
        assert_eq!((good.keys.len(), good.wrong), (1, None));
        let swapped = format!("# by IT\nproduct_key = {key}\nserial_number = SN-1\n");
        assert!(told(swapped.as_bytes()).contains("line 2"));
        let pasted = told(key.as_bytes());
        assert!(pasted.contains("line 1") && !pasted.contains(&key), "{pasted}");
        let utf16: Vec<u8> = "serial_number = SN-1".encode_utf16().flat_map(u16::to_le_bytes).collect();
        told(&[&[0xff, 0xfe], &utf16[..]].concat());
    }

    #[test]
    fn the_only_key_leaves_no_other() {
        let mut sources = sources(vec![]);
        sources.only = Some(typed(1));
        assert_eq!(sources.read(Some(&typed(2))).keys.len(), 1);
    }

    #[test]
    fn ids_tell_keys_apart_and_nothing_else() {
        let id =
            |serial: &str, byte, server: &str| key_of(serial, &ProductKey::from_bits([byte; 15]), server.into()).id;
        assert_eq!(id("sn-1", 1, "https://a"), id(" SN-1", 1, "https://a/"));
        assert_ne!(id("SN-1", 1, "https://a"), id("SN-1", 2, "https://a"));
        assert_ne!(id("SN-1", 1, "https://a"), id("SN-1", 1, "https://b"));
    }
}
