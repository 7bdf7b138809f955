//! What stands above every page of one licence: what it is, whether it may be used, and the way to its other pages.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use seatkeeper_domain::id::LicenseId;
use seatkeeper_domain::license::Model;
use seatkeeper_service::Permission;
use seatkeeper_service::read::LicenseRow;
use uuid::Uuid;

use crate::portal::Portal;
use crate::refused::Refused;
use crate::visitor::Visitor;
use crate::words::Usable;

/// The top of a page.
pub(super) struct Frame {
    pub(super) id: Uuid,
    pub(super) product: String,
    pub(super) serial: String,
    pub(super) model: &'static str,
    pub(super) usable: Usable,
    /// Whose it is; where the reader is the customer, that goes without saying.
    pub(super) customer: Option<(Uuid, String)>,
    pub(super) tabs: Vec<Tab>,
}

/// A page of the licence.
pub(super) struct Tab {
    pub(super) href: String,
    pub(super) name: &'static str,
    pub(super) here: bool,
}

/// The pages of a licence, by the end of their address.
const TABS: &[(&str, &str)] = &[
    ("", "Licence"),
    ("devices", "Devices"),
    ("keys", "Product keys"),
    ("deploy", "Deployment"),
    ("blocks", "Blocks"),
];

impl Frame {
    /// Reads the licence, and makes the top of its page that ends in `here`.
    pub(super) async fn read(
        portal: &Portal,
        visitor: &Visitor,
        id: LicenseId,
        here: &str,
    ) -> Result<(Self, LicenseRow), Refused> {
        let row = portal.service.license(&visitor.admin, id).await?;
        let customer = match visitor.vendor() {
            true => Some(portal.service.customer(&visitor.admin, row.license.customer_id).await?),
            false => None,
        };
        let address = |end: &str| match end {
            "" => format!("/licenses/{id}"),
            end => format!("/licenses/{id}/{end}"),
        };
        let tab = |&(end, name): &(&str, &'static str)| Tab { href: address(end), name, here: end == here };
        let mut tabs: Vec<Tab> = TABS.iter().map(tab).collect();
        // Lists that are everybody's, of this licence alone.
        let list = |(list, name)| Tab { href: format!("/{list}?license={id}"), name, here: false };
        tabs.insert(1, list(("sessions", "Sessions")));
        tabs.extend([("denials", "Denials"), ("reports", "Reports"), ("activity", "History")].map(list));
        // What happened with a licence is also that seats came and went.
        if let Some(history) = tabs.last_mut() {
            history.href += "&about=all";
        }
        let frame = Self {
            id: id.0,
            product: row.product.name.clone(),
            serial: row.license.serial_number.clone(),
            model: model(row.license.model),
            usable: Usable::of(&row.license, &visitor.face),
            customer: customer.map(|customer| (customer.id.0, customer.name)),
            tabs,
        };
        Ok((frame, row))
    }

    /// Likewise, for whoever may change what was sold.
    pub(super) async fn to_sell(
        portal: &Portal,
        visitor: &Visitor,
        id: LicenseId,
    ) -> Result<(Self, LicenseRow), Refused> {
        let read = Self::read(portal, visitor, id, "").await?;
        visitor.admin.may(Permission::Sell)?;
        Ok(read)
    }

    /// What a tab of the browser says of a page about `what`.
    pub(super) fn title(&self, what: &str) -> String {
        format!("{what} · {} {}", self.product, self.serial)
    }

    /// The licence's own page.
    pub(super) fn home(&self) -> String {
        format!("/licenses/{}", self.id)
    }
}

/// A model in words.
pub(super) fn model(model: Model) -> &'static str {
    match model {
        Model::Concurrent => "Pool",
        Model::SingleUser => "Single user",
    }
}

/// A licence and something of it, by the two ids in a path. What is none names nothing: not found.
pub(super) struct Of<T>(pub(super) LicenseId, pub(super) T);

impl<T: From<Uuid>, S: Send + Sync> FromRequestParts<S> for Of<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let named = Path::<(Uuid, Uuid)>::from_request_parts(parts, state).await;
        named.map(|Path((license, other))| Self(license.into(), other.into())).map_err(|_| Refused::not_found())
    }
}
