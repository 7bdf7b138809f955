//! What was found, each with the way to it.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Query;
use seatkeeper_domain::id::LicenseId;
use seatkeeper_service::Found;
use seatkeeper_service::read::refusals::Label;
use serde::Deserialize;

use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
}

#[derive(Template)]
#[template(path = "search/found.html")]
struct Page {
    shell: Shell,
    q: String,
    groups: Vec<Group>,
    /// Whether a request id was looked for.
    request: bool,
}

/// Things of a kind.
struct Group {
    name: &'static str,
    items: Vec<Item>,
}

struct Item {
    href: String,
    name: String,
    about: String,
}

/// What was found.
pub(crate) async fn found(State(portal): State<Portal>, mut visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let found = portal.service.search(&visitor.admin, &asked.q).await?;
    shown(&Page {
        request: found.request,
        groups: groups(found, &visitor),
        q: asked.q.trim().to_owned(),
        shell: Shell::of(&mut visitor, "", "Search"),
    })
}

fn groups(found: Found, visitor: &Visitor) -> Vec<Group> {
    let labels = found.labels;
    let of = |id: LicenseId| labels.iter().find(|label| label.license_id == id).map(about).unwrap_or_default();
    let names = |names: &seatkeeper_domain::holder::Names| {
        let parts = [names.user.as_deref(), names.device_name.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" on ")
    };
    let list = |text: &str| format!("/sessions?{}", serde_html_form::to_string([("q", text)]).unwrap_or_default());
    let item = |href: String, name: String, about: String| Item { href, name, about };
    let customers = found.customers.into_iter().filter(|_| visitor.vendor()).map(|customer| {
        item(format!("/customers/{}", customer.id), customer.name, customer.external_id.unwrap_or_default())
    });
    let licenses = found.licenses.into_iter().map(|license| {
        let (row, customer) = (license.row, license.customer);
        let about = format!("{} · {customer}", row.product.name);
        item(format!("/licenses/{}", row.license.id), row.license.serial_number, about)
    });
    let keys = found.keys.into_iter().map(|label| {
        item(format!("/licenses/{}/keys", label.license_id), format!("A key of {}", label.serial_number), about(&label))
    });
    let sessions = found.sessions.into_iter().map(|row| {
        let held = if row.session.live() { "holds a seat" } else { "held a seat" };
        let user = row.session.names.user.clone().unwrap_or_default();
        item(list(&user), names(&row.session.names), format!("{held} of {}", of(row.session.license_id)))
    });
    let devices = found.devices.into_iter().map(|device| {
        item(format!("/licenses/{}/devices", device.license_id), names(&device.names), of(device.license_id))
    });
    let denials = found.denials.into_iter().map(|denial| {
        let about = format!("refused {}, {}", visitor.face.at(denial.first_at).said(), of(denial.license_id));
        item(format!("/denials/{}", denial.id), names(&denial.names), about)
    });
    let groups = [
        ("Customers", customers.collect::<Vec<_>>()),
        ("Licences", licenses.collect()),
        ("Product keys", keys.collect()),
        ("Sessions", sessions.collect()),
        ("Devices", devices.collect()),
        ("Denials", denials.collect()),
    ];
    groups.into_iter().filter(|(_, items)| !items.is_empty()).map(|(name, items)| Group { name, items }).collect()
}

fn about(label: &Label) -> String {
    format!("{} · {} · {}", label.product, label.serial_number, label.customer)
}
