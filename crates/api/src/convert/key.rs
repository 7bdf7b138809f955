//! Product keys, there and back.

use seatkeeper_domain::decide::{CutOffs, UpdateKey};
use seatkeeper_domain::id::{KeyId, LicenseId};
use seatkeeper_protocol::admin;
use seatkeeper_service::Wanted;
use seatkeeper_service::read::KeyRow;

use super::Checked;
use super::text::WORD;
use crate::problem::Refused;

pub(crate) fn new(key: admin::KeyNew) -> Result<(String, CutOffs), Refused> {
    let mut checked = Checked::default();
    let label = checked.text("label", key.label, WORD);
    checked.done()?;
    let cut_offs =
        CutOffs { activate_until: key.activate_until, open_until: key.open_until, refresh_until: key.refresh_until };
    Ok((label, cut_offs))
}

pub(crate) fn changed(
    license_id: LicenseId,
    key_id: KeyId,
    key: admin::KeyPatch,
    if_match: Option<u64>,
) -> Result<UpdateKey, Refused> {
    let mut checked = Checked::default();
    let label = checked.optional("label", key.label, WORD);
    checked.done()?;
    Ok(UpdateKey {
        license_id,
        key_id,
        label,
        activate_until: key.activate_until,
        open_until: key.open_until,
        refresh_until: key.refresh_until,
        if_match,
    })
}

pub(crate) fn reissue(reissue: admin::Reissue) -> Result<Wanted, Refused> {
    let mut checked = Checked::default();
    let overlap_seconds = checked.seconds("overlap_seconds", reissue.overlap_seconds);
    checked.done()?;
    Ok(Wanted {
        key_id: reissue.key_id.map(KeyId),
        overlap_seconds,
        end_open_at: reissue.end_open_at,
        new_serial_number: reissue.new_serial_number,
    })
}

pub(crate) fn key(row: KeyRow) -> admin::Key {
    let key = row.key;
    admin::Key {
        id: key.id.0,
        label: key.label,
        hint: key.hint,
        activate_until: key.activate_until,
        open_until: key.open_until,
        refresh_until: key.refresh_until,
        devices: row.devices,
        created_at: key.created_at,
    }
}
