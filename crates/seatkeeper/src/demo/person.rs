//! One person's day: comes, opens the program, works, closes it, is away. Holds seats by the SDK, as the vendor's program does.

use std::path::Path;
use std::time::{Duration, Instant};

use fastrand::Rng;
use seatkeeper_client::{Config, Device, Seat, State};

use super::cast::Role;
use super::stage::Stage;
use super::teller::Teller;

/// Lives until the play is over.
pub(super) fn live(role: &Role, number: usize, stage: &Stage, teller: &Teller, state: &Path) {
    let mut person = Person { role, stage, teller, state, chance: Rng::new(), device: 0, refused: 0 };
    // One after the other, so that the first lines can be followed.
    let mut more = teller.wait(Duration::from_millis(1500 * number as u64));
    while more {
        more = person.session();
    }
}

struct Person<'a> {
    role: &'a Role,
    stage: &'a Stage,
    teller: &'a Teller,
    state: &'a Path,
    chance: Rng,
    /// Which of their devices they sit at.
    device: usize,
    /// How often they were told no since they last had a seat.
    refused: u32,
}

impl Person<'_> {
    /// From one arrival to the next; false once the play is over.
    fn session(&mut self) -> bool {
        let seat = match self.open() {
            Some(seat) => seat,
            None => return false,
        };
        match seat.wait(Duration::from_secs(20)) {
            State::Licensed => {
                let at_last = if self.refused > 0 { "gets a seat and " } else { "" };
                self.refused = 0;
                self.say(&format!("{at_last}opens {}{}", self.program(), self.at()));
                self.work(&seat);
                if self.role.devices.len() > 1 {
                    self.move_on(&seat);
                    seat.close();
                } else {
                    seat.close();
                    self.say(&format!("closes {}", self.program()));
                }
                self.away(15, 40)
            }
            State::Refused { problem } => {
                self.refused += 1;
                match self.refused {
                    1 => self.tell(&format!("is told{}: {}", self.at(), problem.detail)),
                    tries => self.tell(&format!("tries again, for the {tries}{} time: no", ordinal(tries))),
                }
                drop(seat);
                self.device = self.other_device();
                self.away(6, 15)
            }
            other => {
                self.tell(&format!("cannot open {}: {}", self.program(), other.name()));
                self.away(6, 15)
            }
        }
    }

    fn open(&self) -> Option<Seat> {
        let license = self.stage.license(&self.role.sale);
        let device = self.role.devices[self.device];
        let config = Config::new(self.role.sale.product, "16.2")
            .server(&self.stage.url)
            .root_key(&self.stage.root_key)
            .key(&license.serial_number, &license.product_key)
            .user(self.role.name)
            .device(Device {
                name: device.to_owned(),
                os: "demo".to_owned(),
                fingerprint: vec![format!("{} {device}", self.role.sale.customer)],
            })
            .state_dir(self.state.join(device))
            .close_within(Duration::from_secs(2));
        match Seat::open(config) {
            Ok(seat) => Some(seat),
            Err(error) => {
                self.tell(&format!("has a broken program: {error}"));
                None
            }
        }
    }

    /// Works for a while, perhaps in a second window, and looks up when the seat is taken from them.
    fn work(&mut self, seat: &Seat) {
        let until = Instant::now() + Duration::from_secs(self.chance.u64(15..60));
        let second = (self.chance.u8(..) < 40).then(|| self.open()).flatten();
        if let Some(second) = &second
            && second.wait(Duration::from_secs(20)) == State::Licensed
        {
            self.say("opens a second window: the same person on the same device, still one seat");
        }
        while Instant::now() < until && self.teller.wait(Duration::from_millis(300)) {
            if let State::Lost { reason } = seat.state() {
                self.tell(&format!("is told that the seat was {reason}; the drawing stays open and can be saved"));
                return;
            }
        }
        drop(second);
    }

    /// Closes the program; on the way to another device, gives this one up first.
    fn move_on(&mut self, seat: &Seat) {
        let device = self.role.devices[self.device];
        if self.chance.bool() {
            match seat.deactivate(Duration::from_secs(10)) {
                Ok(()) => self.tell(&format!("moves the licence away from the {device}")),
                Err(problem) => self.tell(&problem.detail),
            }
        } else {
            self.tell(&format!("closes {} and forgets to deactivate the {device}", self.program()));
        }
        self.device = self.other_device();
    }

    fn other_device(&self) -> usize {
        (self.device + 1) % self.role.devices.len()
    }

    /// Away for some seconds; false once the play is over.
    fn away(&mut self, least: u64, most: u64) -> bool {
        let time = Duration::from_secs(self.chance.u64(least..most));
        self.teller.wait(time)
    }

    /// Tells what they do, and how full the pool is after it.
    fn say(&self, what: &str) {
        let full = match self.role.sale.seats {
            Some(_) => format!("   [{}]", self.teller.full(self.stage.license(&self.role.sale).id)),
            None => String::new(),
        };
        self.tell(&format!("{what}{full}"));
    }

    fn tell(&self, what: &str) {
        self.teller.tell(self.role.sale.customer, &format!("{} {what}", self.role.name));
    }

    /// Where they sit, where it matters.
    fn at(&self) -> String {
        if self.role.devices.len() > 1 { format!(" on the {}", self.role.devices[self.device]) } else { String::new() }
    }

    fn program(&self) -> &'static str {
        if self.role.sale.product == "planner" { "Planner" } else { "Survey" }
    }
}

fn ordinal(number: u32) -> &'static str {
    match number {
        2 => "nd",
        3 => "rd",
        _ => "th",
    }
}
