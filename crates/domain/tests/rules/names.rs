//! People's names: outside the chain, and erased on request.

use seatkeeper_domain::answer::Done;
use seatkeeper_domain::decide::EraseNames;
use seatkeeper_domain::holder::Names;

use crate::shop::{Shop, code};

#[test]
fn a_persons_names_go_from_what_is_over_and_the_chain_holds() {
    let mut shop = Shop::plain();
    let token = shop.activate("pc").unwrap();
    let over = shop.open(token, "Ann").unwrap();
    shop.close(token, &over, None).unwrap();
    let others = shop.open(token, "ben").unwrap();
    let _ = shop.open(token, "ann");
    let books = shop.books();
    let chain = books.counters[&shop.license].chain;
    let (sessions, denials) = (books.sessions.keys().copied().collect(), books.denials.keys().copied().collect());
    let erase = EraseNames { customer_id: shop.customer, user: "ann".to_owned(), sessions, denials };
    assert_eq!(shop.office(erase.clone()).unwrap(), Done::Erased { rows: 2 });
    let books = shop.books();
    assert_eq!(books.sessions[&over.session.id].names, Names::default());
    assert_eq!(books.sessions[&over.session.id].address, None);
    assert_eq!(books.denials.values().next().unwrap().names, Names::default());
    assert_eq!(books.sessions[&others.session.id], others.session, "others keep theirs");
    assert_eq!(books.counters[&shop.license].chain, chain, "the licence's chain is as it was");
    assert_eq!(shop.office(erase).unwrap(), Done::Erased { rows: 0 });
}

#[test]
fn whoever_is_at_work_keeps_their_name_until_they_close() {
    let mut shop = Shop::plain();
    let token = shop.activate("pc").unwrap();
    let held = shop.open(token, "ann").unwrap();
    let sessions = vec![held.session.id];
    let erase = EraseNames { customer_id: shop.customer, user: "ann".to_owned(), sessions, denials: Vec::new() };
    assert_eq!(shop.office(erase.clone()).unwrap(), Done::Erased { rows: 0 });
    shop.close(token, &held, None).unwrap();
    let stranger = shop.new_customer("crm-2");
    assert_eq!(code(&shop.office_of(Some(stranger), erase.clone())), "not_found");
    let theirs = EraseNames { customer_id: stranger, ..erase.clone() };
    assert_eq!(shop.office(theirs).unwrap(), Done::Erased { rows: 0 }, "of another customer's people");
    assert_eq!(shop.office(erase).unwrap(), Done::Erased { rows: 1 });
}
