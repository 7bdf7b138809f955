//! How people write what the API wants exactly: durations, dates, terms, seats, features. Asks no server and no clock.

mod duration;
mod instant;
mod pairs;
mod policy;
mod sold;
mod term;

pub(crate) use duration::{Seconds, shown_seconds};
pub(crate) use instant::shown_instant;
pub(crate) use pairs::{contact, metadata, product_feature};
pub(crate) use policy::PolicyArgs;
pub(crate) use seatkeeper_service::written::{first_instant, last_instant};
pub(crate) use sold::{feature_grant, feature_sent, grant};
pub(crate) use term::{term, term_sent};
