//! A new key in place of one that leaked or got lost: first what will happen to whom, then it is done.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::{Form, Query};
use jiff::{SignedDuration, Timestamp};
use seatkeeper_domain::id::{KeyId, LicenseId};
use seatkeeper_domain::key::ProductKey;
use seatkeeper_service::{Permission, Wanted};
use serde::Deserialize;

use super::super::frame::{Frame, Of};
use super::super::span::Span;
use super::{once, secret};
use crate::form::Wrong;
use crate::fresh::Fresh;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, again, shown};
use crate::visitor::Visitor;
use crate::words::{length, many};

/// How long the old key goes on unless something else is chosen.
const OVERLAP: (&str, &str) = ("7", "days");
/// The longest overlap, in seconds.
const LONGEST: u32 = 366 * 86_400;
/// Devices that are counted.
const COUNTED: u32 = 1_000;

#[derive(Template)]
#[template(path = "licenses/reissue.html")]
struct Page {
    shell: Shell,
    frame: Frame,
    key: ProductKey,
    form: Filled,
    /// What will happen to whom; none until it is asked for.
    means: Vec<String>,
    wrong: Wrong,
}

/// The form as it was filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    overlap: String,
    unit: String,
    /// The last day of what is open; for ever where empty.
    end_open: String,
    new_serial: bool,
    once: String,
}

impl Filled {
    /// What is asked for; when the old key stops, and what is open.
    fn read(&self, visitor: &Visitor, wrong: &mut Wrong) -> Option<(u32, Option<Timestamp>)> {
        let overlap = Span::new(&self.overlap, &self.unit).seconds();
        let overlap =
            overlap.and_then(|seconds| if seconds > LONGEST { Err("is longer than a year") } else { Ok(seconds) });
        if let Err(why) = overlap {
            wrong.note("overlap", why);
        }
        let end = visitor.face.last_of(&self.end_open, None);
        if let Err(why) = end {
            wrong.note("end_open_at", why);
        }
        let (overlap, end) = (overlap.ok()?, end.ok()?);
        let stops = visitor.now() + SignedDuration::from_secs(overlap.into());
        if end.is_some_and(|end| end < stops) {
            wrong.note("end_open_at", "must not lie before the old key stops");
        }
        wrong.is_empty().then_some((overlap, end))
    }
}

/// The form; and where it was filled in, what will happen.
pub(crate) async fn form(
    State(portal): State<Portal>,
    Fresh(mut visitor): Fresh,
    Of(license, id): Of<KeyId>,
    Query(mut form): Query<Filled>,
) -> Answer {
    let (frame, key, devices) = read(&portal, &visitor, license, id).await?;
    let mut wrong = Wrong::default();
    if form.overlap.is_empty() && form.unit.is_empty() {
        (form.overlap, form.unit) = (OVERLAP.0.to_owned(), OVERLAP.1.to_owned());
        return shown(&page(&mut visitor, frame, key, form, Vec::new(), wrong));
    }
    match form.read(&visitor, &mut wrong) {
        None => again(&page(&mut visitor, frame, key, form, Vec::new(), wrong)),
        Some((overlap, end)) => {
            let means = means(&visitor, &frame, &key, devices, overlap, end, form.new_serial);
            form.once = once::new(&portal);
            shown(&page(&mut visitor, frame, key, form, means, wrong))
        }
    }
}

/// Does it, and shows the new key.
pub(crate) async fn reissue(
    State(portal): State<Portal>,
    Fresh(mut visitor): Fresh,
    Of(license, id): Of<KeyId>,
    Form(form): Form<Filled>,
) -> Answer {
    let (frame, key, _) = read(&portal, &visitor, license, id).await?;
    let mut wrong = Wrong::default();
    let Some((overlap_seconds, end_open_at)) = form.read(&visitor, &mut wrong) else {
        return again(&page(&mut visitor, frame, key, form, Vec::new(), wrong));
    };
    let wanted = Wanted { key_id: Some(id), overlap_seconds, end_open_at, new_serial_number: form.new_serial };
    let asked = once::asked(
        &form.once,
        &format!("reissue {license} {id} {overlap_seconds} {end_open_at:?} {}", form.new_serial),
    );
    match portal.service.reissue(&visitor.admin, asked, license, wanted).await {
        Ok(made) => {
            let until = visitor.face.at(visitor.now() + SignedDuration::from_secs(overlap_seconds.into()));
            let means = vec![
                format!(
                    "The old key …{} goes on until {}. Put the new one on the devices before.",
                    key.hint,
                    until.said()
                ),
                "The page of the product keys shows which devices have it.".to_owned(),
            ];
            let headline = format!("The new key for {}", key.label);
            secret::page(&portal, &mut visitor, license, made.key_id, made.product_key, headline, means).await
        }
        Err(failure) => {
            let wrong = Wrong::of(failure, &["end_open_at"])?;
            again(&page(&mut visitor, frame, key, form, Vec::new(), wrong))
        }
    }
}

async fn read(
    portal: &Portal,
    visitor: &Visitor,
    license: LicenseId,
    id: KeyId,
) -> Result<(Frame, ProductKey, u32), Refused> {
    let (frame, _) = Frame::read(portal, visitor, license, "keys").await?;
    visitor.admin.may(Permission::Support)?;
    let keys = portal.service.keys_counted(&visitor.admin, license, COUNTED).await?;
    let row = keys.into_iter().find(|row| row.key.id == id).ok_or_else(Refused::not_found)?;
    Ok((frame, row.key, row.devices))
}

/// What will happen to whom.
fn means(
    visitor: &Visitor,
    frame: &Frame,
    key: &ProductKey,
    devices: u32,
    overlap: u32,
    end: Option<Timestamp>,
    new_serial: bool,
) -> Vec<String> {
    let face = &visitor.face;
    let used = match devices {
        0 => "No device uses the old key now.".to_owned(),
        COUNTED.. => format!("{COUNTED} devices or more use the old key now."),
        _ => format!("{} use{} the old key now.", many(devices.into(), "device"), if devices == 1 { "s" } else { "" }),
    };
    let stops = face.at(visitor.now() + SignedDuration::from_secs(overlap.into()));
    let then = match overlap {
        0 => format!("The key …{} activates nothing and opens nothing from the moment you press the button.", key.hint),
        _ => format!(
            "For {}, until {}, both keys work. After that …{} activates nothing and opens nothing.",
            length(overlap.into()),
            stops.said(),
            key.hint
        ),
    };
    let open = match end {
        None => {
            "A program that is open with the old key then goes on until it is closed. Nobody is interrupted.".to_owned()
        }
        Some(end) => format!(
            "A program that is open with the old key then goes on until {}. After that it says that the key was replaced, and \
             stays open: work can be saved.",
            face.at(end).said()
        ),
    };
    let serial = match new_serial {
        true => format!(
            "The licence gets a new serial number: {} names nothing any more, from now on. Tell it together with the key.",
            frame.serial
        ),
        false => format!("The serial number stays {}.", frame.serial),
    };
    let found = "A device that finds the new key in its file or environment takes it up at its next start, with no second seat.".to_owned();
    vec![used, then, open, found, serial]
}

fn page(visitor: &mut Visitor, frame: Frame, key: ProductKey, form: Filled, means: Vec<String>, wrong: Wrong) -> Page {
    Page { shell: Shell::of(visitor, "/licenses", frame.title("Reissue a key")), frame, key, form, means, wrong }
}
