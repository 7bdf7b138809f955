//! The vendor's office: support and sales do, now and then, what an administrator does. What they ask is answered by the server.

use std::time::Duration;

use seatkeeper_protocol::admin::{KeyIssued, LicensePatch, List, Reason, Reissue, Release, Session};
use serde::Deserialize;

use super::cast::{ALPHA, BRAUN, CIVIC};
use super::stage::Stage;
use super::teller::Teller;

/// Works until the play is over, one task after the other and then again.
pub(super) fn work(stage: &Stage, teller: &Teller) {
    let tasks: &[fn(&Stage, &Teller) -> anyhow::Result<()>] =
        &[release, add_seats, suspend, resume, reissue, cut_seats];
    let mut turn = (0..).map(|n: usize| tasks[n % tasks.len()]);
    let mut pause = Duration::from_secs(28);
    while teller.wait(pause) {
        let task = turn.next().unwrap_or(release);
        if let Err(error) = task(stage, teller) {
            teller.tell("vendor", &error.to_string());
        }
        pause = Duration::from_secs(14);
    }
}

/// Somebody went home with the program open: support gives the seat back.
fn release(stage: &Stage, teller: &Teller) -> anyhow::Result<()> {
    let license = Some(stage.license(&ALPHA).id.to_string());
    let list = teller.office.list("/v1/sessions", &[("license_id", license)], None, 200)?;
    // Who came last: they are there long enough to be told.
    let Some(session) = List::<Session>::deserialize(list)?.items.pop() else { return Ok(()) };
    let reason = Reason { reason: "went home and left the program open".to_owned() };
    let answer = teller.office.post(&format!("/v1/sessions/{}/release", session.id), &reason)?;
    let name = session.user.unwrap_or_default();
    let message = Release::deserialize(answer)?.message;
    teller.tell("vendor support", &format!("releases {name}'s seat at Alpha Bau. {message}"));
    Ok(())
}

fn add_seats(stage: &Stage, teller: &Teller) -> anyhow::Result<()> {
    seats(stage, teller, 5)?;
    teller.tell("vendor sales", "sells Braun & Partner two more seats: 5 from this moment, nothing to install");
    Ok(())
}

fn cut_seats(stage: &Stage, teller: &Teller) -> anyhow::Result<()> {
    seats(stage, teller, 3)?;
    let what = "takes Braun & Partner back to 3 seats: nobody is thrown out, nobody new gets in until it fits";
    teller.tell("vendor sales", what);
    Ok(())
}

fn seats(stage: &Stage, teller: &Teller, seats: u32) -> anyhow::Result<()> {
    let patch = LicensePatch { seats: Some(seats), ..LicensePatch::default() };
    teller.office.patch(&format!("/v1/licenses/{}", stage.license(&BRAUN).id), &patch)?;
    Ok(())
}

fn suspend(stage: &Stage, teller: &Teller) -> anyhow::Result<()> {
    let reason = Reason { reason: "invoice 4711 is open".to_owned() };
    teller.office.post(&format!("/v1/licenses/{}/suspend", stage.license(&CIVIC).id), &reason)?;
    teller.tell("vendor sales", "suspends Civic Surveys' pool over an open invoice: seats are kept, nobody can start");
    Ok(())
}

fn resume(stage: &Stage, teller: &Teller) -> anyhow::Result<()> {
    let reason = Reason { reason: "invoice 4711 was paid".to_owned() };
    teller.office.post(&format!("/v1/licenses/{}/resume", stage.license(&CIVIC).id), &reason)?;
    teller.tell("vendor sales", "resumes it: everything goes on as it was");
    Ok(())
}

/// The old key works for two days more, so that nobody is interrupted while IT rolls out the new one.
fn reissue(stage: &Stage, teller: &Teller) -> anyhow::Result<()> {
    let keys = teller.office.get(&format!("/v1/licenses/{}/keys", stage.license(&ALPHA).id), &[])?;
    let newest = keys["items"].as_array().and_then(|keys| keys.last()).and_then(|key| key["id"].as_str());
    let key_id = newest.and_then(|id| id.parse().ok());
    let reissue = Reissue { key_id, overlap_seconds: 48 * 3600, ..Reissue::default() };
    let answer = teller.office.post(&format!("/v1/licenses/{}/reissue", stage.license(&ALPHA).id), &reissue)?;
    let new = KeyIssued::deserialize(answer)?;
    let what = format!(
        "Alpha Bau's product key leaked: it gets a new one (…{}); the old one works 48 h more, nobody is interrupted",
        new.key.hint
    );
    teller.tell("vendor support", &what);
    Ok(())
}
