//! Fresh ids and random bytes: all the randomness there is.

use aws_lc_rs::rand;
use jiff::Timestamp;
use seatkeeper_domain::holder::Salt;
use seatkeeper_protocol::ProductKey;
use uuid::{Builder, Uuid};

/// So many random bytes.
///
/// # Panics
/// If the operating system has no randomness to give; nothing secret could be made then.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

/// A new id: UUID version 7, so that ids sort by when they were made.
pub(crate) fn id<T: From<Uuid>>(now: Timestamp) -> T {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &bytes()).into_uuid().into()
}

/// A salt for names.
pub(crate) fn salt() -> Salt {
    bytes()
}

/// A product key: 120 random bits.
pub(crate) fn product_key() -> ProductKey {
    ProductKey::from_bits(bytes())
}

/// A serial number such as `SN-7F3K-22QM-81`: fifty random bits in Crockford base-32, so that no two
/// vendors' customers read each other's out by counting. Uniqueness is the database's to enforce.
pub(crate) fn serial_number() -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let letters: Vec<char> = bytes::<10>().iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    let group = |from: usize, to: usize| letters[from..to].iter().collect::<String>();
    format!("SN-{}-{}-{}", group(0, 4), group(4, 8), group(8, 10))
}
