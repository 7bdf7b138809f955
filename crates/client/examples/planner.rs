//! A planner of bridges in text mode, as a vendor would license it: the licence takes a dozen lines, the rest is the program.
//!
//! It reads commands from standard input, one a line, and prints what it did:
//!
//! ```text
//! open DOCUMENT         opened DOCUMENT
//! save                  saved
//! close DOCUMENT        closed DOCUMENT
//! feature CODE          feature CODE on|off
//! state                 the licence's state, see below
//! retry                 retrying
//! key SERIAL KEY        key taken | key refused "why"
//! deactivate            deactivated | not deactivated code=… detail="…"
//! quit                  bye, once the seat is returned or the return written down; so does the end of the input
//! ```
//!
//! Whenever the licence's state changes, and when asked, it prints one line: `state NAME fact=value …`, texts in double quotes.
//!
//! ```text
//! state licensed session=… seats=10 in_use=3 lease_until=… grace_until=… back_by=…
//! state offline until=…
//! state grace until=…
//! state grace_over
//! state refused code=no_seat_available seats=10 in_use=10 next_back_by=… request=… detail="…"
//! state lost reason=released
//! ```
//!
//! Facts that are not known are left out. Where the SDK looks for keys and keeps its state is said in its documentation. What this
//! example reads itself is for trying it out as other people on other machines: `PLANNER_USER`, `PLANNER_DEVICE` (a name, from
//! which a fingerprint is made up), `PLANNER_FINGERPRINT` (its hashes, with commas), `PLANNER_VERSION`, `PLANNER_RELEASED_AT`,
//! `PLANNER_ROOT_KEY`.

use std::env::var;
use std::fmt::Display;
use std::io::{self, BufRead as _, Write as _};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use seatkeeper_client::{Config, Device, Seat, State};

/// What the program reacts to.
enum Happened {
    Typed(String),
    Licence(State),
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (happens, happened) = channel();
    let seat = Seat::open(pretend(licence(happens.clone()))?)?;
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            // Nobody listens once the program ends.
            let _ = happens.send(Happened::Typed(line));
        }
        let _ = happens.send(Happened::Typed("quit".to_owned()));
    });
    for event in happened {
        match event {
            Happened::Licence(state) => say(stand(&seat, &state))?,
            Happened::Typed(line) if line.trim() == "quit" => break,
            Happened::Typed(line) => say(obey(&seat, line.trim()))?,
        }
    }
    seat.close();
    say("bye")?;
    Ok(())
}

/// What a vendor writes: the product, its version, and what to do when the licence's state changes. A program in the field also
/// carries the address of the vendor's server and its root key, `.server("https://…").root_key("…")`.
fn licence(happens: Sender<Happened>) -> Config {
    let version = var("PLANNER_VERSION").unwrap_or_else(|_| "16.0.2".to_owned());
    Config::new("planner", version).on_change(move |state| {
        let _ = happens.send(Happened::Licence(state.clone()));
    })
}

/// What no vendor writes: other people on other machines, for trying it out.
fn pretend(mut config: Config) -> Result<Config, Box<dyn std::error::Error>> {
    if let Ok(root_key) = var("PLANNER_ROOT_KEY") {
        config = config.root_key(root_key);
    }
    if let Ok(date) = var("PLANNER_RELEASED_AT") {
        config = config.released_at(date.parse()?);
    }
    if let Ok(user) = var("PLANNER_USER") {
        config = config.user(user);
    }
    if let Ok(name) = var("PLANNER_DEVICE") {
        let made_up = || ["machine", "disk", "network"].map(|part| format!("{name}-{part}")).join(",");
        let fingerprint = var("PLANNER_FINGERPRINT").unwrap_or_else(|_| made_up());
        let fingerprint = fingerprint.split(',').map(str::to_owned).collect();
        config = config.device(Device { name, os: "made up".to_owned(), fingerprint });
    }
    Ok(config)
}

/// Does what was typed, however the licence stands: work is never blocked.
fn obey(seat: &Seat, line: &str) -> String {
    match line.split(' ').collect::<Vec<_>>()[..] {
        ["open", document] => format!("opened {document}"),
        ["save"] => "saved".to_owned(),
        ["close", document] => format!("closed {document}"),
        ["feature", code] => format!("feature {code} {}", if seat.has_feature(code) { "on" } else { "off" }),
        ["state"] => stand(seat, &seat.state()),
        ["retry"] => {
            seat.retry();
            "retrying".to_owned()
        }
        ["key", serial_number, product_key] => match seat.enter_key(serial_number, product_key) {
            Ok(()) => "key taken".to_owned(),
            Err(wrong) => format!("key refused \"{wrong}\""),
        },
        ["deactivate"] => match seat.deactivate(Duration::from_secs(20)) {
            Ok(()) => "deactivated".to_owned(),
            Err(problem) => format!("not deactivated code={} {}", problem.code, quoted("detail", &problem.detail)),
        },
        _ => format!("unknown command \"{line}\""),
    }
}

/// The line that tells how the program stands with its licence.
fn stand(seat: &Seat, state: &State) -> String {
    let mut line = format!("state {}", state.name());
    match state {
        State::Licensed => {
            if let Some(seat) = seat.details() {
                line += &fact("session", Some(seat.session_id));
                line += &fact("seats", Some(seat.seats));
                line += &fact("in_use", Some(seat.in_use));
                line += &fact("lease_until", Some(seat.lease_until));
                line += &fact("grace_until", Some(seat.grace_until));
                line += &fact("back_by", seat.back_by);
            }
        }
        State::Offline { until } | State::Grace { until } => line += &fact("until", Some(until)),
        State::Refused { problem } => {
            line += &fact("code", Some(&problem.code));
            line += &fact("seats", problem.number("seats"));
            line += &fact("in_use", problem.number("in_use"));
            line += &fact("next_back_by", problem.next_back_by());
            // What support finds the refusal by: show it with the sentence.
            line += &fact("request", Some(&problem.request_id).filter(|id| !id.is_empty()));
            line += &format!(" {}", quoted("detail", &problem.detail));
        }
        State::Lost { reason } => line += &fact("reason", Some(reason)),
        State::Starting | State::GraceOver | State::Closed => {}
    }
    line
}

fn fact(name: &str, value: Option<impl Display>) -> String {
    value.map(|value| format!(" {name}={value}")).unwrap_or_default()
}

fn quoted(name: &str, text: &str) -> String {
    format!("{name}=\"{}\"", text.replace('"', "'"))
}

/// One line, at once: whoever reads waits for it.
fn say(line: impl Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
