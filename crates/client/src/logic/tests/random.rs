//! Random lives of an installation, checked after every step against what must always hold.

use proptest::prelude::*;
use seatkeeper_protocol::Code;

use super::world::*;
use crate::state::State;

#[derive(Debug, Clone)]
enum Act {
    Start,
    Close,
    Crash,
    Pass(i64),
    Sleep(i64),
    TurnClock(i64),
    Contact(bool),
    LoseReplies(bool),
    Refuse(bool),
    Reclaim,
    NewTokens,
    OtherKey(u8),
    Retry,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => Just(Act::Start),
        2 => Just(Act::Close),
        1 => Just(Act::Crash),
        5 => (1..hours(30)).prop_map(Act::Pass),
        1 => (1..hours(30)).prop_map(Act::Sleep),
        1 => (-hours(500)..hours(100)).prop_map(Act::TurnClock),
        3 => any::<bool>().prop_map(Act::Contact),
        1 => any::<bool>().prop_map(Act::LoseReplies),
        1 => any::<bool>().prop_map(Act::Refuse),
        1 => Just(Act::Reclaim),
        1 => Just(Act::NewTokens),
        1 => (1..4u8).prop_map(Act::OtherKey),
        1 => Just(Act::Retry),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50))]

    /// One copy at a time lives through anything.
    #[test]
    fn whatever_happens(acts in proptest::collection::vec(act(), 1..60)) {
        let mut world = World::new(100);
        let mut copy = None;
        // When something was last granted, by the true time.
        let mut granted = world.time;
        for act in acts {
            match act {
                Act::Start if copy.is_none() => copy = Some(world.start()),
                Act::Start => {}
                Act::Close => if let Some(copy) = copy.take() { world.close(copy) },
                Act::Crash => if let Some(copy) = copy.take() { world.crash(copy) },
                Act::Pass(seconds) => match &mut copy {
                    Some(copy) => world.pass(seconds, copy),
                    None => world.sleep(seconds),
                },
                Act::Sleep(seconds) => {
                    world.sleep(seconds);
                    if let Some(copy) = &mut copy { world.settle(copy) }
                }
                Act::TurnClock(skew) => world.skew = skew,
                Act::Contact(contact) => world.server.reachable = contact,
                Act::LoseReplies(lose) => world.server.lose_replies = lose,
                Act::Refuse(refuse) => world.server.refuse = refuse.then_some(Code::LicenseSuspended),
                Act::Reclaim => {
                    let taken = std::mem::take(&mut world.server.live);
                    world.server.over.extend(taken.into_keys().map(|id| (id, "reclaimed")));
                }
                Act::NewTokens => world.server.forget_tokens(),
                Act::OtherKey(byte) => world.keys = vec![key("SN-1", byte)],
                Act::Retry => if let Some(copy) = &mut copy { world.retry(copy) },
            }
            let Some(copy) = &copy else { continue };
            match copy.state() {
                State::Licensed => granted = world.time,
                State::Offline { until } => {
                    prop_assert!(until.as_second() <= granted + GRACE, "longer than the server said");
                }
                _ => {}
            }
            // The server counts at most this copy's checkout and those this installation knows to be left.
            for id in world.server.live.keys() {
                prop_assert!(world.memory.borrow().checkouts.contains_key(id), "{id} is forgotten: {:?}", copy.logic);
            }
        }
        // With contact, everything is tidied by the next start and its close.
        if let Some(copy) = copy { world.crash(copy) }
        world.server.reachable = true;
        world.server.lose_replies = false;
        world.server.refuse = None;
        world.skew = 0;
        world.keys = vec![key("SN-1", 9)];
        let mut copy = world.start();
        world.pass(hours(1), &mut copy);
        prop_assert_eq!(copy.word(), "licensed");
        prop_assert_eq!(world.server.live.len(), 1, "one holder, one seat: {:?}", world.memory.borrow().checkouts);
        world.close(copy);
        prop_assert!(world.server.live.is_empty());
    }

    /// However the clock is turned and however often it is restarted, grace is never longer than grace.
    #[test]
    fn grace_is_never_stretched(turns in proptest::collection::vec((-hours(500)..hours(1), 1..hours(6), any::<bool>()), 1..20)) {
        let mut world = World::new(1);
        let copy = world.start();
        world.close(copy);
        world.server.reachable = false;
        let mut worked = 0;
        for (skew, seconds, crash) in turns {
            world.skew = skew;
            let mut copy = world.start();
            if copy.word() == "grace" {
                let before = world.time;
                world.pass(seconds, &mut copy);
                if copy.word() == "grace" { worked += world.time - before }
            }
            if crash { world.crash(copy) } else { world.close(copy) }
            world.sleep(600);
        }
        // A crash forgets up to five minutes of the time seen, twenty times.
        prop_assert!(worked <= GRACE + 20 * 300, "{worked}");
    }
}
