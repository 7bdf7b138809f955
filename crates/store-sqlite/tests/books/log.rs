//! The log is copied into the database while people work.

use std::fs::File;
use std::io::Read;

use seatkeeper_store::Upkeep;

use crate::shop::Shop;

/// How often the log began anew: the checkpoint sequence number in its header
/// (<https://www.sqlite.org/fileformat2.html#the_write_ahead_log>).
fn beginnings(shop: &Shop) -> u32 {
    let mut header = [0; 32];
    File::open(shop.dir().join("seatkeeper.db-wal")).unwrap().read_exact(&mut header).unwrap();
    u32::from_be_bytes(header[12..16].try_into().unwrap())
}

/// Bytes of the log from which on the writer copies all of it: nobody copied it before.
const TOO_LONG: u64 = 32_000 * 4_096;

// Seen red when the thread copies nothing.
#[test]
fn the_log_begins_anew_while_people_work() {
    let mut shop = Shop::open();
    let customer = shop.customer("Acme");
    let sold = shop.pool(customer, 50);
    let device = shop.device(sold, "TERMINAL");
    let before = beginnings(&shop);
    let log = shop.dir().join("seatkeeper.db-wal");
    for user in 0.. {
        let checkout = shop.checkout(device, &format!("user{}", user % 50));
        shop.run(checkout).unwrap();
        assert!(log.metadata().unwrap().len() < TOO_LONG, "the log goes on after {user} commits");
        if beginnings(&shop) > before {
            break;
        }
    }
    assert_eq!(shop.upkeep().check(&mut |_, _| {}).unwrap(), []);
}
