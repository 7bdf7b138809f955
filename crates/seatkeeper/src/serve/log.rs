//! The server's log, on standard error. Decides no event.

use std::io::IsTerminal;

use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::Log;

/// Writes what happens from now on, ours from the level that was asked for, others' only where it is a warning.
pub(crate) fn start(log: Log) {
    let others = log.level.min(LevelFilter::WARN);
    let filter = Targets::new().with_default(others).with_target("seatkeeper", log.level);
    let format = fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    let layer = if log.json { format.json().boxed() } else { format.boxed() };
    tracing_subscriber::registry().with(layer.with_filter(filter)).init();
}
