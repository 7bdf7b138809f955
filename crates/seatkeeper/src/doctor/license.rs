//! The licence: whether the product key can be one, and, where asked to try, what the program would be told.

use std::time::Duration;

use seatkeeper_client::{Config, Seat, State};

use super::DoctorArgs;
use super::network::Address;
use super::report::Report;
use crate::run::product_key;

/// Looks at the key; with `--try` starts as the program would, by the same SDK and with the same state.
pub(super) fn look(args: &DoctorArgs, address: &Address, report: &mut Report) -> anyhow::Result<()> {
    let (Some(product), Some(serial)) = (&args.product, &args.serial) else { return Ok(()) };
    let key = match product_key(args.key_file.as_deref()) {
        Ok(key) => key,
        Err(error) => {
            let to_do = "copy it from the letter or mail it came in: five groups of five";
            return report.fails("product key", format!("{error:#}"), to_do);
        }
    };
    report.ok("product key", "well-formed")?;
    if !args.attempt {
        let to_do = "--try starts as the program would, which activates this device, takes a seat and returns it";
        return report.note(
            "seat",
            "not asked for: the server knows a key only when a device is activated with it",
            to_do,
        );
    }
    let mut config = Config::new(product, &args.program_version).server(&address.url).key(serial, key);
    if let Some(root) = &args.root_key {
        config = config.root_key(root);
    }
    let seat = Seat::open(config)?;
    match seat.wait(Duration::from_secs(60)) {
        State::Licensed => {
            let counts = seat.details().map(|seen| format!(", {} of {} in use with it", seen.in_use, seen.seats));
            report.ok("seat", format!("one was free{}; it is returned now", counts.unwrap_or_default()))
        }
        State::Refused { problem } => {
            // What the SDK itself refuses says in its sentence what to do.
            let page = Some(problem.code.page()).filter(|page| !page.is_empty());
            let to_do = page.unwrap_or("as it says; the program would tell its user the same");
            report.fails("seat", problem.detail, to_do)
        }
        other => {
            let to_do = "try again; what was found above stands in the way";
            report.fails("seat", format!("the program would be {}", other.name()), to_do)
        }
    }
}
