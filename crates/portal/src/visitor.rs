//! Who looks: the person signed in, what exists for them, and the zone in which they read times.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use percent_encoding::percent_decode_str;
use seatkeeper_domain::catalogue::Customer;
use seatkeeper_service::{Admin, Failure, Permission, SignedIn};

use crate::flash::{Flash, cookie};
use crate::keeps::kept;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::words::Face;

/// The cookie in which the script says the browser's time zone. No secret.
const ZONE: &str = "zone";

/// Somebody who is signed in.
pub(crate) struct Visitor {
    /// What they may do and what exists for them.
    pub(crate) admin: Admin,
    /// Who they are, and where they signed in.
    pub(crate) who: SignedIn,
    /// The one customer that exists for them; none for the vendor's own people.
    pub(crate) customer: Option<Customer>,
    /// What was done just now.
    pub(crate) flash: Flash,
    /// How times are told them.
    pub(crate) face: Face,
}

impl Visitor {
    /// Whether a page should offer something.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.admin.may(permission).is_ok()
    }

    /// Whether they are the vendor's own.
    pub(crate) fn vendor(&self) -> bool {
        self.customer.is_none()
    }

    /// Refuses all but the vendor's own: for others there is no such page.
    pub(crate) fn vendor_only(&self) -> Result<(), Refused> {
        if self.vendor() { Ok(()) } else { Err(Refused::not_found()) }
    }

    /// The instant of this page.
    pub(crate) fn now(&self) -> Timestamp {
        self.face.now
    }
}

/// Where to go on once it is said who looks: the page that was asked for, or the start where a form was sent.
pub(crate) fn back(parts: &Parts) -> String {
    match parts.method {
        Method::GET => parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        _ => "/".to_owned(),
    }
}

impl FromRequestParts<Portal> for Visitor {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Refused> {
        let sign_in = || Refused::SignIn(back(parts));
        let cookie = kept(&parts.headers).ok_or_else(sign_in)?;
        let who = portal.service.signed_in(cookie).await.map_err(|failure| match failure {
            Failure::Unauthorized => sign_in(),
            other => other.into(),
        })?;
        let admin = who.admin.clone();
        let customer = match admin.scope().customer() {
            Some(id) => Some(portal.service.customer(&admin, id).await?),
            None => None,
        };
        let theirs = customer.as_ref().and_then(|customer| customer.time_zone.clone());
        let zone = zone(&parts.headers, [who.account.time_zone.clone(), theirs]);
        let Ok(flash) = Flash::from_request_parts(parts, portal).await;
        let face = Face { now: portal.service.now(), zone };
        Ok(Self { admin, who, customer, flash, face })
    }
}

/// The zone that somebody chose, or else the browser's own, or that of their company; UTC where none is known.
pub(crate) fn zone(headers: &HeaderMap, [chosen, theirs]: [Option<String>; 2]) -> TimeZone {
    let told = cookie(headers, ZONE).map(|text| percent_decode_str(text).decode_utf8_lossy().into_owned());
    [chosen, told, theirs].into_iter().flatten().find_map(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC)
}
