//! What a licence is, and every decision about seats.
//!
//! Pure: no I/O, no clock, no randomness. Commands come with the instant, fresh ids and sealed secrets;
//! [`decide::decide`] turns facts and a command into changes and an answer; [`ledger::Ledger::apply`]
//! makes the next command see the changes. This crate knows nothing of how facts are stored or carried.

pub mod account;
pub mod activation;
pub mod answer;
pub mod ask;
pub mod attempts;
pub mod block;
pub mod catalogue;
pub mod decide;
pub mod demand;
pub mod denial;
pub mod event;
pub mod holder;
pub mod id;
pub mod key;
pub mod ledger;
pub mod license;
pub mod needs;
pub mod policy;
pub mod refusal;
pub mod request;
pub mod session;
pub mod signing;
pub mod term;
pub mod token;
pub mod version;

/// Adds up what a batch of commands must see.
pub fn needs<'a>(batch: impl IntoIterator<Item = &'a decide::Command>) -> needs::Needs {
    let mut needs = needs::Needs::default();
    let mut refreshed = Vec::new();
    for command in batch {
        command.needs(&mut needs);
        if let decide::Command::Refresh(refresh) = command {
            refreshed.push(refresh.credential.license_id);
        }
    }
    // A refresh may save the very seat that would have been taken back: another has to be at hand.
    for license in refreshed {
        if let Some(wanted) = needs.seats.get_mut(&license) {
            *wanted += 1;
        }
    }
    needs
}
