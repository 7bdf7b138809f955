//! What was found, each with the way to it.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Query;
use seatkeeper_domain::holder::Names;
use seatkeeper_domain::id::{ActivationId, LicenseId};
use seatkeeper_service::Found;
use seatkeeper_service::read::refusals::Label;
use serde::Deserialize;

use crate::parts::{device_page, user_page};
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
    let (users, devices) = (users(&found, visitor), devices(&found));
    let labels = found.labels;
    let of = |id: LicenseId| labels.iter().find(|label| label.license_id == id).map(about).unwrap_or_default();
    let names = |names: &Names| {
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
    let denials = found.denials.into_iter().map(|denial| {
        let about = format!("refused {}, {}", visitor.face.at(denial.first_at).said(), of(denial.license_id));
        item(format!("/denials/{}", denial.id), names(&denial.names), about)
    });
    let groups = [
        ("Customers", customers.collect::<Vec<_>>()),
        ("Licences", licenses.collect()),
        ("Product keys", keys.collect()),
        ("People at work", users),
        ("Devices", devices),
        ("Sessions", sessions.collect()),
        ("Denials", denials.collect()),
    ];
    groups.into_iter().filter(|(_, items)| !items.is_empty()).map(|(name, items)| Group { name, items }).collect()
}

/// Everybody who was found, by whatever was found of them.
fn users(found: &Found, visitor: &Visitor) -> Vec<Item> {
    let label = |id: LicenseId| found.labels.iter().find(|label| label.license_id == id);
    let sessions = found.sessions.iter().map(|row| (row.session.license_id, &row.session.names));
    let denials = found.denials.iter().map(|denial| (denial.license_id, &denial.names));
    let held = sessions.chain(denials).filter_map(|(license, names)| {
        let (label, user) = (label(license)?, names.user.as_deref()?);
        Some((user_page(label.customer_id, user), user.to_owned(), label.customer.clone()))
    });
    let called = found
        .users
        .iter()
        .map(|user| (user_page(user.customer_id, &user.user), user.user.clone(), user.customer.clone()));
    let item = |(href, name, customer): (String, String, String)| {
        let about = if visitor.vendor() { format!("at work at {customer}") } else { String::new() };
        Item { href, name, about }
    };
    once(held.chain(called).map(item))
}

/// Every device that was found, likewise.
fn devices(found: &Found) -> Vec<Item> {
    let sessions =
        found.sessions.iter().map(|row| (Some(row.session.activation_id), row.session.license_id, &row.session.names));
    let denials = found.denials.iter().map(|denial| (denial.activation_id, denial.license_id, &denial.names));
    let devices = found.devices.iter().map(|device| (Some(device.id), device.license_id, &device.names));
    let item = |(id, license, names): (Option<ActivationId>, LicenseId, &Names)| {
        let label = found.labels.iter().find(|label| label.license_id == license);
        Some(Item {
            href: device_page(id?),
            name: names.device_name.clone()?,
            about: label.map(about).unwrap_or_default(),
        })
    };
    once(devices.chain(sessions).chain(denials).filter_map(item))
}

/// Each place once.
fn once(items: impl Iterator<Item = Item>) -> Vec<Item> {
    let mut seen = BTreeSet::new();
    items.filter(|item| seen.insert(item.href.clone())).collect()
}

fn about(label: &Label) -> String {
    format!("{} · {} · {}", label.product, label.serial_number, label.customer)
}
