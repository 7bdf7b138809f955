//! How large the books grow.

use seatkeeper_domain::decide::Command;

use crate::shop::Shop;

/// A live session with its checkout, their indexes and the event of its start: at most so many bytes.
const GOAL: u64 = 500;

#[test]
fn a_live_session_stays_small() {
    const SESSIONS: usize = 20_000;
    let mut shop = Shop::open();
    let customer = shop.customer("Acme");
    let sold = shop.pool(customer, 1_000_000);
    let devices: Vec<_> = (0..20).map(|n| shop.device(sold, &format!("TERMINAL-{n}"))).collect();
    let before = pages(&shop);
    let mut asked: Vec<Command> = Vec::new();
    for n in 0..SESSIONS {
        let command = shop.checkout(devices[n % devices.len()], &format!("u{n:07}.meier"));
        asked.push(with_random_checkout_id(command, n));
    }
    for batch in asked.chunks(500) {
        assert!(shop.try_run(batch).unwrap().iter().all(Result::is_ok));
    }
    let each = (pages(&shop) - before) / SESSIONS as u64;
    assert!(each <= GOAL, "{each} bytes for each live session");
}

/// Clients make their checkouts' ids up: unlike ours they come in no order.
fn with_random_checkout_id(command: Command, n: usize) -> Command {
    let Command::Checkout(mut checkout) = command else { return command };
    let scattered = (n as u128 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
    checkout.id = uuid::Uuid::from_u128(scattered).into();
    Command::Checkout(checkout)
}

/// Bytes of the pages in use.
fn pages(shop: &Shop) -> u64 {
    let conn = rusqlite::Connection::open(shop.file()).unwrap();
    let pragma = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
    u64::try_from((pragma("page_count") - pragma("freelist_count")) * pragma("page_size")).unwrap()
}
