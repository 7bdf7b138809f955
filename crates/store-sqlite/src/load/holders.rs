//! Who asks: holders with what is known of them, and devices that may be known from before.

use rusqlite::Result;
use seatkeeper_domain::block::Blocked;
use seatkeeper_domain::holder::{HolderKey, fold};
use seatkeeper_domain::id::{ActivationId, LicenseId};
use seatkeeper_domain::needs::{DeviceNeed, HolderNeed, Needs};

use super::Loader;
use crate::row::one;
use crate::rows::activation::{self, activations};
use crate::rows::denial::{self, denials};
use crate::rows::session::{self, sessions};

/// Devices compared with one that asks. More that share hashes with it are clones of one image, and the
/// likest are among these.
const MOST_ALIKE: u32 = 64;

impl Loader<'_> {
    /// Installations and devices by id, and devices by their hashes.
    pub(super) fn devices(&mut self, needs: &Needs) -> Result<()> {
        for (device, id) in &needs.installations {
            self.installation(*device, *id)?;
        }
        needs.activations.iter().try_for_each(|id| self.activation(*id))?;
        needs.devices.iter().try_for_each(|device| self.device(device))
    }

    /// Activations of the licence that may be this device: sharing half of its hashes is what the domain asks at least.
    fn device(&mut self, need: &DeviceNeed) -> Result<()> {
        self.episode(need.license_id, HolderKey::of_device(&need.fingerprint))?;
        let hashes = serde_json::json!(need.fingerprint).to_string();
        let alike = crate::row::all(
            self.conn,
            activations!(
                "JOIN (SELECT d.activation AS n, COUNT(*) AS shared FROM devices d
                     WHERE d.license = (SELECT n FROM licenses WHERE id = ?1) AND d.hash IN (SELECT value FROM json_each(?2))
                     GROUP BY d.activation HAVING COUNT(*) * 2 >= ?3) alike ON alike.n = a.n
                 ORDER BY a.ended_at IS NULL DESC, alike.shared DESC, a.id LIMIT ?4"
            ),
            (need.license_id.0.as_bytes(), hashes, i64::try_from(need.fingerprint.len()).unwrap_or(i64::MAX), MOST_ALIKE),
            activation::activation,
        )?;
        for row in alike {
            let id = row.id;
            self.ledger.activations.load(id, row);
            self.installation(id, need.installation_id)?;
            self.block_on(need.license_id, &Blocked::Device(id))?;
        }
        if need.trial { self.tried(need) } else { Ok(()) }
    }

    /// Devices that may be this one, on which visitors began trials of the licence's product.
    fn tried(&mut self, need: &DeviceNeed) -> Result<()> {
        let Some(license) = self.ledger.licenses.get(&need.license_id) else { return Ok(()) };
        let hashes = serde_json::json!(need.fingerprint).to_string();
        let alike = crate::row::all(
            self.conn,
            activations!(
                "JOIN (SELECT d.activation AS n, COUNT(*) AS shared FROM trial_devices d
                     WHERE d.product = (SELECT n FROM products WHERE id = ?1) AND d.hash IN (SELECT value FROM json_each(?2))
                     GROUP BY d.activation HAVING COUNT(*) * 2 >= ?3) alike ON alike.n = a.n
                 ORDER BY alike.shared DESC, a.id LIMIT ?4"
            ),
            (
                license.product_id.0.as_bytes(),
                hashes,
                i64::try_from(need.fingerprint.len()).unwrap_or(i64::MAX),
                MOST_ALIKE,
            ),
            activation::activation,
        )?;
        for row in alike {
            self.license(row.license_id)?;
            self.ledger.activations.load(row.id, row);
        }
        Ok(())
    }

    /// Everybody who asks for a seat.
    pub(super) fn holders(&mut self, needs: &Needs) -> Result<()> {
        needs.holders.iter().try_for_each(|need| self.holder(need))
    }

    fn holder(&mut self, need: &HolderNeed) -> Result<()> {
        let Some(license) = self.ledger.licenses.get(&need.license_id) else { return Ok(()) };
        let key = need.key(license.policy.count_by);
        let limited = license.policy.holders_per_device.is_some();
        if self.ledger.session_of(need.license_id, key).is_none() {
            let sql = sessions!(
                "WHERE s.license = (SELECT n FROM licenses WHERE id = ?1) AND s.holder = ?2 AND s.ended_at IS NULL"
            );
            if let Some(held) = one(self.conn, sql, (need.license_id.0.as_bytes(), key.0), session::session)? {
                self.take_session(held)?;
            }
        }
        self.episode(need.license_id, key)?;
        self.block_on(need.license_id, &Blocked::User(fold(&need.person.user)))?;
        self.block_on(need.license_id, &Blocked::Device(need.activation_id))?;
        if limited { self.holders_on(need.activation_id) } else { Ok(()) }
    }

    /// The open episode of a holder, if there is one.
    fn episode(&mut self, license: LicenseId, holder: HolderKey) -> Result<()> {
        if self.ledger.episode_of(license, holder).is_some() {
            return Ok(());
        }
        let sql = denials!(
            "WHERE d.license = (SELECT n FROM licenses WHERE id = ?1) AND d.holder = ?2 AND d.outcome_at IS NULL"
        );
        if let Some(open) = one(self.conn, sql, (license.0.as_bytes(), holder.0), denial::denial)? {
            self.ledger.load_denial(open);
        }
        Ok(())
    }

    /// How many hold a seat on a device.
    fn holders_on(&mut self, device: ActivationId) -> Result<()> {
        if !self.ledger.holders_on.contains_key(&device) {
            let sql = "SELECT COUNT(*) FROM sessions
                WHERE activation = (SELECT n FROM activations WHERE id = ?1) AND ended_at IS NULL";
            let holders = one(self.conn, sql, (device.0.as_bytes(),), |row| row.get(0))?;
            self.ledger.holders_on.insert(device, holders.unwrap_or(0));
        }
        Ok(())
    }
}
