//! The two months before the play: people came and went, and now and then every seat was taken. Lived through by the server's
//! own use cases on a clock that runs ahead, so that charts, reports and refusals have something to show that really happened.

use std::sync::{Mutex, PoisonError};

use anyhow::Context;
use fastrand::Rng;
use futures_util::future::join_all;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use seatkeeper_domain::decide::Credential;
use seatkeeper_domain::holder::Person;
use seatkeeper_domain::id::CheckoutId;
use seatkeeper_domain::version::Version;
use seatkeeper_service::{ActivationAsked, CheckoutAsked, Failure, RefreshAsked, Service};
use seatkeeper_store::{Clock, SteadyClock};
use uuid::Uuid;

use super::cast::{EXTRAS, ROLES, Role};
use super::stage::Stage;

/// How long ago it begins.
const DAYS: i64 = 61;
/// What happens within so long happens at once.
const STEP: SignedDuration = SignedDuration::from_mins(15);

/// The clock of the demo: what it is told, until the play begins, and the machine's from then on.
pub(super) struct PlayClock {
    past: Mutex<Option<Timestamp>>,
    steady: SteadyClock,
}

impl PlayClock {
    /// Stands two months before now.
    pub(super) fn long_ago() -> Self {
        let steady = SteadyClock::starting(Timestamp::UNIX_EPOCH);
        let began = steady.now() - SignedDuration::from_hours(24 * DAYS);
        Self { past: Mutex::new(Some(began)), steady }
    }

    /// From here on it is now.
    fn now_it_is(&self) {
        *self.lock() = None;
    }

    fn put(&self, at: Timestamp) {
        *self.lock() = Some(at);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Timestamp>> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for PlayClock {
    fn now(&self) -> Timestamp {
        self.lock().unwrap_or_else(|| self.steady.now())
    }
}

/// Somebody, two months ago and since.
struct Soul {
    role: Role,
    credential: Credential,
    doing: Doing,
    /// Was refused just now, and wants a seat all the same.
    eager: bool,
    /// What was given them and not presented yet.
    lease: Option<String>,
}

enum Doing {
    /// Away until then.
    Away(Timestamp),
    /// At work until then, with this copy open.
    Work(Timestamp, CheckoutId),
}

/// Lives through it all, until the evening before now; then it is now. Some of them leave their programs open.
pub(super) async fn live(service: &Service, stage: &Stage, clock: &PlayClock) -> anyhow::Result<()> {
    let mut chance = Rng::with_seed(7);
    let began = clock.now();
    let mut souls = Vec::new();
    for role in ROLES.iter().chain(EXTRAS) {
        let credential = admitted(service, stage, role).await?;
        souls.push(Soul { role: *role, credential, doing: Doing::Away(began), eager: false, lease: None });
    }
    let now = clock.steady.now();
    let mut at = began;
    // Somebody's laptop went to sleep yesterday, two others' this morning.
    for (hours, forgetful) in [(26, 0..1), (3, 1..3)] {
        while at < now - SignedDuration::from_hours(hours) {
            at += STEP;
            let here = at.to_zoned(TimeZone::UTC);
            if (6..20).contains(&here.hour()) && !matches!(here.weekday(), Weekday::Saturday | Weekday::Sunday) {
                clock.put(at);
                step(service, &mut souls, at, &mut chance).await?;
            }
        }
        clock.put(at);
        for soul in &mut souls[ROLES.len()..][forgetful] {
            go_home(service, soul, at).await?;
            come(service, soul, at, SignedDuration::MAX).await?;
            present(service, soul).await?;
        }
    }
    for soul in souls.iter_mut().filter(|soul| !matches!(soul.doing, Doing::Work(until, _) if until == Timestamp::MAX))
    {
        go_home(service, soul, at).await?;
    }
    clock.now_it_is();
    Ok(())
}

async fn admitted(service: &Service, stage: &Stage, role: &Role) -> anyhow::Result<Credential> {
    let (license, device) = (stage.license(&role.sale), role.devices[0]);
    let asked = ActivationAsked {
        serial_number: license.serial_number.clone(),
        product_key: license.product_key.clone(),
        product: role.sale.product.to_owned(),
        version: version()?,
        released_at: None,
        installation_id: Uuid::new_v4().into(),
        device_name: device.to_owned(),
        os: "demo".to_owned(),
        fingerprint: vec![format!("{} {device}", role.sale.customer)],
        address: "127.0.0.1".to_owned(),
        request: seatkeeper_api::request_id(),
    };
    let activation = service.activate(asked).await?;
    Ok(service.program(&activation.token)?)
}

fn version() -> anyhow::Result<Version> {
    Version::parse("16.1").context("16.1 is a version")
}

/// A quarter of an hour: some close the program, then some open it.
async fn step(service: &Service, souls: &mut [Soul], at: Timestamp, chance: &mut Rng) -> anyhow::Result<()> {
    for soul in souls.iter_mut() {
        if matches!(soul.doing, Doing::Work(until, _) if until <= at) {
            go_home(service, soul, at + SignedDuration::from_mins(chance.i64(20..150))).await?;
        }
    }
    let hour = at.to_zoned(TimeZone::UTC).hour();
    // Mornings and early afternoons are when people start.
    let likely = match hour {
        8..=10 => 6,
        11 | 13..=15 => 4,
        7 | 12 | 16 => 2,
        _ => 0,
    };
    let mut turns = Vec::new();
    for soul in souls {
        let away = matches!(soul.doing, Doing::Away(until) if until <= at);
        let stays = SignedDuration::from_mins(chance.i64(45..300));
        let wants = away && chance.u32(0..100) < if soul.eager { 70 } else { likely };
        soul.eager &= !away;
        turns.push(async move {
            present(service, soul).await?;
            if wants { come(service, soul, at, stays).await } else { Ok(()) }
        });
    }
    // At once, so that a step is few commits, and a refresh need not wait for others.
    join_all(turns).await.into_iter().collect()
}

/// Refreshes what was taken in the step before: a seat that never is would be held for a lease alone.
async fn present(service: &Service, soul: &mut Soul) -> anyhow::Result<()> {
    if let (Some(lease), Doing::Work(_, id)) = (soul.lease.take(), &soul.doing) {
        let refresh = RefreshAsked { id: *id, lease, ends: Vec::new(), address: "127.0.0.1".to_owned() };
        service.refresh(soul.credential, refresh).await?;
    }
    Ok(())
}

/// Takes a seat for some hours; where there is none, asks again after the next quarter of an hour.
async fn come(service: &Service, soul: &mut Soul, at: Timestamp, stays: SignedDuration) -> anyhow::Result<()> {
    let id = CheckoutId(Uuid::new_v4());
    let asked = CheckoutAsked {
        id,
        person: Person {
            user: soul.role.name.to_owned(),
            device_name: soul.role.devices[0].to_owned(),
            os_session: None,
        },
        version: version()?,
        released_at: None,
        features: None,
        ends: Vec::new(),
        offline_since: None,
        address: "127.0.0.1".to_owned(),
        request: seatkeeper_api::request_id(),
    };
    match service.checkout(soul.credential, asked).await {
        Ok(lease) => {
            soul.lease = Some(lease.lease);
            soul.doing = Doing::Work(at.saturating_add(stays).unwrap_or(Timestamp::MAX), id);
        }
        Err(Failure::Refused { .. }) => (soul.doing, soul.eager) = (Doing::Away(at + STEP), true),
        Err(failure) => return Err(failure.into()),
    }
    Ok(())
}

async fn go_home(service: &Service, soul: &mut Soul, back: Timestamp) -> anyhow::Result<()> {
    if let Doing::Work(_, id) = soul.doing {
        service.give_back(soul.credential, id, None).await?;
        soul.doing = Doing::Away(back);
    }
    Ok(())
}
