//! Who counts as one, and the names people read.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::id::{ActivationId, SessionId};
use crate::policy::CountBy;

/// A user's name in the form in which it is compared: trimmed, in lower case.
pub fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Who asks for a seat. Names come from strangers' machines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The OS user.
    pub user: String,
    /// The device's name; for reading only.
    pub device_name: String,
    /// The remote session, on multi-session hosts.
    pub os_session: Option<String>,
}

/// A person's names as they are kept: outside the audit chain, which commits to them by a salted hash,
/// so that they can be erased.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Names {
    /// The OS user; none once erased.
    pub user: Option<String>,
    /// The device's name; none once erased.
    pub device_name: Option<String>,
    /// The remote session.
    pub os_session: Option<String>,
    /// What the chain's hash was salted with; none once erased, and then nothing can be guessed back.
    pub salt: Option<Salt>,
}

/// Sixteen random bytes, drawn outside.
pub type Salt = [u8; 16];

impl Names {
    /// The names of `person`, to be committed to with `salt`.
    pub fn of(person: &Person, salt: Salt) -> Self {
        Self {
            user: Some(person.user.clone()),
            device_name: Some(person.device_name.clone()),
            os_session: person.os_session.clone(),
            salt: Some(salt),
        }
    }

    /// What the audit chain holds in place of the names; none once they are erased.
    pub fn commitment(&self) -> Option<String> {
        let mut hash = Sha256::new();
        hash.update(self.salt?);
        for part in [&self.user, &self.device_name, &self.os_session] {
            let text = part.as_deref().unwrap_or_default();
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
        Some(hex(&hash.finalize()[..16]))
    }

    /// Whether these are the names of `folded`.
    pub fn is_user(&self, folded: &str) -> bool {
        self.user.as_deref().is_some_and(|user| fold(user) == folded)
    }

    /// Forgets them.
    pub fn erase(&mut self) {
        *self = Self::default();
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The identity by which a holder counts as one in a licence: sixteen bytes of SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct HolderKey(pub [u8; 16]);

impl HolderKey {
    /// The key of a person on an activated device, counted by `count_by`.
    pub fn of(count_by: CountBy, activation: ActivationId, person: &Person) -> Self {
        let user = fold(&person.user);
        let session = person.os_session.as_deref().map(fold);
        match count_by {
            CountBy::Holder => Self::hash(&[
                b"holder",
                activation.0.as_bytes(),
                user.as_bytes(),
                session.as_deref().unwrap_or("").as_bytes(),
            ]),
            CountBy::User => Self::hash(&[b"user", user.as_bytes()]),
            CountBy::Device => Self::hash(&[b"device", activation.0.as_bytes()]),
        }
    }

    /// The key of a session whose lease was copied: its own, so that nobody joins it and the fork takes
    /// its own seat.
    pub fn detached(session: SessionId) -> Self {
        Self::hash(&[b"fork", session.0.as_bytes()])
    }

    /// The key of nobody: in place of a person's whose names are erased, since names can be tried against a hash.
    pub fn nobody(row: Uuid) -> Self {
        Self::hash(&[b"nobody", row.as_bytes()])
    }

    /// The key under which refused activations of one device are gathered.
    pub fn of_device(fingerprint: &[String]) -> Self {
        let mut parts: Vec<&[u8]> = vec![b"fingerprint"];
        parts.extend(fingerprint.iter().map(String::as_bytes));
        Self::hash(&parts)
    }

    fn hash(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let mut key = [0; 16];
        key.copy_from_slice(&hash.finalize()[..16]);
        Self(key)
    }
}
