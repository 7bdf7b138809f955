//! Changing what was sold, unless somebody else did since the form was shown.

use seatkeeper_domain::decide::{LicensePatch, UpdateLicense};
use seatkeeper_domain::id::LicenseId;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_service::Failure;

use crate::form::Wrong;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::visitor::Visitor;

/// Changes a licence that had `revision` when it was read; or says what is wrong, beside one of `fields`.
pub(super) async fn change(
    portal: &Portal,
    visitor: &Visitor,
    license_id: LicenseId,
    revision: u64,
    patch: LicensePatch,
    fields: &[&str],
) -> Result<Wrong, Refused> {
    let what = UpdateLicense { license_id, patch, if_match: Some(revision) };
    match portal.service.office(&visitor.admin, None, what).await {
        Ok(_) => Ok(Wrong::default()),
        Err(Failure::Refused { refusal: refusal @ Refusal::CountByInUse { .. }, .. }) => {
            let mut wrong = Wrong::default();
            wrong.note("policy.count_by", refusal.to_string());
            Ok(wrong)
        }
        Err(failure) => Wrong::of(failure, fields),
    }
}
