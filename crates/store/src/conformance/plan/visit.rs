//! What visitors do who have no account, and the vendor about them.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Act, Ask, By, Desk, PROGRAMS, Plan, Sold, Step, fate};

/// Something about what visitors ask for. Numbers name people.
#[derive(Clone, Copy, Debug)]
pub enum Visit {
    /// Asks for a trial, or else for an education licence.
    Ask(usize, bool),
    /// Uses the link of one of the last asks.
    Use(usize),
    /// The vendor grants the last education licence that waits, or declines.
    Answer(bool),
    /// The server sent a mail, or could not.
    Mailed(bool),
    /// The vendor opens the product to visitors, or shuts it.
    Offer(bool),
}

fn visit() -> impl Strategy<Value = Visit> {
    prop_oneof![
        4 => (0..4_usize, prop::bool::weighted(0.7)).prop_map(|(person, trial)| Visit::Ask(person, trial)),
        6 => (0..3_usize).prop_map(Visit::Use),
        2 => any::<bool>().prop_map(Visit::Answer),
        1 => any::<bool>().prop_map(Visit::Mailed),
        1 => prop::bool::weighted(0.7).prop_map(Visit::Offer),
    ]
}

/// Plans of up to so many steps in which visitors ask for trials and try them, and little else happens.
pub fn visits(steps: usize) -> impl Strategy<Value = Plan> {
    let act = prop_oneof![8 => (0..3_usize).prop_map(Act::Try), 1 => Just(Act::Activate)];
    let ask = (0..PROGRAMS, act).prop_map(|(program, act)| Ask { program, act, heard: true });
    let desk = prop_oneof![8 => visit().prop_map(Desk::Visit), 1 => (0..4_usize).prop_map(Desk::EndDevice)];
    let step = prop_oneof![
        6 => (desk, any::<bool>(), fate()).prop_map(|(desk, again, fate)| Step::Office(desk, By::Vendor, again, fate)),
        4 => (vec(ask, 1..4), fate()).prop_map(|(asks, fate)| Step::Batch(asks, fate)),
        1 => prop::sample::select(vec![61, 601, 100_000, 300_000, 700_000]).prop_map(Step::Pass),
    ];
    vec(step, 1..steps).prop_map(|steps| Plan { sold: Sold::plain(), steps })
}
