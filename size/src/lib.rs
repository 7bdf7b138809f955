//! The SDK as a library of its own, to be weighed and for nothing else: every entry point that a program uses can be called, so
//! that nothing of it is left out. A workspace apart, so that it is built with what the SDK asks for and no more.

use std::panic::catch_unwind;
use std::sync::Mutex;
use std::time::Duration;

use seatkeeper_client::{Config, Device, Seat};

static SEAT: Mutex<Option<Seat>> = Mutex::new(None);

/// Takes a seat, by texts that the compiler cannot know.
#[unsafe(no_mangle)]
pub extern "C" fn weigh_open() -> u32 {
    let told = |name: &str| std::env::var(name).unwrap_or_default();
    number(|| {
        let device = Device { name: told("NAME"), os: told("OS"), fingerprint: vec![told("HASH")] };
        let config = Config::new(told("PRODUCT"), told("VERSION"))
            .server(told("URL"))
            .root_key(told("ROOT"))
            .released_at(told("DATE").parse().ok()?)
            .features([told("FEATURE")])
            .key(told("SERIAL"), told("KEY"))
            .user(told("USER"))
            .device(device)
            .os_session(told("SESSION"))
            .state_dir(told("STATE"))
            .close_within(Duration::from_secs(told("SECONDS").parse().ok()?))
            .on_change(|state| println!("{state:?} {}", state.name()))
            .on_notice(|notice| println!("{notice}"));
        *SEAT.lock().ok()? = Some(Seat::open(config).map_err(|error| println!("{error}")).ok()?);
        Some(1)
    })
}

/// Everything else that a program does with it.
#[unsafe(no_mangle)]
pub extern "C" fn weigh_use() -> u32 {
    let told = |name: &str| std::env::var(name).unwrap_or_default();
    number(|| {
        let seat = SEAT.lock().ok()?;
        let seat = seat.as_ref()?;
        seat.retry();
        let entered = seat.enter_key(&told("SERIAL"), &told("KEY"));
        let given_up = seat.deactivate(Duration::from_secs(1));
        println!("{entered:?} {given_up:?} {:?} {:?}", seat.state(), seat.details());
        let state = seat.wait_until(Duration::from_secs(1), |state| state.usable());
        println!("{:?} {state:?}", seat.wait(Duration::from_secs(1)));
        Some(u32::from(seat.has_feature(&told("FEATURE"))))
    })
}

/// Gives it back.
#[unsafe(no_mangle)]
pub extern "C" fn weigh_close() -> u32 {
    number(|| {
        SEAT.lock().ok()?.take()?.close();
        Some(1)
    })
}

fn number(what: impl FnOnce() -> Option<u32> + std::panic::UnwindSafe) -> u32 {
    catch_unwind(what).ok().flatten().unwrap_or_default()
}
