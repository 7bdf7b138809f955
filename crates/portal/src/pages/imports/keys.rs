//! The product keys of an import as a file: asked for after a fresh sign-in, by those who may hand keys out, each written down before
//! it leaves.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;
use seatkeeper_domain::id::ImportId;
use seatkeeper_service::{KeyLine, Permission};
use uuid::Uuid;

use super::allowed;
use crate::export::{self, Cell, Kind, Sheet};
use crate::form::Filled;
use crate::fresh::Fresh;
use crate::named::Named;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::words::many;

#[derive(Template)]
#[template(path = "imports/keys.html")]
struct Page {
    shell: Shell,
    id: Uuid,
    licenses: String,
}

/// What it means, before it is done.
pub(crate) async fn ask(State(portal): State<Portal>, Fresh(mut visitor): Fresh, Named(id): Named<ImportId>) -> Answer {
    allowed(&visitor)?;
    visitor.admin.may(Permission::Support)?;
    let import = portal.service.imported(&visitor.admin, id).await?;
    let shell = Shell::of(&mut visitor, "/licenses", "Product keys");
    shown(&Page { shell, id: id.0, licenses: many(import.licenses, "licence") })
}

/// The file.
pub(crate) async fn show(
    State(portal): State<Portal>,
    Fresh(visitor): Fresh,
    Named(id): Named<ImportId>,
    Form(form): Form<Filled>,
) -> Answer {
    allowed(&visitor)?;
    form.sure()?;
    let row = |key: KeyLine| -> Vec<Cell> {
        [key.customer, key.product, key.serial_number, key.product_key, key.label].map(Cell::from).into()
    };
    let rows = portal.service.imported_keys(&visitor.admin, id).await?.into_iter().map(row);
    let headings = ["Customer", "Product", "Serial number", "Product key", "Label"];
    let kind = if form.has("kind", "xlsx") { Kind::Xlsx } else { Kind::Csv };
    export::file(kind, "product-keys", &[Sheet::new("Product keys", headings, rows)], &visitor.face.zone)
}
