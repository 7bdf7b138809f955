//! "Is a seat free?", for a customer's people: its pools in numbers, and the address under which whoever has it may look.
//!
//! What is handed out knows no person, no serial number and no key, so that no page can show one. The address is made of the
//! customer and of the instant at which the page was opened, with a MAC over both: nothing that opens it is stored, a made-up
//! one dies without a read, and a later instant is another address. Strangers share one look at the books.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use jiff::Timestamp;
use seatkeeper_domain::catalogue::Customer;
use seatkeeper_domain::decide::SetFreePage;
use seatkeeper_domain::id::CustomerId;
use seatkeeper_domain::license::{Model, Status};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_store::read::{LicenseFilter, LicenseRow, Page, Scope};
use seatkeeper_store::{Reader, StoreError};
use tokio::time::Instant;
use uuid::Uuid;

use crate::authority::Admin;
use crate::failure::Failure;
use crate::seal::{Secrets, same};
use crate::service::Service;

/// How long one look at the books is good for all who come with the address.
const GOOD_FOR: Duration = Duration::from_secs(2);

/// Licences looked at, those issued first.
const MOST: u32 = 200;

/// A customer's pools, in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeSeats {
    /// The customer's name.
    pub customer: String,
    /// Its time zone.
    pub time_zone: Option<String>,
    /// Pools in the order of their products' names; of one product the largest first.
    pub pools: Vec<FreePool>,
    /// When they were looked at.
    pub at: Timestamp,
}

/// A pool, in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreePool {
    /// The product's name.
    pub product: String,
    /// The names of the features in force.
    pub features: Vec<String>,
    /// Seats bought.
    pub seats: u32,
    /// Seats held.
    pub in_use: u32,
    /// How many more can be taken: those free, and the overdraft. None unless it is open.
    pub room: u32,
    /// Whether a program can be started with it.
    pub standing: FreeStanding,
    /// When the next seat is due back at the latest, where there is no room and that is known.
    pub next_back_by: Option<Timestamp>,
}

/// Whether a program can be started with a pool, as long as there is room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FreeStanding {
    /// It can.
    Open,
    /// The vendor paused the licence.
    Suspended,
    /// Its term is over since then.
    Ended(Timestamp),
}

/// Of a customer: since when its page is open, and what it shows.
type Look = Option<(Timestamp, Arc<FreeSeats>)>;

/// A look, while it is good. Whoever finds it old looks again, and the others wait for that.
type Shared = Arc<tokio::sync::Mutex<Option<(Instant, Look)>>>;

/// What strangers saw last, by customer. Only those have a place whose page was open once.
#[derive(Default)]
pub(crate) struct FreePages(Mutex<HashMap<CustomerId, Shared>>);

impl FreePages {
    fn of(&self, customer: CustomerId) -> Shared {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(customer).or_default().clone()
    }
}

impl Service {
    /// What whoever has the address of a customer's page sees. However many come, the books are looked at once in two
    /// seconds.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for an address that was made up, took another's place, or was shut.
    pub async fn free_page(&self, address: &str) -> Result<Arc<FreeSeats>, Failure> {
        let not_found = || Failure::from(Refusal::NotFound { what: "page" });
        let (customer, since) = read_address(&self.secrets, address).ok_or_else(not_found)?;
        let shared = self.free_pages.of(customer);
        let mut shared = shared.lock().await;
        let known = shared.as_ref().filter(|(at, _)| at.elapsed() < GOOD_FOR).map(|(_, look)| look.clone());
        let look = match known {
            Some(look) => look,
            None => {
                let now = self.now();
                let look = self.read(move |reader| look(reader, customer, now)).await?;
                *shared = Some((Instant::now(), look.clone()));
                look
            }
        };
        look.filter(|(open, _)| *open == since).map(|(_, seats)| seats).ok_or_else(not_found)
    }

    /// The same for those who are signed in, as it is now.
    pub async fn free_seats(&self, admin: &Admin, customer: CustomerId) -> Result<FreeSeats, Failure> {
        let customer = self.customer(admin, customer).await?;
        let now = self.now();
        self.read(move |reader| free_seats(reader, customer, now)).await
    }

    /// Opens a customer's page under a fresh address, or shuts it. The address before is good no more when this answers;
    /// with several servers on one database the others know it within two seconds.
    pub async fn set_free_page(&self, admin: &Admin, customer_id: CustomerId, open: bool) -> Result<(), Failure> {
        self.office(admin, None, SetFreePage { customer_id, open }).await?;
        *self.free_pages.of(customer_id).lock().await = None;
        Ok(())
    }

    /// The last part of the address of a customer's page; none while it is shut.
    pub fn free_page_address(&self, customer: &Customer) -> Option<String> {
        customer.free_page_since().map(|since| address(&self.secrets, customer.id, since))
    }
}

fn look(reader: &dyn Reader, customer: CustomerId, now: Timestamp) -> Result<Look, StoreError> {
    let Some(customer) = reader.customer(Scope::Customer(customer), customer)? else { return Ok(None) };
    let Some(since) = customer.free_page_since() else { return Ok(None) };
    Ok(Some((since, Arc::new(free_seats(reader, customer, now)?))))
}

fn free_seats(reader: &dyn Reader, customer: Customer, now: Timestamp) -> Result<FreeSeats, StoreError> {
    let filter = LicenseFilter { model: Some(Model::Concurrent), ..LicenseFilter::default() };
    let listed = reader.licenses(Scope::Customer(customer.id), &filter, Page { after: None, limit: MOST })?;
    let mut pools = Vec::new();
    for row in listed.items.iter().filter(|row| !row.license.revoked()) {
        let mut pool = pool(row, now);
        if pool.standing == FreeStanding::Open && pool.room == 0 {
            pool.next_back_by = reader.next_back_by(row.license.id)?;
        }
        pools.push(pool);
    }
    pools.sort_by(|one, other| (&one.product, other.seats).cmp(&(&other.product, one.seats)));
    Ok(FreeSeats { customer: customer.name, time_zone: customer.time_zone, pools: told(pools), at: now })
}

fn pool(row: &LicenseRow, now: Timestamp) -> FreePool {
    let (license, in_use) = (&row.license, row.counters.in_use);
    let standing = match (license.status, license.ends_at()) {
        (Status::Active, Some(end)) if end <= now => FreeStanding::Ended(end),
        (Status::Active, _) => FreeStanding::Open,
        _ => FreeStanding::Suspended,
    };
    let name = |code: &str| {
        let known = row.product.features.iter().find(|feature| feature.code == code);
        known.map_or(code.to_owned(), |feature| feature.name.clone())
    };
    FreePool {
        product: row.product.name.clone(),
        features: license.features_at(now).map(|feature| name(&feature.code)).collect(),
        seats: license.seats(now),
        in_use,
        room: if standing == FreeStanding::Open { license.limit(now).saturating_sub(in_use) } else { 0 },
        standing,
        next_back_by: None,
    }
}

/// Without the pools that ended, where the product has one that goes on: it took their place.
fn told(pools: Vec<FreePool>) -> Vec<FreePool> {
    let ended = |pool: &FreePool| matches!(pool.standing, FreeStanding::Ended(_));
    let goes_on = |product: &str| pools.iter().any(|pool| pool.product == product && !ended(pool));
    pools.iter().filter(|pool| !ended(pool) || !goes_on(&pool.product)).cloned().collect()
}

const ID: usize = 16;
const INSTANT: usize = 8;

fn address(secrets: &Secrets, customer: CustomerId, since: Timestamp) -> String {
    let mut said = [customer.0.as_bytes().as_slice(), &since.as_microsecond().to_be_bytes()].concat();
    let mac = secrets.free_page_mac(&said);
    said.extend(mac);
    BASE64.encode(said)
}

/// Whose page it is, and since when it was open under this address; `None` for what was never one.
fn read_address(secrets: &Secrets, text: &str) -> Option<(CustomerId, Timestamp)> {
    let bytes = BASE64.decode(text).ok()?;
    let (said, mac) = bytes.split_at_checked(ID + INSTANT)?;
    if !same(&secrets.free_page_mac(said), mac) {
        return None;
    }
    let (id, since) = said.split_at(ID);
    let since = Timestamp::from_microsecond(i64::from_be_bytes(since.try_into().ok()?)).ok()?;
    Some((CustomerId(Uuid::from_slice(id).ok()?), since))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seen red when the MAC is over the customer alone.
    #[test]
    fn an_address_is_of_its_customer_and_instant_and_server() {
        let secrets = Secrets::derive(&[1; 32]);
        let (customer, since) = (CustomerId(Uuid::from_u128(7)), Timestamp::from_microsecond(1_900_000).unwrap());
        let text = address(&secrets, customer, since);
        assert_eq!(read_address(&secrets, &text), Some((customer, since)));
        assert_eq!(read_address(&Secrets::derive(&[2; 32]), &text), None, "another server's");
        let bytes = BASE64.decode(&text).unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(read_address(&secrets, &BASE64.encode(changed)), None, "byte {at}");
        }
        for other in ["", "AAAA", "free", &text[1..], &format!("{text}A")] {
            assert_eq!(read_address(&secrets, other), None, "{other}");
        }
    }

    fn pool_of(product: &str, standing: FreeStanding) -> FreePool {
        let (product, features) = (product.to_owned(), Vec::new());
        FreePool { product, features, seats: 1, in_use: 0, room: 0, standing, next_back_by: None }
    }

    /// Seen red when all that ended is left out.
    #[test]
    fn what_ended_is_told_where_nothing_took_its_place() {
        let ended = FreeStanding::Ended(Timestamp::UNIX_EPOCH);
        let pools = [("Planner", ended), ("Planner", FreeStanding::Suspended), ("Viewer", ended)];
        let told = told(pools.map(|(product, standing)| pool_of(product, standing)).to_vec());
        let standings: Vec<_> = told.iter().map(|pool| (pool.product.as_str(), pool.standing)).collect();
        assert_eq!(standings, [("Planner", FreeStanding::Suspended), ("Viewer", ended)]);
    }
}
