//! Random plans with something among the rest that is drawn too rarely to be met.

use proptest::prelude::*;
use seatkeeper_domain::license::Model;
use seatkeeper_domain::policy::CountBy;
use seatkeeper_store::conformance::plan::{Act, Ask, By, Desk, Fate, Plan, Step, plans};

use crate::STEPS;

/// One user works on two devices in one seat; either device is ended, and what is left is closed.
pub(crate) fn one_seat_on_two_devices() -> impl Strategy<Value = Plan> {
    let both = || all([0, 3], Act::Open);
    let ends = (0..2_usize).prop_map(move |device| {
        vec![both(), both(), office(Desk::EndDevice(device)), all([0, 3], Act::Close), all([0, 3], Act::Close)]
    });
    among(ends).prop_map(|mut plan| {
        (plan.sold.model, plan.sold.count_by) = (Model::Concurrent, CountBy::User);
        plan
    })
}

/// The licence is paused for longer than any grace; the server looks for seats as soon as the pause is lifted.
pub(crate) fn a_long_pause() -> impl Strategy<Value = Plan> {
    let pause = vec![
        all([0, 2], Act::Open),
        office(Desk::Suspend(0)),
        Step::Pass(100_000),
        office(Desk::Resume(0)),
        all([0, 2], Act::Reclaim(3)),
    ];
    among(Just(pause))
}

/// Of two copies one is closed with no contact and says so last.
pub(crate) fn a_late_return() -> impl Strategy<Value = Plan> {
    let returns = vec![
        all([0, 1], Act::Open),
        all([0], Act::CloseOffline),
        Step::Pass(61),
        all([1], Act::Close),
        all([0], Act::Close),
    ];
    among(Just(returns))
}

fn among(rare: impl Strategy<Value = Vec<Step>>) -> impl Strategy<Value = Plan> {
    (plans(STEPS), rare, 0..STEPS).prop_map(|(mut plan, rare, at)| {
        let at = at.min(plan.steps.len());
        plan.steps.splice(at..at, rare);
        plan
    })
}

fn all<const N: usize>(programs: [usize; N], act: Act) -> Step {
    Step::Batch(programs.map(|program| Ask { program, act, heard: true }).into(), Fate::Done)
}

fn office(desk: Desk) -> Step {
    Step::Office(desk, By::Vendor, false, Fate::Done)
}
