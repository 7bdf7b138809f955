//! What to give those who install the program on many machines: a file, variables or a command that carry serial number and
//! product key. The key itself only for whoever may hand it out; others get a placeholder.

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum_extra::extract::{Form, Query};
use seatkeeper_domain::id::LicenseId;
use seatkeeper_domain::key::ProductKey;
use seatkeeper_service::Permission;
use seatkeeper_service::read::LicenseRow;
use serde::Deserialize;
use uuid::Uuid;

use super::frame::Frame;
use crate::named::Named;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::site::Site;
use crate::visitor::Visitor;

/// What stands for the key where it is not shown: of a key's shape, so that people see where theirs goes.
const PLACEHOLDER: &str = "XXXXX-XXXXX-XXXXX-XXXXX-XXXXX";

#[derive(Template)]
#[template(path = "licenses/deploy.html")]
struct Page {
    shell: Shell,
    frame: Frame,
    keys: Vec<Key>,
    chosen: Option<Uuid>,
    product: String,
    file: String,
    variables: String,
    command: String,
    may: bool,
}

/// A key that still activates.
struct Key {
    id: Uuid,
    name: String,
    chosen: bool,
}

/// Which key is meant; the one that was made last where none is named.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    key: Option<Uuid>,
}

/// The kit.
pub(crate) async fn kit(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Named(id): Named<LicenseId>,
    Site(url): Site,
    Query(asked): Query<Asked>,
) -> Answer {
    let (frame, row) = Frame::read(&portal, &visitor, id, "deploy").await?;
    let keys = usable(&portal, &visitor, id).await?;
    let chosen = chosen(&keys, &asked)?.map(|key| key.id.0);
    let (product, serial) = (&row.product.code, &row.license.serial_number);
    shown(&Page {
        keys: keys
            .iter()
            .map(|key| Key {
                id: key.id.0,
                name: format!("{} …{}", key.label, key.hint),
                chosen: chosen == Some(key.id.0),
            })
            .collect(),
        chosen,
        file: file_text(&row, PLACEHOLDER, &url),
        variables: format!(
            "SEATKEEPER_SERIAL_NUMBER={serial}\nSEATKEEPER_PRODUCT_KEY={PLACEHOLDER}\nSEATKEEPER_URL={url}"
        ),
        command: format!(
            "seatkeeper run --url {url} --serial {serial} --product {product} --key-file product-key -- PROGRAM"
        ),
        product: product.clone(),
        may: visitor.may(Permission::Support) && chosen.is_some(),
        shell: Shell::of(&mut visitor, "/licenses", frame.title("Deployment")),
        frame,
    })
}

/// The file, with a placeholder for the key.
pub(crate) async fn file(
    State(portal): State<Portal>,
    visitor: Visitor,
    Named(id): Named<LicenseId>,
    Site(url): Site,
) -> Answer {
    let row = portal.service.license(&visitor.admin, id).await?;
    Ok(download(&row, PLACEHOLDER, &url))
}

/// The file with the key in it; that it was handed out is written down first.
pub(crate) async fn file_with_key(
    State(portal): State<Portal>,
    visitor: Visitor,
    Named(id): Named<LicenseId>,
    Site(url): Site,
    Form(asked): Form<Asked>,
) -> Answer {
    let row = portal.service.license(&visitor.admin, id).await?;
    visitor.admin.may(Permission::Support)?;
    let Some(key) = asked.key else {
        return Err(Refused::unreadable("Say which product key the file is for."));
    };
    if !visitor.who.fresh(visitor.now()) {
        return Err(Refused::Confirm(format!("/licenses/{id}/deploy?key={key}")));
    }
    let keys = usable(&portal, &visitor, id).await?;
    let key = chosen(&keys, &asked)?.ok_or_else(Refused::not_found)?.id;
    let secret = portal.service.key_secret(&visitor.admin, id, key).await?;
    Ok(download(&row, &secret, &url))
}

/// The keys that still activate, the last first.
async fn usable(portal: &Portal, visitor: &Visitor, id: LicenseId) -> Result<Vec<ProductKey>, Refused> {
    let keys = portal.service.keys_counted(&visitor.admin, id, 0).await?;
    Ok(keys.into_iter().rev().map(|row| row.key).filter(|key| key.activates(visitor.now())).collect())
}

fn chosen<'a>(keys: &'a [ProductKey], asked: &Asked) -> Result<Option<&'a ProductKey>, Refused> {
    match asked.key {
        None => Ok(keys.first()),
        Some(id) => keys.iter().find(|key| key.id.0 == id).map(Some).ok_or_else(Refused::not_found),
    }
}

/// As the SDK reads it.
fn file_text(row: &LicenseRow, key: &str, url: &str) -> String {
    let serial = &row.license.serial_number;
    format!("# {}\nserial_number = {serial}\nproduct_key   = {key}\nurl           = {url}\n", line(&row.product.name))
}

/// A name that stays on its line.
fn line(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_control()).collect()
}

fn download(row: &LicenseRow, key: &str, url: &str) -> axum::response::Response {
    let safe = |letter: char| if letter.is_ascii_alphanumeric() || "._-".contains(letter) { letter } else { '_' };
    let name: String = row.product.code.chars().map(safe).collect();
    let headers_of = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.keys\"")),
    ];
    (headers_of, file_text(row, key, url)).into_response()
}
