//! A full disk and one that stopped writing: said, nothing answered that is not so, and over when the disk is mended.

use seatkeeper_domain::answer::Answer;
use seatkeeper_store::read::Scope;
use seatkeeper_store::{Reader, StoreError, Upkeep};
use seatkeeper_test_support::Disk;

use crate::shop::{Answered, Shop, Sold};

/// Takes seats until the disk refuses one; how many were answered.
fn until_refused(shop: &mut Shop, device: seatkeeper_domain::decide::Credential) -> (u32, StoreError) {
    for taken in 0.. {
        let asked = shop.checkout(device, &format!("user{taken}-{}", "x".repeat(100)));
        match shop.try_run(&[asked]) {
            Ok(answers) => assert!(matches!(answers.as_slice(), [Answered::Ok(Answer::Granted(_))]), "{answers:?}"),
            Err(error) => return (taken, error),
        }
    }
    unreachable!("no disk is endless")
}

fn in_use(shop: &Shop, sold: Sold) -> u32 {
    shop.reader().license(Scope::Vendor, sold.license).unwrap().unwrap().counters.in_use
}

#[test]
fn a_full_disk_is_said_and_gets_well_by_itself_as_root() {
    let disk = Disk::ext4(24);
    let mut shop = Shop::open_in(&disk.path());
    let customer = shop.customer("Acme");
    let sold = shop.pool(customer, 100_000);
    let device = shop.device(sold, "WS-1");
    disk.fill();
    let (taken, error) = until_refused(&mut shop, device);
    assert_eq!(error, StoreError::Unavailable("the disk is full".to_owned()));
    assert_eq!(in_use(&shop, sold), taken, "what was answered is there, what was not is not");
    // A fresh connection may find some room yet: it copies what is in the WAL into the file first.
    let more: u32 =
        std::iter::repeat_with(|| until_refused(&mut shop, device).0).take_while(|more| *more > 0).take(9).sum();
    assert_eq!(in_use(&shop, sold), taken + more);
    assert_eq!(until_refused(&mut shop, device).0, 0, "full for good");
    disk.free_up();
    shop.seat(device, "ann");
    assert_eq!(in_use(&shop, sold), taken + more + 1);
    assert_eq!(shop.upkeep().check(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn a_disk_that_stopped_writing_is_said_and_keeps_what_was_answered_as_root() {
    let disk = Disk::ext4(24);
    let mut shop = Shop::open_in(&disk.path());
    let customer = shop.customer("Acme");
    let sold = shop.pool(customer, 100_000);
    let device = shop.device(sold, "WS-1");
    shop.seat(device, "ann");
    disk.damage();
    let (taken, error) = until_refused(&mut shop, device);
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert_eq!(taken, 0);
    assert_eq!(in_use(&shop, sold), 1, "reading goes on");
    let clock = shop.clock.clone();
    shop.close();
    disk.repair();
    let shop = Shop::reopen(&disk.path(), clock);
    assert_eq!(in_use(&shop, sold), 1);
    assert_eq!(shop.upkeep().check(&mut |_, _| {}).unwrap(), []);
}
