//! One device: what it is, and all that happened with it.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Query;
use seatkeeper_domain::activation::ActivationEnd;
use seatkeeper_domain::id::ActivationId;
use seatkeeper_service::read::refusals::Label;
use seatkeeper_service::read::timeline::Subject;
use uuid::Uuid;

use super::asked::{Asked, List};
use super::told::{Row, Teller};
use crate::labels::Labels;
use crate::named::Named;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::When;

/// Rows on a page.
pub(super) const ROWS: u32 = 50;

#[derive(Template)]
#[template(path = "timelines/device.html")]
struct Page {
    shell: Shell,
    name: String,
    os: String,
    label: Label,
    since: When,
    /// How and when it ended, if it did.
    ended: Option<(&'static str, When)>,
    vendor: bool,
    /// Whether moments tell of more than one licence.
    licenses: bool,
    list: List,
    rows: Vec<Row>,
}

/// The device.
pub(crate) async fn device(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Named(id): Named<ActivationId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let device = portal.service.activation(&visitor.admin, id).await?;
    let filter = asked.filter(&visitor.face);
    let told = portal.service.timeline(&visitor.admin, Subject::Device(id), filter, asked.before(), ROWS).await?;
    let label = Labels::of(&portal, &visitor, [device.license_id].into_iter()).await?.one(device.license_id);
    let keys = portal.service.keys_counted(&visitor.admin, device.license_id, 0).await?;
    let keys: HashMap<Uuid, String> =
        keys.into_iter().map(|row| (row.key.id.0, format!("{} …{}", row.key.label, row.key.hint))).collect();
    let rows = Teller::new(&visitor, keys).rows(&told);
    let how = |end| match end {
        ActivationEnd::Moved => "Moved away",
        ActivationEnd::Ended => "Ended",
        ActivationEnd::Blocked => "Blocked",
    };
    let name = device.names.device_name.clone().unwrap_or_else(|| "name erased".to_owned());
    shown(&Page {
        since: visitor.face.at(device.activated_at),
        ended: device.ended.map(|(at, end)| (how(end), visitor.face.at(at))),
        os: device.os,
        label,
        vendor: visitor.vendor(),
        licenses: false,
        list: asked.list(&format!("/devices/{id}"), told.next),
        rows,
        shell: Shell::of(&mut visitor, "/licenses", format!("Device {name}")),
        name,
    })
}
