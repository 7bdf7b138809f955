//! What was refused, and who held the seats then, beside the model's.

use jiff::Timestamp;
use seatkeeper_domain::denial::{Denial, Outcome};

use super::reads::{Asked, Checked, same, sorted};
use crate::error::StoreError;
use crate::read::refusals::EpisodeFilter;
use crate::read::{Reader, Scope};

impl<E: Reader, M: Reader> Asked<'_, E, M> {
    pub(super) fn refusals(&self, scope: Scope) -> Checked {
        let (e, m, books) = (self.engine, self.model, self.books);
        let any = EpisodeFilter::default();
        let text = |text: &str| EpisodeFilter { text: Some(text.to_owned()), ..any.clone() };
        let middle = books.denials.values().nth(books.denials.len() / 2).map(|d| d.first_at);
        let mut filters = vec![
            text("LOVE"),
            text("notebook of g"),
            text("ÂTELET"),
            text("%"),
            EpisodeFilter { code: Some("no_seat_available".to_owned()), ..any.clone() },
            EpisodeFilter { since: middle, ..any.clone() },
            EpisodeFilter { until: middle, ..any.clone() },
        ];
        let ends = [None, Some(Outcome::Granted), Some(Outcome::GaveUp)];
        filters.extend(ends.map(|ended| EpisodeFilter { ended: Some(ended), ..any.clone() }));
        filters.extend(books.customers.keys().map(|id| EpisodeFilter { customer_id: Some(*id), ..any.clone() }));
        filters.extend(books.licenses.keys().map(|id| EpisodeFilter { license_id: Some(*id), ..any.clone() }));
        filters.extend(books.products.keys().map(|id| EpisodeFilter { product_id: Some(*id), ..any.clone() }));
        filters.push(any);
        for filter in &filters {
            for limit in [2, 200] {
                let walked = |reader: &dyn Reader| walked(reader, scope, filter, self.now, limit);
                same(&format!("episodes {filter:?}"), walked(e), walked(m))?;
            }
        }
        for denial in books.denials.values() {
            same("denial", e.denial(scope, denial.id), m.denial(scope, denial.id))?;
            let at = |reader: &dyn Reader| reader.seated_at(scope, denial.license_id, denial.first_at, 50);
            same("seated_at", at(e), at(m))?;
        }
        let licenses: Vec<_> = books.licenses.keys().copied().collect();
        for (group, limit) in [("XK7QM", 10), ("XK7QM", 1), ("NOONE", 10)] {
            same("hinted", e.hinted(scope, group, limit), m.hinted(scope, group, limit))?;
        }
        same("labels", sorted(e.labels(scope, &licenses)), sorted(m.labels(scope, &licenses)))
    }

    pub(super) fn refused(&self) -> Checked {
        let licenses: Vec<_> = self.books.licenses.keys().copied().collect();
        for since in self.books.denials.values().map(|d| d.first_at).chain([Timestamp::MIN, Timestamp::MAX]) {
            let refused = |reader: &dyn Reader| reader.refused_since(&licenses, since);
            same("refused_since", refused(self.engine), refused(self.model))?;
        }
        Ok(())
    }
}

/// All that fit, in pages of so many.
fn walked(
    reader: &dyn Reader,
    scope: Scope,
    filter: &EpisodeFilter,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Denial>, StoreError> {
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let page = reader.episodes(scope, filter, now, before, limit)?;
        all.extend(page.items);
        before = page.next;
        if before.is_none() {
            return Ok(all);
        }
    }
}
