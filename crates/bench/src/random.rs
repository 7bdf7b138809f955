//! Numbers that look random and are the same in every run: a run can be repeated, and nothing here is secret.

use std::sync::LazyLock;
use std::time::Instant;

use uuid::{Builder, Uuid};

/// When ids begin, in milliseconds since 1970: the same in every run.
const BEGINNING: u64 = 1_800_000_000_000;
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// SplitMix64.
pub(crate) struct Random(u64);

impl Random {
    /// Numbers of their own for each seed.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xA076_1D64_78BD_642F))
    }

    /// Any number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Above 0 and at most 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        ((self.next() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// Puts things in an order of chance.
    pub(crate) fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, (self.next() % (last as u64 + 1)) as usize);
        }
    }

    /// An id as programs make them up: it begins with the time.
    pub(crate) fn uuid(&mut self) -> Uuid {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.next().to_be_bytes());
        random[8..].copy_from_slice(&self.next().to_be_bytes()[..2]);
        let millis = u64::try_from(START.elapsed().as_millis()).unwrap_or_default();
        Builder::from_unix_timestamp_millis(BEGINNING + millis, &random).into_uuid()
    }
}
