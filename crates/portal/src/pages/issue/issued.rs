//! The licence that was made: its serial number and product key, once, to be copied or mailed.

use askama::Template;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use seatkeeper_domain::catalogue::Customer;
use seatkeeper_service::Issued;
use uuid::Uuid;

use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "issue/issued.html")]
struct Page {
    shell: Shell,
    customer: Customer,
    license: Uuid,
    serial: String,
    key: String,
    product: String,
    mail: String,
    /// A link that opens the mail in the reader's own program.
    mailto: String,
}

pub(super) async fn issued(portal: &Portal, mut visitor: Visitor, customer: Customer, made: Issued) -> Answer {
    let row = portal.service.license(&visitor.admin, made.license_id).await?;
    let (product, serial) = (row.product.name, row.license.serial_number);
    let contact = customer.contacts.first();
    let mail = mail(contact.map(|contact| contact.name.as_str()), &product, &serial, &made.product_key);
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let to = contact.map(|contact| encoded(&contact.email)).unwrap_or_default();
    let subject = encoded(&format!("Your licence for {product}"));
    shown(&Page {
        shell: Shell::of(&mut visitor, "/customers", "The licence is issued"),
        license: made.license_id.0,
        mailto: format!("mailto:{to}?subject={subject}&body={}", encoded(&mail)),
        customer,
        serial,
        key: made.product_key,
        product,
        mail,
    })
}

fn mail(name: Option<&str>, product: &str, serial: &str, key: &str) -> String {
    let hello = name.map_or_else(|| "Hello,".to_owned(), |name| format!("Hello {name},"));
    format!(
        "{hello}\r\n\r\nhere is your licence for {product}.\r\n\r\nSerial number: {serial}\r\nProduct key:   {key}\r\n\r\n\
         Enter both when {product} asks for them. Whoever has the product key can use the licence: keep it like a password.\r\n"
    )
}
