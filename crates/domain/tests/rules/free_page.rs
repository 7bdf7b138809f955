//! The page of free seats: opened under an address, under another, and shut.

use jiff::Timestamp;
use seatkeeper_domain::decide::SetFreePage;

use crate::shop::Shop;

impl Shop {
    fn free_page(&mut self, open: bool) -> Option<Timestamp> {
        let customer_id = self.customer;
        self.office(SetFreePage { customer_id, open }).unwrap();
        self.books().customers[&customer_id].free_page_since()
    }
}

/// Seen red when the instant is the clock's alone: the clock stands here, and the old address stayed good.
#[test]
fn an_address_that_was_renewed_or_shut_never_comes_back() {
    let mut shop = Shop::plain();
    let first = shop.free_page(true).unwrap();
    let second = shop.free_page(true).unwrap();
    assert!(second > first, "the clock stands, and the address is another");
    assert_eq!(shop.free_page(false), None);
    assert!(shop.free_page(true).unwrap() > second);
    let told: Vec<_> = shop.events().into_iter().filter(|kind| kind.starts_with("customer.free")).collect();
    let kinds = ["opened", "renewed", "shut", "opened"].map(|what| format!("customer.free_page_{what}"));
    assert_eq!(told, kinds);
}

#[test]
fn shutting_what_is_shut_changes_nothing() {
    let mut shop = Shop::plain();
    let before = shop.books();
    assert_eq!(shop.free_page(false), None);
    assert_eq!(shop.books(), before);
}
