//! Every reading within its scope, its pages and its filters.

use seatkeeper_domain::block::Blocked;
use seatkeeper_domain::decide::{Block, Credential};
use seatkeeper_domain::id::{CustomerId, DenialId, SessionId};
use seatkeeper_domain::session::EndReason;
use seatkeeper_store::read::{DenialFilter, LanePosition, LicenseFilter, Page, Scope, SessionFilter, SessionState};
use seatkeeper_store::{Clock, Reader};
use seatkeeper_store_sqlite::SqliteReader;

use crate::shop::{Shop, Sold};

const ALL: Page = Page { after: None, limit: 200 };

/// A customer with one of everything.
struct Estate {
    sold: Sold,
    device: Credential,
    session: SessionId,
    denial: DenialId,
}

fn estate(shop: &mut Shop, name: &str) -> Estate {
    let customer = shop.customer(name);
    let sold = shop.pool(customer, 1);
    let device = shop.device(sold, &format!("WS-{name}"));
    let session = shop.seat(device, &format!("Ann {name}")).session.id;
    let refused = shop.checkout(device, &format!("Bob {name}"));
    shop.run(refused).unwrap_err();
    let reader = shop.reader();
    let denials = reader.denials(Scope::Customer(customer), &DenialFilter::default(), ALL).unwrap();
    let block = shop.draw().into();
    let who = Blocked::User("eve".to_owned());
    let reason = "left".to_owned();
    shop.office(Block { id: block, license_id: sold.license, who, reason, finish: false });
    Estate { sold, device, session, denial: denials.items[0].id }
}

/// How many records of an estate a scope shows, one number a method of the reader.
fn seen(reader: &SqliteReader, scope: Scope, of: &Estate, shop: &Shop) -> Vec<usize> {
    let Estate { sold, device, session, denial } = of;
    let licenses = LicenseFilter { customer_id: Some(sold.customer), ..LicenseFilter::default() };
    let of_license = SessionFilter { license_id: Some(sold.license), ..SessionFilter::default() };
    let of_customer = SessionFilter { customer_id: Some(sold.customer), ..SessionFilter::default() };
    let by_key = SessionFilter { key_id: Some(sold.key), ..SessionFilter::default() };
    let denials = DenialFilter { license_id: Some(sold.license), ..DenialFilter::default() };
    let refused = DenialFilter { customer_id: Some(sold.customer), ..DenialFilter::default() };
    let now = shop.clock.now();
    let denied = reader.denials(scope, &denials, ALL).unwrap().items;
    assert!(denied.iter().all(|d| d.id == *denial));
    let streams = [sold.customer.0, sold.license.0];
    let events = reader.events(scope, &[], 1_000).unwrap();
    vec![
        reader.customer(scope, sold.customer).unwrap().iter().count(),
        reader.customers(scope, None, ALL).unwrap().items.iter().filter(|c| c.id == sold.customer).count(),
        reader.license(scope, sold.license).unwrap().iter().count(),
        reader.licenses(scope, &licenses, ALL).unwrap().items.len(),
        reader
            .licenses(scope, &LicenseFilter::default(), ALL)
            .unwrap()
            .items
            .iter()
            .filter(|l| l.license.id == sold.license)
            .count(),
        reader.keys(scope, sold.license).unwrap().len(),
        reader.blocks(scope, sold.license, ALL).unwrap().items.len(),
        reader.session(scope, *session).unwrap().iter().count(),
        reader.sessions(scope, &of_license, now, ALL).unwrap().items.len(),
        reader.sessions(scope, &of_customer, now, ALL).unwrap().items.len(),
        reader.sessions(scope, &by_key, now, ALL).unwrap().items.len(),
        reader
            .sessions(scope, &SessionFilter::default(), now, ALL)
            .unwrap()
            .items
            .iter()
            .filter(|s| s.session.id == *session)
            .count(),
        reader.activation(scope, device.activation_id).unwrap().iter().count(),
        reader.activations(scope, Some(sold.license), ALL).unwrap().items.len(),
        reader.activations(scope, None, ALL).unwrap().items.iter().filter(|a| a.license_id == sold.license).count(),
        denied.len(),
        reader.denials(scope, &refused, ALL).unwrap().items.len(),
        usize::from(events.iter().any(|e| streams.contains(&e.event.stream.id()))),
    ]
}

#[test]
fn what_is_anothers_does_not_exist() {
    let mut shop = Shop::open();
    let (acme, other) = (estate(&mut shop, "Acme"), estate(&mut shop, "Other"));
    let reader = shop.reader();
    let own = Scope::Customer(acme.sold.customer);
    assert!(seen(&reader, own, &acme, &shop).iter().all(|&rows| rows == 1), "its own, one of each");
    assert!(seen(&reader, Scope::Vendor, &other, &shop).iter().all(|&rows| rows == 1), "the vendor sees all");
    assert!(seen(&reader, own, &other, &shop).iter().all(|&rows| rows == 0), "nothing of another's");
    let nobody = Scope::Customer(CustomerId(shop.draw()));
    assert!(seen(&reader, nobody, &acme, &shop).iter().all(|&rows| rows == 0), "nothing for nobody");
}

#[test]
fn a_customer_follows_its_own_events_without_gap() {
    let mut shop = Shop::open();
    let acme = estate(&mut shop, "Acme");
    estate(&mut shop, "Other");
    let reader = shop.reader();
    let own = Scope::Customer(acme.sold.customer);
    let whole = reader.events(own, &[], 1_000).unwrap();
    let all = reader.events(Scope::Vendor, &[], 1_000).unwrap();
    let mine = |id| id == acme.sold.customer.0 || id == acme.sold.license.0;
    assert_eq!(whole.len(), all.iter().filter(|e| mine(e.event.stream.id())).count());
    let mut followed = Vec::new();
    let mut position: Vec<LanePosition> = Vec::new();
    loop {
        let next = reader.events(own, &position, 2).unwrap();
        let Some(last) = next.last() else { break };
        position = vec![LanePosition { lane: last.lane, number: last.lane_number }];
        followed.extend(next.into_iter().map(|e| e.lane_number));
    }
    assert_eq!(followed, whole.iter().map(|e| e.lane_number).collect::<Vec<_>>());
    assert_eq!(all.iter().map(|e| e.lane_number).collect::<Vec<_>>(), (1..=all.len() as u64).collect::<Vec<_>>());
}

#[test]
fn pages_follow_on_from_one_another() {
    let mut shop = Shop::open();
    let customer = shop.customer("Acme");
    let sold = shop.pool(customer, 10);
    let device = shop.device(sold, "WS-1");
    let made: Vec<_> = (0..7).map(|n| shop.seat(device, &format!("user{n}")).session.id).collect();
    let reader = shop.reader();
    let now = shop.clock.now();
    let (mut read, mut after) = (Vec::new(), None);
    loop {
        let page = reader.sessions(Scope::Vendor, &SessionFilter::default(), now, Page { after, limit: 3 }).unwrap();
        assert!(page.items.len() <= 3);
        read.extend(page.items.iter().map(|row| row.session.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(read, made);
    let whole = reader.sessions(Scope::Vendor, &SessionFilter::default(), now, Page { after: None, limit: 7 }).unwrap();
    assert_eq!((whole.items.len(), whole.next), (7, None), "a full last page promises no other");
}

#[test]
fn filters_pick_what_they_say() {
    let mut shop = Shop::open();
    let customer = shop.customer("Acme");
    let sold = shop.pool(customer, 10);
    let (office, home) = (shop.device(sold, "BÜRO_7"), shop.device(sold, "HOME"));
    let ann = shop.seat(office, "DOMAIN\\Änne");
    let bob = shop.seat(home, "bob%");
    let gone = shop.seat(home, "carl");
    shop.give_back(home, &gone);
    let reader = shop.reader();
    let start = shop.clock.now();
    let ids = |filter: SessionFilter, now| -> Vec<SessionId> {
        let found = reader.sessions(Scope::Vendor, &filter, now, ALL).unwrap();
        found.items.into_iter().map(|row| row.session.id).collect()
    };
    let user = |user: &str| SessionFilter { user: Some(user.to_owned()), ..SessionFilter::default() };
    let device = |device: &str| SessionFilter { device: Some(device.to_owned()), ..SessionFilter::default() };
    let state = |state| SessionFilter { state: Some(state), ..SessionFilter::default() };
    assert_eq!(ids(user("änNE"), start), [ann.session.id]);
    assert_eq!(ids(user("%"), start), [bob.session.id], "a sign is a sign, not a wildcard");
    assert_eq!(ids(device("ws-04"), start), [ann.session.id, bob.session.id]);
    assert!(ids(device("ws_04"), start).is_empty());
    assert_eq!(ids(state(SessionState::Live), start), [ann.session.id, bob.session.id]);
    assert_eq!(ids(state(SessionState::Ended), start), [gone.session.id]);
    shop.clock.pass(1_000);
    shop.refresh(office, &ann).unwrap();
    shop.clock.pass(1_000);
    let later = shop.clock.now();
    assert_eq!(ids(state(SessionState::Live), later), [ann.session.id]);
    assert_eq!(ids(state(SessionState::Silent), later), [bob.session.id]);
    let ended = reader.session(Scope::Vendor, gone.session.id).unwrap().unwrap();
    assert_eq!(ended.session.ended.map(|(_, why)| why), Some(EndReason::Returned));
    assert_eq!(ended.lease_until, gone.times().lease_until, "what is over still says what it promised");

    let whole = reader.license(Scope::Vendor, sold.license).unwrap().unwrap();
    let typed = format!(" {} ", whole.license.serial_number.to_lowercase());
    let typed = LicenseFilter { serial_number: Some(typed), ..LicenseFilter::default() };
    assert_eq!(reader.licenses(Scope::Vendor, &typed, ALL).unwrap().items.len(), 1);
    let named = LicenseFilter { external_id: whole.license.external_id.clone(), ..LicenseFilter::default() };
    assert_eq!(reader.licenses(Scope::Vendor, &named, ALL).unwrap().items.len(), 1);
    assert_eq!(reader.customers(Scope::Vendor, Some("crm-Acme"), ALL).unwrap().items.len(), 1);
    assert!(reader.customers(Scope::Vendor, Some("crm-acme"), ALL).unwrap().items.is_empty());
}

#[test]
fn those_due_back_first_come_first_whatever_their_hints_say() {
    let mut shop = Shop::open();
    let customer = shop.customer("Acme");
    let sold = shop.pool(customer, 10);
    let device = shop.device(sold, "WS-1");
    let early = shop.seat(device, "ann");
    let late = shop.seat(device, "bob");
    let reader = shop.reader();
    assert_eq!(reader.next_back_by(sold.license).unwrap(), early.times().back_by);
    // Both are due after their grace from here on; ann, whose hint is the earlier, is heard of once more.
    shop.clock.pass(10);
    shop.refresh(device, &early).unwrap();
    shop.clock.pass(10);
    shop.refresh(device, &late).unwrap();
    shop.clock.pass(10);
    let _ = shop.refresh(device, &early);
    let holders: Vec<_> = reader.holders(sold.license).unwrap().into_iter().map(|row| row.session.id).collect();
    assert_eq!(holders, [late.session.id, early.session.id]);
    let next = reader.next_back_by(sold.license).unwrap();
    assert_eq!(next, reader.session(Scope::Vendor, late.session.id).unwrap().unwrap().back_by);
}
