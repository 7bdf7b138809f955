//! What was said where: the layers of the configuration, merged. Knows each setting's name and nothing of its meaning.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use super::Mistake;
use super::file;
use super::nearest::nearest;
use super::setting::{SETTINGS, SettingArgs};

/// The variables of a process.
pub(super) type Environment = BTreeMap<String, OsString>;

const CONFIG: &str = "SEATKEEPER_CONFIG";

/// Variables that others read: the administration commands, `run` and the SDK.
const OF_OTHERS: &[&str] = &[
    CONFIG,
    "SEATKEEPER_DEVICE_NAME",
    "SEATKEEPER_OS_SESSION",
    "SEATKEEPER_PRODUCT_KEY",
    "SEATKEEPER_SERIAL_NUMBER",
    "SEATKEEPER_STATE_DIR",
    "SEATKEEPER_TOKEN",
    "SEATKEEPER_URL",
    "SEATKEEPER_USER",
];

/// Where a value came from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Origin {
    /// A line of the file, from 1; the key where the line could be read.
    File { path: PathBuf, line: usize, key: String },
    /// A variable of the environment.
    Variable(String),
    /// A flag.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::File { path, line, key } if key.is_empty() => write!(f, "{}:{line}", path.display()),
            Origin::File { path, line, key } => write!(f, "{}:{line}: {key}", path.display()),
            Origin::Variable(name) => write!(f, "variable {name}"),
            Origin::Flag(name) => write!(f, "flag --{name}"),
        }
    }
}

/// The strongest value of each setting, as text.
#[derive(Debug, Default)]
pub(super) struct Layers(BTreeMap<&'static str, (Origin, String)>);

impl Layers {
    /// Merges the file, the environment and the flags. Names that are no setting are mistakes.
    pub(super) fn gather(args: &SettingArgs, environment: Environment) -> (Self, Vec<Mistake>) {
        let mut layers = Self::default();
        let mut mistakes = Vec::new();
        let named = args.config.clone().map(|path| (Origin::Flag("config".to_owned()), path));
        let named = named.or_else(|| {
            let path = environment.get(CONFIG)?;
            Some((Origin::Variable(CONFIG.to_owned()), path.into()))
        });
        if let Some((origin, path)) = named {
            layers.read_file(origin, path, &mut mistakes);
        }
        for setting in SETTINGS {
            let variable = setting.variable();
            if let Some(value) = environment.get(&variable) {
                layers.put(setting.key, Origin::Variable(variable), value.clone(), &mut mistakes);
            }
        }
        mistakes.extend(environment.keys().filter_map(|name| misspelt(name)));
        for (key, value) in &args.given {
            layers.put(key, Origin::Flag(key.replace('_', "-")), value.clone(), &mut mistakes);
        }
        (layers, mistakes)
    }

    /// What was said of a setting, and where.
    pub(super) fn get(&self, key: &str) -> Option<(Origin, &str)> {
        self.0.get(key).map(|(origin, value)| (origin.clone(), value.as_str()))
    }

    fn read_file(&mut self, named_by: Origin, path: PathBuf, mistakes: &mut Vec<Mistake>) {
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                let wrong = format!("{} cannot be read: {error}", path.display());
                return mistakes.push(Mistake { origin: named_by, wrong });
            }
        };
        for entry in file::entries(&text) {
            let origin = Origin::File { path: path.clone(), line: entry.line, key: entry.key.clone() };
            match entry.value {
                Err(wrong) => mistakes.push(Mistake { origin, wrong }),
                Ok(value) => match SETTINGS.iter().find(|setting| setting.key == entry.key) {
                    Some(setting) => drop(self.0.insert(setting.key, (origin, value))),
                    None => mistakes.push(unknown(origin, &entry.key, SETTINGS.iter().map(|s| s.key.to_owned()))),
                },
            }
        }
    }

    fn put(&mut self, key: &'static str, origin: Origin, value: OsString, mistakes: &mut Vec<Mistake>) {
        match value.into_string() {
            Ok(value) => drop(self.0.insert(key, (origin, value))),
            Err(_) => mistakes.push(Mistake { origin, wrong: "is not text in UTF-8".to_owned() }),
        }
    }
}

/// A variable that is nearly one of ours. Others are left alone: container platforms make up `SEATKEEPER_PORT` and the like.
fn misspelt(name: &str) -> Option<Mistake> {
    let ours = || SETTINGS.iter().map(|setting| setting.variable());
    if !name.starts_with("SEATKEEPER_") || OF_OTHERS.contains(&name) || ours().any(|known| known == name) {
        return None;
    }
    nearest(name, ours())?;
    Some(unknown(Origin::Variable(name.to_owned()), name, ours()))
}

fn unknown(origin: Origin, name: &str, known: impl Iterator<Item = String>) -> Mistake {
    let hint = nearest(name, known).map(|known| format!("; did you mean `{known}`?")).unwrap_or_default();
    Mistake { origin, wrong: format!("is no setting{hint}") }
}
