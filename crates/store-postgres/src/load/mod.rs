//! Fills a ledger with what a batch needs, each kind with its parents, as `domain::needs` says.
//!
//! Locks first, in one order: the books' own row where an administrator asks, the licences by id, addresses. Then, in the
//! same pipeline, the clock, then the facts, each a statement of its own, which sees what those who held the locks before
//! left. Then what depends on facts: holders by their licence's policy, seats that are due back.
//!
//! What is looked up by a pair, or by way of another row, is looked up one by one: `LATERAL` with a `LIMIT` leaves the planner
//! no other way. A join it would do by walking whole tables that were small when it looked, and the plan stays.

mod asks;
mod due;
mod first;
mod people;
mod then;

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use seatkeeper_domain::block::Blocked;
use seatkeeper_domain::id::{ActivationId, LicenseId};
use seatkeeper_domain::ledger::Ledger;
use seatkeeper_domain::license::folded_serial;
use seatkeeper_domain::needs::{Ending, Needs};
use seatkeeper_store::{Clock, StoreError};
use uuid::Uuid;

use crate::link::{Link, Pipeline, params};
use crate::row::Columns;

/// What a batch may change.
pub(crate) struct Loaded {
    /// Licences whose counters it has locked, whether they are there or not.
    pub(crate) locked: BTreeSet<LicenseId>,
    /// Licences that were there.
    pub(crate) known: BTreeSet<LicenseId>,
    /// Hashes of devices that may be admitted again, as they were.
    pub(crate) fingerprints: HashMap<ActivationId, Vec<String>>,
}

/// The licences of rows that are named without one. That a row belongs to a licence never changes, so that it may be asked
/// before the lock.
const LICENSES_OF: &str = "SELECT license FROM sessions WHERE id = ANY($1) \
     UNION SELECT license FROM activations WHERE id = ANY($2) \
     UNION SELECT license FROM denials WHERE id = ANY($3) \
     UNION SELECT license FROM blocks WHERE id = ANY($4) \
     UNION SELECT id FROM licenses WHERE serial_folded = ANY($5)";

/// Begins a transaction, locks, and loads all that `needs` names.
pub(crate) async fn load(
    link: &Link,
    needs: &Needs,
    clock: &dyn Clock,
    opened_at: Timestamp,
    epoch: u32,
) -> Result<(Ledger, Loaded), StoreError> {
    let locked = licenses_named(link, needs).await?;
    let mut ledger = first::load(link, needs, &locked, clock, Ledger::new(clock.now(), opened_at, epoch)).await?;
    then::devices(link, needs, &mut ledger).await?;
    then::of_rows(link, &mut ledger).await?;
    then::parents(link, needs, &mut ledger).await?;
    then::holders(link, needs, &mut ledger).await?;
    due::load(link, needs, &mut ledger).await?;
    let known = ledger.licenses.values().map(|license| license.id).collect();
    let fingerprints = match needs.devices.is_empty() {
        true => HashMap::new(),
        false => ledger.activations.values().map(|device| (device.id, device.fingerprint.clone())).collect(),
    };
    Ok((ledger, Loaded { locked, known, fingerprints }))
}

/// Every licence that the batch may change.
async fn licenses_named(link: &Link, needs: &Needs) -> Result<BTreeSet<LicenseId>, StoreError> {
    let endings = needs.endings.iter().filter_map(|ending| match ending {
        Ending::License(id) | Ending::Blocked(id, _) => Some(id),
        Ending::Activation(_) => None,
    });
    let named = needs.licenses.iter().chain(&needs.keys_of).chain(needs.seats.keys()).chain(needs.due.keys());
    let named = named.chain(needs.devices.iter().map(|d| &d.license_id)).chain(endings);
    let named = named.chain(needs.holders.iter().map(|h| &h.license_id)).chain(needs.blocked.iter().map(|b| &b.0));
    let mut licenses: BTreeSet<LicenseId> = named.copied().collect();
    let devices = devices_by_id(needs);
    let rows = [!needs.sessions.is_empty(), !devices.is_empty(), !needs.denials.is_empty(), !needs.blocks.is_empty()];
    if rows.contains(&true) || !needs.serials.is_empty() {
        let mut asked = Pipeline::default();
        let of = asked.ask(
            LICENSES_OF,
            params![
                ids(&needs.sessions),
                devices,
                ids(&needs.denials),
                ids(&needs.blocks),
                needs.serials.iter().map(|serial| folded_serial(serial)).collect::<Vec<_>>(),
            ],
        );
        for row in link.send(asked).await?.rows(of) {
            licenses.insert(Columns::of(row).id()?);
        }
    }
    Ok(licenses)
}

/// Devices named by themselves, or because sessions with a copy on them are to be ended.
fn devices_by_id(needs: &Needs) -> Vec<Uuid> {
    let ending = needs.endings.iter().filter_map(|ending| match ending {
        Ending::Activation(device) | Ending::Blocked(_, Blocked::Device(device)) => Some(device.0),
        _ => None,
    });
    let devices: BTreeSet<Uuid> = needs.activations.iter().map(|id| id.0).chain(ending).collect();
    devices.into_iter().collect()
}

/// Ids as an array.
fn ids<T: Copy + Into<Uuid>>(ids: &BTreeSet<T>) -> Vec<Uuid> {
    ids.iter().map(|id| (*id).into()).collect()
}
