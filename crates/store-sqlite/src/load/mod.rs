//! Fills a ledger with what a batch needs, each kind with its parents, as `domain::needs` says.

mod asks;
mod due;
mod holders;
mod people;
mod seats;

use rusqlite::{Connection, Result};
use seatkeeper_domain::block::Blocked;
use seatkeeper_domain::event::ChainHead;
use seatkeeper_domain::id::{ActivationId, CustomerId, InstallationId, KeyId, LicenseId, ProductId};
use seatkeeper_domain::ledger::Ledger;
use seatkeeper_domain::license::{Counters, License, folded_serial};
use seatkeeper_domain::needs::{Ending, Needs};

use crate::row::{Columns, all, one};
use crate::rows::activation::{self, activations};
use crate::rows::block::{self, blocks};
use crate::rows::catalogue::{self, customers, products};
use crate::rows::denial::{self, denials};
use crate::rows::key::{self, keys};
use crate::rows::license::{self, licenses};
use crate::rows::token::{self, tokens};

/// Loads all that `needs` names.
pub(crate) fn load(conn: &Connection, needs: &Needs, ledger: Ledger) -> Result<Ledger> {
    let mut loader = Loader { conn, ledger };
    loader.server_chain()?;
    loader.office(needs)?;
    loader.people(needs)?;
    loader.asks(needs)?;
    loader.licenses(needs)?;
    loader.devices(needs)?;
    loader.seats(needs)?;
    loader.holders(needs)?;
    loader.shut_out(needs)?;
    loader.due(needs)?;
    Ok(loader.ledger)
}

struct Loader<'a> {
    conn: &'a Connection,
    ledger: Ledger,
}

impl Loader<'_> {
    fn server_chain(&mut self) -> Result<()> {
        let sql = "SELECT chain_length, chain_hash FROM meta";
        let head: Option<ChainHead> = one(self.conn, sql, (), |row| Columns::of(row).chain())?;
        self.ledger.server_chain = head.unwrap_or_default();
        Ok(())
    }

    /// What only administrators' commands need, and failed attempts.
    fn office(&mut self, needs: &Needs) -> Result<()> {
        needs.products.iter().try_for_each(|id| self.product(*id))?;
        for code in &needs.product_codes {
            if let Some(row) = one(self.conn, products!("WHERE p.code = ?1"), (code,), catalogue::product)? {
                self.ledger.products.load(row.id, row);
            }
        }
        needs.customers.iter().try_for_each(|id| self.customer(*id))?;
        for id in &needs.external_ids {
            if let Some(row) = one(self.conn, customers!("WHERE c.external_id = ?1"), (id,), catalogue::customer)? {
                self.ledger.customers.load(row.id, row);
            }
        }
        for id in &needs.tokens {
            if let Some(row) = one(self.conn, tokens!("WHERE t.id = ?1"), (id.0.as_bytes(),), token::token)? {
                self.ledger.tokens.load(row.id, row);
            }
        }
        for (id, key) in &needs.answered {
            if let Some(row) = one(self.conn, token::ANSWERED, (id.0.as_bytes(), key), token::answered)? {
                self.ledger.answered.load((row.token_id, row.key.clone()), row);
            }
        }
        for address in &needs.attempts {
            if let Some(row) = one(self.conn, token::ATTEMPTS, (address,), token::attempts)? {
                self.ledger.attempts.load(row.address.clone(), row);
            }
        }
        if needs.signing_keys {
            for row in all(self.conn, token::SIGNING_KEYS, (), token::signing_key)? {
                self.ledger.signing_keys.load(row.id, row);
            }
        }
        Ok(())
    }

    /// Licences by every way in which they are named, and their keys.
    fn licenses(&mut self, needs: &Needs) -> Result<()> {
        let endings = needs.endings.iter().filter_map(|ending| match ending {
            Ending::License(id) | Ending::Blocked(id, _) => Some(id),
            Ending::Activation(_) => None,
        });
        let named = needs.licenses.iter().chain(&needs.keys_of).chain(needs.seats.keys()).chain(needs.due.keys());
        let named = named.chain(needs.devices.iter().map(|d| &d.license_id)).chain(endings);
        let named = named.chain(needs.holders.iter().map(|h| &h.license_id)).chain(needs.blocked.iter().map(|b| &b.0));
        for id in named {
            self.license(*id)?;
        }
        for serial in &needs.serials {
            let folded = folded_serial(serial);
            let found = one(self.conn, licenses!("WHERE l.serial_folded = ?1"), (folded,), license::license)?;
            self.take_license(found)?;
        }
        needs.keys.iter().try_for_each(|id| self.key(*id))?;
        for id in &needs.keys_of {
            for row in all(self.conn, keys!("WHERE l.id = ?1"), (id.0.as_bytes(),), key::key)? {
                self.ledger.keys.load(row.id, row);
            }
        }
        Ok(())
    }

    /// Blocks and episodes by id, and blocks by whom they shut out.
    fn shut_out(&mut self, needs: &Needs) -> Result<()> {
        for id in &needs.blocks {
            if let Some(row) = one(self.conn, blocks!("WHERE b.id = ?1"), (id.0.as_bytes(),), block::block)? {
                self.license(row.license_id)?;
                self.ledger.load_block(row);
            }
        }
        needs.blocked.iter().try_for_each(|(license, who)| self.block_on(*license, who))?;
        for id in &needs.denials {
            if let Some(row) = one(self.conn, denials!("WHERE d.id = ?1"), (id.0.as_bytes(),), denial::denial)? {
                self.license(row.license_id)?;
                self.ledger.load_denial(row);
            }
        }
        Ok(())
    }

    /// A licence with its counters and its product.
    fn license(&mut self, id: LicenseId) -> Result<()> {
        if self.ledger.licenses.get(&id).is_some() {
            return Ok(());
        }
        let found = one(self.conn, licenses!("WHERE l.id = ?1"), (id.0.as_bytes(),), license::license)?;
        self.take_license(found)
    }

    fn take_license(&mut self, found: Option<(License, Counters)>) -> Result<()> {
        let Some((license, counters)) = found else { return Ok(()) };
        self.product(license.product_id)?;
        self.ledger.counters.load(license.id, counters);
        self.ledger.licenses.load(license.id, license);
        Ok(())
    }

    fn product(&mut self, id: ProductId) -> Result<()> {
        if self.ledger.products.get(&id).is_none()
            && let Some(row) = one(self.conn, products!("WHERE p.id = ?1"), (id.0.as_bytes(),), catalogue::product)?
        {
            self.ledger.products.load(id, row);
        }
        Ok(())
    }

    fn customer(&mut self, id: CustomerId) -> Result<()> {
        if let Some(row) = one(self.conn, customers!("WHERE c.id = ?1"), (id.0.as_bytes(),), catalogue::customer)? {
            self.ledger.customers.load(id, row);
        }
        Ok(())
    }

    fn key(&mut self, id: KeyId) -> Result<()> {
        if self.ledger.keys.get(&id).is_none()
            && let Some(row) = one(self.conn, keys!("WHERE k.id = ?1"), (id.0.as_bytes(),), key::key)?
        {
            self.license(row.license_id)?;
            self.ledger.keys.load(id, row);
        }
        Ok(())
    }

    /// A device with its licence.
    fn activation(&mut self, id: ActivationId) -> Result<()> {
        if self.ledger.activations.get(&id).is_none()
            && let Some(row) =
                one(self.conn, activations!("WHERE a.id = ?1"), (id.0.as_bytes(),), activation::activation)?
        {
            self.license(row.license_id)?;
            self.ledger.activations.load(id, row);
        }
        Ok(())
    }

    /// An installation with its device and the key it was admitted with.
    fn installation(&mut self, device: ActivationId, id: InstallationId) -> Result<()> {
        if self.ledger.installations.get(&(device, id)).is_some() {
            return Ok(());
        }
        let named = (device.0.as_bytes(), id.0.as_bytes());
        let Some((activation, row)) =
            one(self.conn, activation::WITH_INSTALLATION, named, activation::with_installation)?
        else {
            return Ok(());
        };
        self.license(activation.license_id)?;
        self.ledger.activations.load(device, activation);
        if let Some(row) = row {
            self.key(row.key_id)?;
            self.ledger.installations.load((device, id), row);
        }
        Ok(())
    }

    /// The block that shuts somebody out of a licence that is loaded, if there is one.
    fn block_on(&mut self, license: LicenseId, who: &Blocked) -> Result<()> {
        let ever_blocked = self.ledger.licenses.get(&license).is_some_and(|license| license.ever_blocked);
        if !ever_blocked || self.ledger.block_of(license, who).is_some() {
            return Ok(());
        }
        let id = license.0.as_bytes();
        let found = match who {
            Blocked::User(user) => {
                one(self.conn, blocks!("WHERE l.id = ?1 AND b.user_folded = ?2"), (id, user), block::block)?
            }
            Blocked::Device(device) => {
                let sql = blocks!("WHERE l.id = ?1 AND a.id = ?2");
                one(self.conn, sql, (id, device.0.as_bytes()), block::block)?
            }
        };
        if let Some(block) = found {
            self.ledger.load_block(block);
        }
        Ok(())
    }
}
