//! Taking back what is due, before anybody asks for it.

use super::draft::Draft;
use super::seats;
use crate::answer::{Answer, Done};
use crate::id::LicenseId;
use crate::needs::Needs;
use crate::refusal::Refusal;

/// The server's own round.
#[derive(Clone, Copy, Debug)]
pub struct Reclaim {
    /// The licence.
    pub license_id: LicenseId,
    /// How many at most.
    pub at_most: u32,
}

impl Reclaim {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.licenses.insert(self.license_id);
        *needs.due.entry(self.license_id).or_default() += self.at_most;
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>) -> Result<Answer, Refusal> {
        let Some(license) = draft.license(self.license_id) else {
            return Err(Refusal::NotFound { what: "licence" });
        };
        seats::correct_hints(draft, license);
        let seats = seats::take_back(draft, license, |_, taken| taken >= self.at_most);
        Ok(Answer::Done(Done::Reclaimed { seats, more: seats == self.at_most }))
    }
}
