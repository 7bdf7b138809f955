//! What depends on facts that are loaded: parents, devices that may be known from before, holders, who is shut out.

use std::collections::BTreeSet;

use seatkeeper_domain::block::Blocked;
use seatkeeper_domain::holder::{HolderKey, fold};
use seatkeeper_domain::id::{ActivationId, KeyId, LicenseId, SessionId};
use seatkeeper_domain::ledger::Ledger;
use seatkeeper_domain::needs::{Ending, Needs};
use tokio_postgres::Row;
use uuid::Uuid;

use super::first::{
    Asking, INSTALLATIONS, LIVE_CHECKOUTS, PRODUCTS_OF, take_activation, take_block, take_checkout, take_denial,
    take_installation, take_key, take_license, take_product, take_session,
};
use crate::link::{Link, Pipeline, params};
use crate::row::{Columns, Result};
use crate::rows::activation::{self, activations};
use crate::rows::block::blocks;
use crate::rows::denial::denials;
use crate::rows::key::keys;
use crate::rows::license::licenses;
use crate::rows::session::{self, sessions};

/// Devices compared with one that asks. More that share hashes with it are clones of one image, and the likest are among
/// these.
const MOST_ALIKE: i64 = 64;

/// Sharing half of its hashes is what the domain asks at least.
const ALIKE: &str = concat!(
    "SELECT found.* FROM (SELECT d.activation AS id, COUNT(*) AS shared FROM devices d \
         WHERE d.license = $1 AND d.hash = ANY($2) GROUP BY d.activation HAVING COUNT(*) * 2 >= $3) AS alike \
     CROSS JOIN LATERAL (",
    activations!("WHERE a.id = alike.id LIMIT 1"),
    ") AS found ORDER BY (found.ended_at IS NULL) DESC, alike.shared DESC, found.id LIMIT $4"
);

/// Likewise among those on which visitors began trials of the product.
const TRIED: &str = concat!(
    "SELECT found.* FROM (SELECT d.activation AS id, COUNT(*) AS shared FROM trial_devices d \
         WHERE d.product = $1 AND d.hash = ANY($2) GROUP BY d.activation HAVING COUNT(*) * 2 >= $3) AS alike \
     CROSS JOIN LATERAL (",
    activations!("WHERE a.id = alike.id LIMIT 1"),
    ") AS found ORDER BY alike.shared DESC, found.id LIMIT $4"
);

// As a range in its order only the index of holders will do. Before a database has counted its rows, others that begin with
// the licence look as good, and all of a licence's sessions would be walked for each holder; compared as a row, the walk
// would not end at a holder who has none.
const HELD: &str = concat!(
    "SELECT found.* FROM unnest(CAST($1 AS UUID[]), CAST($2 AS BYTEA[])) AS asked (license, holder) CROSS JOIN LATERAL (",
    sessions!(
        "WHERE s.license = asked.license AND s.holder >= asked.holder AND s.holder <= asked.holder \
             AND s.ended_at IS NULL ORDER BY s.holder LIMIT 1"
    ),
    ") AS found"
);
const EPISODES: &str = concat!(
    "SELECT found.* FROM unnest(CAST($1 AS UUID[]), CAST($2 AS BYTEA[])) AS asked (license, holder) CROSS JOIN LATERAL (",
    denials!("WHERE d.license = asked.license AND d.holder = asked.holder AND d.outcome_at IS NULL LIMIT 1"),
    ") AS found"
);
const BLOCKED_USERS: &str = concat!(
    "SELECT found.* FROM unnest(CAST($1 AS UUID[]), CAST($2 AS TEXT[])) AS asked (license, user_folded) \
     CROSS JOIN LATERAL (",
    blocks!("WHERE b.license = asked.license AND b.user_folded = asked.user_folded LIMIT 1"),
    ") AS found"
);
const BLOCKED_DEVICES: &str = concat!(
    "SELECT found.* FROM unnest(CAST($1 AS UUID[]), CAST($2 AS UUID[])) AS asked (license, activation) \
     CROSS JOIN LATERAL (",
    blocks!("WHERE b.license = asked.license AND b.activation = asked.activation LIMIT 1"),
    ") AS found"
);
const HOLDERS_ON: &str = "SELECT activation, COUNT(*) FROM sessions \
     WHERE activation = ANY($1) AND ended_at IS NULL GROUP BY activation";

const OF_LICENSE: &str = sessions!("WHERE s.license = $1 AND s.ended_at IS NULL LIMIT $2");
const OF_USER: &str = sessions!("WHERE s.license = $1 AND s.user_folded = $2 AND s.ended_at IS NULL LIMIT $3");
const ON_DEVICE: &str = concat!(
    "SELECT found.* FROM (SELECT DISTINCT o.session FROM checkouts o WHERE o.activation = $1 AND o.ended_at IS NULL) \
     AS copies CROSS JOIN LATERAL (",
    sessions!("WHERE s.id = copies.session AND s.ended_at IS NULL LIMIT 1"),
    ") AS found LIMIT $2"
);

/// Sessions of checkouts, and the keys that installations were admitted with: a few keys for many programs, and no session
/// where a checkout is new.
pub(super) async fn of_rows(link: &Link, ledger: &mut Ledger) -> Result<()> {
    let sessions = ledger.checkouts.values().map(|row| row.session_id);
    let sessions: BTreeSet<SessionId> = sessions.filter(|id| ledger.sessions.get(id).is_none()).collect();
    let keys = ledger.installations.values().map(|row| row.key_id);
    let keys: BTreeSet<KeyId> = keys.filter(|id| ledger.keys.get(id).is_none()).collect();
    let mut asking = Asking::default();
    if !sessions.is_empty() {
        asking.ask(sessions!("WHERE s.id = ANY($1)"), params![super::ids(&sessions)], take_session);
    }
    if !keys.is_empty() {
        asking.ask(keys!("WHERE k.id = ANY($1)"), params![super::ids(&keys)], take_key);
    }
    asking.into_ledger(link, ledger).await
}

/// Sessions that are to be ended, and then the licences of whatever was loaded without: rows of others, which are looked at
/// and left.
pub(super) async fn parents(link: &Link, needs: &Needs, ledger: &mut Ledger) -> Result<()> {
    for ending in &needs.endings {
        self::ending(link, ending, ledger).await?;
    }
    let sessions = ledger.sessions.values().map(|row| row.license_id);
    let others =
        ledger.keys.values().map(|row| row.license_id).chain(ledger.denials.values().map(|row| row.license_id));
    let others = others.chain(ledger.activations.values().map(|row| row.license_id));
    let others = others.chain(ledger.blocks.values().map(|row| row.license_id));
    let missing: BTreeSet<LicenseId> = sessions.chain(others).filter(|id| ledger.licenses.get(id).is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut asking = Asking::default();
    asking.ask(licenses!("WHERE l.id = ANY($1)"), params![super::ids(&missing)], take_license);
    asking.ask(PRODUCTS_OF, params![super::ids(&missing)], take_product);
    asking.into_ledger(link, ledger).await
}

async fn ending(link: &Link, ending: &Ending, ledger: &mut Ledger) -> Result<()> {
    let most = i64::from(Needs::ENDED_AT_ONCE);
    let mut asked = Pipeline::default();
    let number = match ending {
        Ending::License(id) => asked.ask(OF_LICENSE, params![id.0, most]),
        Ending::Blocked(id, Blocked::User(user)) => asked.ask(OF_USER, params![id.0, user.clone(), most]),
        Ending::Blocked(_, Blocked::Device(device)) | Ending::Activation(device) => {
            asked.ask(ON_DEVICE, params![device.0, most])
        }
    };
    let told = link.send(asked).await?;
    let mut found: Vec<Uuid> = Vec::new();
    for row in told.rows(number) {
        let session = session::session(row)?;
        found.push(session.id.0);
        ledger.load_session(session);
    }
    let mut asking = Asking::default();
    asking.ask(LIVE_CHECKOUTS, params![found], take_checkout);
    asking.into_ledger(link, ledger).await
}

/// Devices that may be known from before, each with this installation on it.
pub(super) async fn devices(link: &Link, needs: &Needs, ledger: &mut Ledger) -> Result<()> {
    if needs.devices.is_empty() {
        return Ok(());
    }
    let mut asked = Pipeline::default();
    for need in &needs.devices {
        let hashes = i64::try_from(need.fingerprint.len()).unwrap_or(i64::MAX);
        asked.ask(ALIKE, params![need.license_id.0, need.fingerprint.clone(), hashes, MOST_ALIKE]);
    }
    let told = link.send(asked).await?;
    let (mut of, mut own) = (Vec::new(), Vec::new());
    for (number, need) in needs.devices.iter().enumerate() {
        for row in told.rows(number) {
            let device = activation::activation(row)?;
            of.push(device.id.0);
            own.push(need.installation_id.0);
            ledger.activations.load(device.id, device);
        }
    }
    let mut asking = Asking::default();
    if !of.is_empty() {
        asking.ask(INSTALLATIONS, params![of, own], take_installation);
    }
    for need in needs.devices.iter().filter(|need| need.trial) {
        let Some(license) = ledger.licenses.get(&need.license_id) else { continue };
        let hashes = i64::try_from(need.fingerprint.len()).unwrap_or(i64::MAX);
        asking.ask(TRIED, params![license.product_id.0, need.fingerprint.clone(), hashes, MOST_ALIKE], take_activation);
    }
    asking.into_ledger(link, ledger).await
}

/// Everybody who asks for a seat, open episodes, and who is shut out.
pub(super) async fn holders(link: &Link, needs: &Needs, ledger: &mut Ledger) -> Result<()> {
    let mut asking = Asking::default();
    let mut holders: BTreeSet<(LicenseId, HolderKey)> = BTreeSet::new();
    let mut limited: BTreeSet<ActivationId> = BTreeSet::new();
    for need in &needs.holders {
        if let Some(license) = ledger.licenses.get(&need.license_id) {
            holders.insert((need.license_id, need.key(license.policy.count_by)));
            limited.extend(license.policy.holders_per_device.map(|_| need.activation_id));
        }
    }
    let devices = needs.devices.iter().map(|need| (need.license_id, HolderKey::of_device(&need.fingerprint)));
    let episodes: BTreeSet<_> = holders.iter().copied().chain(devices).collect();
    let pairs = |of: &BTreeSet<(LicenseId, HolderKey)>| -> (Vec<Uuid>, Vec<Vec<u8>>) {
        of.iter().map(|(license, holder)| (license.0, holder.0.to_vec())).unzip()
    };
    if !holders.is_empty() {
        let (licenses, keys) = pairs(&holders);
        asking.ask(HELD, params![licenses, keys], take_session);
    }
    if !episodes.is_empty() {
        let (licenses, keys) = pairs(&episodes);
        asking.ask(EPISODES, params![licenses, keys], take_denial);
    }
    shut_out(needs, ledger, &mut asking);
    if !limited.is_empty() {
        ledger.holders_on.extend(limited.iter().map(|device| (*device, 0)));
        asking.ask(HOLDERS_ON, params![super::ids(&limited)], take_holders_on);
    }
    asking.into_ledger(link, ledger).await
}

fn take_holders_on(row: &Row, ledger: &mut Ledger) -> Result<()> {
    let mut columns = Columns::of(row);
    let device: ActivationId = columns.id()?;
    ledger.holders_on.insert(device, columns.count()?);
    Ok(())
}

/// Blocks on licences that ever had one, by whom they shut out.
fn shut_out(needs: &Needs, ledger: &Ledger, asking: &mut Asking) {
    let mut who: BTreeSet<(LicenseId, Blocked)> = needs.blocked.clone();
    for need in &needs.holders {
        who.insert((need.license_id, Blocked::User(fold(&need.person.user))));
        who.insert((need.license_id, Blocked::Device(need.activation_id)));
    }
    // Each device that may be the one that asks to be admitted.
    let asked: BTreeSet<LicenseId> = needs.devices.iter().map(|need| need.license_id).collect();
    let alike = ledger.activations.values().filter(|device| asked.contains(&device.license_id));
    who.extend(alike.map(|device| (device.license_id, Blocked::Device(device.id))));
    let ever = |license: &LicenseId| ledger.licenses.get(license).is_some_and(|license| license.ever_blocked);
    let (mut of_users, mut users, mut of_devices, mut devices) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (license, who) in who.into_iter().filter(|(license, _)| ever(license)) {
        match who {
            Blocked::User(user) => {
                of_users.push(license.0);
                users.push(user);
            }
            Blocked::Device(device) => {
                of_devices.push(license.0);
                devices.push(device.0);
            }
        }
    }
    if !users.is_empty() {
        asking.ask(BLOCKED_USERS, params![of_users, users], take_block);
    }
    if !devices.is_empty() {
        asking.ask(BLOCKED_DEVICES, params![of_devices, devices], take_block);
    }
}
