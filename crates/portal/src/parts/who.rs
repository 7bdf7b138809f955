//! A person at work and the device, each with the way to what happened with them.

use askama::Template;
use askama::filters::HtmlSafe;
use seatkeeper_domain::holder::{Names, fold};
use seatkeeper_domain::id::{ActivationId, CustomerId};

/// Two lines of a table's cell.
#[derive(Template)]
#[template(path = "parts/who.html")]
pub(crate) struct Who {
    /// The person; or what is said in place of a name.
    pub(crate) name: String,
    name_href: Option<String>,
    /// The device's name; empty where it is not known.
    pub(crate) device: String,
    device_href: Option<String>,
    /// The remote session.
    os_session: Option<String>,
}

impl HtmlSafe for Who {}

impl Who {
    /// Somebody of a customer's, as a row has the names; a device that was refused by itself is nobody's.
    pub(crate) fn of(names: &Names, customer: CustomerId, device: Option<ActivationId>) -> Self {
        let nobody = || if names.device_name.is_some() { "a device" } else { "name erased" }.to_owned();
        Self {
            name: names.user.clone().unwrap_or_else(nobody),
            name_href: names.user.as_deref().map(|user| user_page(customer, user)),
            device: names.device_name.clone().unwrap_or_default(),
            device_href: device.map(device_page),
            os_session: names.os_session.clone(),
        }
    }

    /// The person alone.
    pub(crate) fn person(&self) -> One<'_> {
        One { name: &self.name, href: self.name_href.as_deref(), below: self.session() }
    }

    /// The device alone.
    pub(crate) fn on(&self) -> One<'_> {
        One { name: &self.device, href: self.device_href.as_deref(), below: self.session() }
    }

    fn session(&self) -> Option<String> {
        self.os_session.as_ref().map(|session| format!("session {session}"))
    }

    /// In one line.
    pub(crate) fn line(&self) -> Line<'_> {
        Line { who: self }
    }
}

/// A name with the way to it, and perhaps more below.
#[derive(Template)]
#[template(path = "parts/named.html")]
pub(crate) struct One<'a> {
    name: &'a str,
    href: Option<&'a str>,
    below: Option<String>,
}

impl HtmlSafe for One<'_> {}

/// The same in one line of a sentence.
#[derive(Template)]
#[template(path = "parts/line.html")]
pub(crate) struct Line<'a> {
    who: &'a Who,
}

impl HtmlSafe for Line<'_> {}

/// Where what happened with a person at work stands.
pub(crate) fn user_page(customer: CustomerId, user: &str) -> String {
    format!("/users/{customer}?{}", serde_html_form::to_string([("name", fold(user))]).unwrap_or_default())
}

/// Where what happened with a device stands.
pub(crate) fn device_page(device: ActivationId) -> String {
    format!("/devices/{device}")
}
