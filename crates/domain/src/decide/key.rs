//! Product keys of a licence: one more, other cut-offs, a new one in place of one.

use jiff::Timestamp;
use serde_json::json;

use super::check::matches;
use super::draft::Draft;
use super::office::Office;
use crate::answer::Done;
use crate::event::Stream;
use crate::id::{KeyId, LicenseId};
use crate::key::ProductKey;
use crate::ledger::Change;
use crate::license::License;
use crate::needs::Needs;
use crate::refusal::Refusal;
use crate::term::after;

/// A key drawn outside: hashed, sealed, ready to be kept.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Its id.
    pub id: KeyId,
    /// What people call it.
    pub label: String,
    /// Its keyed hash.
    pub hash: [u8; 32],
    /// The key, sealed.
    pub sealed: Vec<u8>,
    /// Its last group.
    pub hint: String,
}

/// Most keys that one licence may have.
const MOST_KEYS: usize = 1000;

impl NewKey {
    /// The row it becomes.
    pub(super) fn row(&self, license_id: LicenseId, cut_offs: CutOffs, now: Timestamp) -> ProductKey {
        ProductKey {
            id: self.id,
            license_id,
            label: self.label.clone(),
            hash: self.hash,
            sealed: self.sealed.clone(),
            hint: self.hint.clone(),
            activate_until: cut_offs.activate_until,
            open_until: cut_offs.open_until,
            refresh_until: cut_offs.refresh_until,
            created_at: now,
            revision: 1,
        }
    }
}

/// Until when a key does what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CutOffs {
    /// Admits devices.
    pub activate_until: Option<Timestamp>,
    /// Opens programs.
    pub open_until: Option<Timestamp>,
    /// Refreshes what is open.
    pub refresh_until: Option<Timestamp>,
}

impl CutOffs {
    /// Refuses a new key that would be good for nothing from its first moment. An old one may be cut off at once.
    fn sound(&self, now: Timestamp) -> Result<(), Refusal> {
        let cut_offs = [
            ("activate_until", self.activate_until),
            ("open_until", self.open_until),
            ("refresh_until", self.refresh_until),
        ];
        let past = cut_offs.into_iter().filter(|(_, until)| until.is_some_and(|until| until <= now));
        let wrong: Vec<_> = past.map(|(field, _)| (field.to_owned(), "lies in the past".to_owned())).collect();
        if wrong.is_empty() { Ok(()) } else { Err(Refusal::Invalid(wrong)) }
    }
}

/// Makes one more key.
#[derive(Clone, Debug)]
pub struct AddKey {
    /// The licence.
    pub license_id: LicenseId,
    /// The key.
    pub key: NewKey,
    /// Its cut-offs.
    pub cut_offs: CutOffs,
}

impl AddKey {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.licenses.insert(self.license_id);
        needs.keys_of.insert(self.license_id);
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let license = office.license(draft, self.license_id)?;
        room_for_a_key(draft, license)?;
        self.cut_offs.sound(draft.ledger.now)?;
        let row = self.key.row(license.id, self.cut_offs, draft.ledger.now);
        draft.event(
            Stream::License(license.id),
            "key.added",
            office.actor,
            json!({ "key": row.id, "label": row.label }),
        );
        draft.push(Change::Key(row));
        Ok(Done::Key(self.key.id))
    }
}

fn room_for_a_key(draft: &Draft<'_>, license: &License) -> Result<(), Refusal> {
    if license.revoked() {
        return Err(Refusal::Conflict("A revoked licence gets no new keys."));
    }
    if keys_of(draft, license.id).count() >= MOST_KEYS {
        return Err(Refusal::Conflict("A licence has at most 1000 keys."));
    }
    Ok(())
}

/// A key of a licence that exists for whoever asks.
fn key_of<'a>(
    draft: &Draft<'a>,
    office: &Office,
    license: LicenseId,
    key: KeyId,
) -> Result<(&'a License, &'a ProductKey), Refusal> {
    let license = office.license(draft, license)?;
    let key = draft.ledger.keys.get(&key).filter(|k| k.license_id == license.id);
    Ok((license, key.ok_or(Refusal::NotFound { what: "key" })?))
}

fn keys_of<'a>(draft: &Draft<'a>, license: LicenseId) -> impl Iterator<Item = &'a ProductKey> {
    draft.ledger.keys.values().filter(move |key| key.license_id == license)
}

/// Changes a key's label or cut-offs. Absent fields stay; a cut-off may be lifted.
#[derive(Clone, Debug)]
pub struct UpdateKey {
    /// The licence.
    pub license_id: LicenseId,
    /// The key.
    pub key_id: KeyId,
    /// What people call it.
    pub label: Option<String>,
    /// Admits devices until.
    pub activate_until: Option<Option<Timestamp>>,
    /// Opens programs until.
    pub open_until: Option<Option<Timestamp>>,
    /// Refreshes until.
    pub refresh_until: Option<Option<Timestamp>>,
    /// The revision it must have, if the caller says so.
    pub if_match: Option<u64>,
}

/// Puts a new key in place of one. What is open goes on; after the overlap the old key activates nothing
/// and opens nothing.
#[derive(Clone, Debug)]
pub struct Reissue {
    /// The licence.
    pub license_id: LicenseId,
    /// The key to be replaced; the only one that still activates where absent.
    pub key_id: Option<KeyId>,
    /// The new key. Its label is the old one's.
    pub key: NewKey,
    /// How long the old one works as before, in seconds.
    pub overlap_seconds: u32,
    /// Until when what is open with the old key is refreshed; for ever where absent.
    pub end_open_at: Option<Timestamp>,
    /// The new serial number, if the licence gets one.
    pub new_serial_number: Option<String>,
}

impl Reissue {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.licenses.insert(self.license_id);
        needs.keys_of.insert(self.license_id);
        needs.serials.extend(self.new_serial_number.clone());
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let now = draft.ledger.now;
        let license = office.license(draft, self.license_id)?;
        room_for_a_key(draft, license)?;
        let old = self.replaced(draft, license)?.clone();
        if self.end_open_at.is_some_and(|end| end < after(now, self.overlap_seconds.into())) {
            return Err(Refusal::field("end_open_at", "must not lie before the end of the overlap"));
        }
        let taken = |serial| draft.ledger.licenses.values().any(|l| l.has_serial(serial));
        if self.new_serial_number.as_deref().is_some_and(taken) {
            return Err(Refusal::AlreadyExists { what: "licence", field: "serial_number" });
        }
        let cut = after(now, self.overlap_seconds.into());
        let earlier = |before: Option<Timestamp>| Some(before.map_or(cut, |b| b.min(cut)));
        let new = NewKey { label: old.label.clone(), ..self.key.clone() };
        draft.push(Change::Key(ProductKey {
            activate_until: earlier(old.activate_until),
            open_until: earlier(old.open_until),
            refresh_until: [old.refresh_until, self.end_open_at].into_iter().flatten().min(),
            revision: old.revision + 1,
            ..old.clone()
        }));
        draft.push(Change::Key(new.row(license.id, CutOffs::default(), now)));
        if let Some(serial_number) = &self.new_serial_number {
            draft.push(Change::License(License {
                serial_number: serial_number.clone(),
                revision: license.revision + 1,
                ..license.clone()
            }));
        }
        draft.event(
            Stream::License(license.id),
            "key.reissued",
            office.actor,
            json!({
                "key": new.id,
                "replaces": old.id,
                "overlap_until": cut,
                "end_open_at": self.end_open_at,
                "serial_number": self.new_serial_number,
            }),
        );
        Ok(Done::License { id: license.id, key_id: Some(new.id) })
    }

    fn replaced<'a>(&self, draft: &Draft<'a>, license: &License) -> Result<&'a ProductKey, Refusal> {
        if let Some(id) = self.key_id {
            return keys_of(draft, license.id).find(|k| k.id == id).ok_or(Refusal::NotFound { what: "key" });
        }
        let now = draft.ledger.now;
        let mut usable = keys_of(draft, license.id).filter(|k| k.activates(now));
        match (usable.next(), usable.next()) {
            (Some(key), None) => Ok(key),
            (Some(_), Some(_)) => Err(Refusal::field("key_id", "must say which: this licence has several keys")),
            (None, _) => Err(Refusal::field("key_id", "must say which: no key of this licence activates any more")),
        }
    }
}

impl UpdateKey {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.licenses.insert(self.license_id);
        needs.keys.insert(self.key_id);
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let (license, key) = key_of(draft, office, self.license_id, self.key_id)?;
        matches(self.if_match, key.revision)?;
        let changed = ProductKey {
            label: self.label.clone().unwrap_or_else(|| key.label.clone()),
            activate_until: self.activate_until.unwrap_or(key.activate_until),
            open_until: self.open_until.unwrap_or(key.open_until),
            refresh_until: self.refresh_until.unwrap_or(key.refresh_until),
            revision: key.revision + 1,
            ..key.clone()
        };
        draft.event(
            Stream::License(license.id),
            "key.changed",
            office.actor,
            json!({
                "key": key.id,
                "label": changed.label,
                "activate_until": changed.activate_until,
                "open_until": changed.open_until,
                "refresh_until": changed.refresh_until,
            }),
        );
        draft.push(Change::Key(changed));
        Ok(Done::Key(key.id))
    }
}

/// Writes down that a key is about to be shown; it is shown only once this is committed.
#[derive(Clone, Copy, Debug)]
pub struct RecordKeyShown {
    /// The licence.
    pub license_id: LicenseId,
    /// The key.
    pub key_id: KeyId,
}

impl RecordKeyShown {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.licenses.insert(self.license_id);
        needs.keys.insert(self.key_id);
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let (license, key) = key_of(draft, office, self.license_id, self.key_id)?;
        draft.event(Stream::License(license.id), "key.shown", office.actor, json!({ "key": key.id }));
        Ok(Done::Key(key.id))
    }
}

/// Likewise of many keys: all of them or, if one is not to be had, none.
#[derive(Clone, Debug)]
pub struct RecordKeysShown {
    /// The keys.
    pub keys: Vec<RecordKeyShown>,
}

impl RecordKeysShown {
    pub(super) fn needs(&self, needs: &mut Needs) {
        self.keys.iter().for_each(|key| key.needs(needs));
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        let mut whole = Draft::on(draft.ledger);
        self.keys.iter().try_for_each(|key| key.decide(&mut whole, office).map(drop))?;
        whole.into_changes().into_iter().for_each(|change| draft.push(change));
        Ok(Done::Recorded)
    }
}
