//! What group commit is compared with: each command decided and committed alone.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::direct::Direct;

/// Takes and returns a seat for so long; prints commands a second.
pub(crate) fn run(folder: &Path, seconds: f64) -> Result<()> {
    let mut direct = Direct::fresh(folder)?;
    let pool = direct.pool(10)?;
    let device = direct.devices([pool])?.pop().context("no device")?;
    let (start, length) = (Instant::now(), Duration::from_secs_f64(seconds));
    let mut commands = 0_u32;
    while start.elapsed() < length {
        let (held, checkout) = direct.orders.checkout(device)?;
        for command in [checkout, held.give_back()] {
            direct.batch(&[command])?.pop().context("no answer")??;
            commands += 1;
        }
    }
    println!("{}", f64::from(commands) / start.elapsed().as_secs_f64());
    Ok(())
}
