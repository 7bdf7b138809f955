//! The devices that were admitted to a licence, and ending one that is lost.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::{Form, Query};
use seatkeeper_domain::activation::{Activation, ActivationEnd};
use seatkeeper_domain::decide::EndActivation;
use seatkeeper_domain::id::{ActivationId, LicenseId};
use seatkeeper_service::Permission;
use seatkeeper_service::read::Page as Part;
use seatkeeper_service::read::licenses::{DeviceFilter, DeviceRow};
use serde::Deserialize;
use uuid::Uuid;

use super::confirm::{Given, Question};
use super::frame::{Frame, Of};
use crate::form::filled;
use crate::named::Named;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{Face, When, length, many};

/// Rows on a page.
const ROWS: u32 = 50;

/// What is asked of the list.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    ended: bool,
    key: Option<Uuid>,
    after: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "licenses/devices.html")]
struct Page {
    shell: Shell,
    frame: Frame,
    /// How many are admitted now.
    count: String,
    asked: Asked,
    /// The label of the key that the list is about.
    key: Option<String>,
    rows: Vec<Row>,
    next: Option<Uuid>,
    may_end: bool,
}

struct Row {
    id: Uuid,
    name: String,
    os: String,
    since: When,
    /// Last groups of the product keys that are used on it.
    keys: String,
    ended: Option<(&'static str, When)>,
}

/// The devices.
pub(crate) async fn list(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Named(id): Named<LicenseId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let (frame, row) = Frame::read(&portal, &visitor, id, "devices").await?;
    let keys = portal.service.keys_counted(&visitor.admin, id, 0).await?;
    let called = |id: Uuid| keys.iter().find(|row| row.key.id.0 == id).map(|row| &row.key);
    let filter = DeviceFilter { text: filled(&asked.q), ended: asked.ended, key_id: asked.key.map(Into::into) };
    let found = portal.service.devices(&visitor.admin, id, filter, Part { after: asked.after, limit: ROWS }).await?;
    let face = &visitor.face;
    let rows = found.items.into_iter().map(|row| {
        let hints = row.keys.iter().filter_map(|id| called(id.0)).map(|key| format!("…{}", key.hint));
        let hints = hints.collect::<Vec<_>>().join(", ");
        Row::of(row, hints, face)
    });
    shown(&Page {
        count: many(row.counters.devices.into(), "device"),
        key: asked.key.and_then(called).map(|key| format!("{} …{}", key.label, key.hint)),
        rows: rows.collect(),
        next: found.next,
        asked,
        may_end: visitor.may(Permission::Support),
        shell: Shell::of(&mut visitor, "/licenses", frame.title("Devices")),
        frame,
    })
}

impl Row {
    fn of(row: DeviceRow, keys: String, face: &Face) -> Self {
        let device = row.activation;
        let how = |end| match end {
            ActivationEnd::Moved => "moved away",
            ActivationEnd::Ended => "ended",
            ActivationEnd::Blocked => "blocked",
        };
        Self {
            id: device.id.0,
            ended: device.ended.map(|(at, end)| (how(end), face.at(at))),
            since: face.at(device.activated_at),
            name: name(&device),
            os: device.os,
            keys,
        }
    }
}

/// A device's name; for reading only.
fn name(device: &Activation) -> String {
    device.names.device_name.clone().unwrap_or_else(|| "name erased".to_owned())
}

/// What ending a device means, before it is done.
pub(crate) async fn ask_end(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Of(license, device): Of<ActivationId>,
) -> Answer {
    let (frame, question) = ending(&portal, &visitor, license, device).await?;
    question.ask(&mut visitor, frame)
}

/// Ends it.
pub(crate) async fn end(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Of(license, device): Of<ActivationId>,
    Form(given): Form<Given>,
) -> Answer {
    let (frame, question) = ending(&portal, &visitor, license, device).await?;
    let what = |reason| EndActivation { activation_id: device, reason, finish: false }.into();
    question.act(&portal, &mut visitor, frame, given, "The device is ended.".to_owned(), what).await
}

async fn ending(
    portal: &Portal,
    visitor: &Visitor,
    license: LicenseId,
    device: ActivationId,
) -> Result<(Frame, Question), Refused> {
    let (frame, row) = Frame::read(portal, visitor, license, "devices").await?;
    visitor.admin.may(Permission::Support)?;
    let device = portal.service.activation(&visitor.admin, device).await?;
    if device.license_id != license {
        return Err(Refused::not_found());
    }
    let policy = &row.license.policy;
    let list = format!("{}/devices", frame.home());
    let question = Question {
        asks: format!("End {}?", name(&device)),
        means: vec![
            format!(
                "Seats held on it are free again. A program that is open there learns of it within {} while it has contact, \
                 says so, and stays open: work can be saved. Without contact it can go on for {} at most.",
                length(policy.refresh_seconds.into()),
                length(policy.grace_seconds.into())
            ),
            "It can be activated again by whoever has the product key. To keep it out, block it instead; to make the key \
             worthless, reissue it."
                .to_owned(),
        ],
        here: format!("{list}/{}/end", device.id),
        back: list,
        verb: "End the device",
        example: "Laptop was lost on a train",
        typed: None,
    };
    Ok((frame, question))
}
