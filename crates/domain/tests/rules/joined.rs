//! One user's copies on several devices, in one seat: what becomes of them when a device is ended.

use seatkeeper_domain::answer::{Answer, Done, Granted};
use seatkeeper_domain::block::Blocked;
use seatkeeper_domain::decide::{Block, Command, Credential, Deactivate, EndActivation, Release};
use seatkeeper_domain::policy::CountBy;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::session::EndReason;

use crate::shop::{HOUR, Shop, code};

/// Ann works in one seat, first on her PC and then on her laptop too.
fn ann() -> (Shop, [(Credential, Granted); 2]) {
    let mut shop = Shop::selling(|terms| terms.policy.count_by = Some(CountBy::User));
    let copies = ["pc", "laptop"].map(|device| {
        let token = shop.activate(device).unwrap();
        let held = shop.open(token, "ann").unwrap();
        (token, shop.refresh(token, &held).unwrap())
    });
    assert_eq!((shop.in_use(), shop.live()[0].checkouts), (1, 2));
    (shop, copies)
}

type Way = (&'static str, fn(&mut Shop, Credential));

/// Every way in which a device is ended.
const WAYS: [Way; 3] = [
    ("an administrator ends it", |shop, device| {
        let end = EndActivation { activation_id: device.activation_id, reason: "lost".to_owned(), finish: false };
        assert_eq!(shop.office(end), Ok(Done::Ended { more: false }));
    }),
    ("it is blocked", |shop, device| {
        let (id, license_id, who) = (shop.draw().into(), shop.license, Blocked::Device(device.activation_id));
        shop.office(Block { id, license_id, who, reason: "stolen".to_owned(), finish: false }).unwrap();
    }),
    ("it gives itself up", |shop, device| {
        let done = shop.run(Command::Deactivate(Deactivate { credential: device }));
        assert_eq!(done, Ok(Answer::Done(Done::Ended { more: false })));
    }),
];

/// Whichever of the two is ended, the other goes on in the seat; with the last the seat is free.
///
/// Seen red when the sessions that were started on a device end whole, and when only those are looked for.
#[test]
fn a_device_takes_its_own_copies_with_it_and_no_others() {
    for (what, end) in WAYS {
        for first in [0, 1] {
            let (mut shop, copies) = ann();
            let ((gone, lost), (stays, kept)) = (&copies[first], &copies[1 - first]);
            end(&mut shop, *gone);
            assert_eq!((shop.in_use(), shop.live()[0].checkouts), (1, 1), "{what}: {first}");
            assert_eq!(code(&shop.refresh(*gone, lost)), "activation_ended", "{what}: {first}");
            let kept = shop.refresh(*stays, kept).unwrap();
            assert_eq!(kept.session.id, lost.session.id, "{what}: {first}");
            assert_eq!(shop.events().last().unwrap(), "checkout.ended", "{what}: {first}");
            end(&mut shop, *stays);
            assert_eq!(shop.in_use(), 0, "{what}: {first}");
        }
    }
}

/// Who comes back to a device that was ended is told, whatever token it has by then.
#[test]
fn a_copy_that_was_ended_with_its_device_stays_ended() {
    let (mut shop, [(pc, lost), (laptop, _)]) = ann();
    WAYS[0].1(&mut shop, pc);
    shop.pass(60);
    let back = shop.activate("pc").unwrap();
    assert_eq!(back.activation_id, pc.activation_id);
    let told = shop.refresh(back, &lost);
    assert_eq!(told, Err(Refusal::CheckoutEnded { reason: Some(EndReason::ActivationEnded) }));
    shop.close(back, &lost, None).unwrap();
    assert_eq!(shop.live()[0].checkouts, 1, "the laptop's");
    shop.open(back, "ann").unwrap();
    WAYS[0].1(&mut shop, laptop);
    assert_eq!((shop.in_use(), shop.live()[0].checkouts), (1, 1));
}

/// The lost laptop may go on without knowing. That is recorded however the seat is freed, and not where it knew.
///
/// Seen red when what a copy may do that was ended before is forgotten.
#[test]
fn what_a_lost_device_may_do_is_recorded_when_the_seat_is_free() {
    for ((what, end), knows) in WAYS.into_iter().zip([false, false, true]) {
        let (mut shop, [(pc, held), (laptop, lost)]) = ann();
        let overlap = Some(lost.times().grace_until).filter(|_| !knows);
        end(&mut shop, laptop);
        shop.pass(HOUR);
        shop.close(pc, &held, None).unwrap();
        let over = shop.books().sessions[&held.session.id].clone();
        assert_eq!((over.ended, over.overlap_until), (Some((shop.now(), EndReason::Returned)), overlap), "{what}");
    }
    let (mut shop, [(pc, held), (laptop, lost)]) = ann();
    shop.pass(HOUR);
    let lost = shop.refresh(laptop, &lost).unwrap();
    WAYS[0].1(&mut shop, laptop);
    let release = Release { session_id: held.session.id, reason: "on holiday".to_owned() };
    let overlap_until = Some(lost.times().grace_until);
    assert_eq!(shop.office(release), Ok(Done::Released { session_id: held.session.id, overlap_until }));
    assert_eq!(code(&shop.refresh(pc, &held)), "checkout_ended");
}

#[test]
fn what_was_possible_once_is_not_recorded_after_its_time() {
    let (mut shop, [(pc, held), (laptop, lost)]) = ann();
    WAYS[0].1(&mut shop, laptop);
    let mut held = held;
    while shop.now() < lost.times().grace_until {
        shop.pass(HOUR);
        held = shop.refresh(pc, &held).unwrap();
    }
    shop.close(pc, &held, None).unwrap();
    assert_eq!(shop.books().sessions[&held.session.id].overlap_until, None);
}
