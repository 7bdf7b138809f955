//! How the world begins: two products, two customers, a licence each.

use jiff::Timestamp;
use seatkeeper_domain::catalogue::Feature;
use seatkeeper_domain::decide::{
    Command, CreateToken, CustomerPatch, Issue, LicenseTerms, NewKey, Office, OfficeCommand, PolicyPatch, ProductPatch,
    PutCustomer, PutProduct, What,
};
use seatkeeper_domain::event::Actor;
use seatkeeper_domain::license::{Grant, Model};
use seatkeeper_domain::term::{Term, after};
use seatkeeper_domain::token::Role;

use super::{World, visit};
use crate::conformance::plan::Sold;

/// When the world begins.
pub const START: Timestamp = Timestamp::constant(1_767_225_600, 0);

/// What the first licence and trials are for, and what the other licence is for.
pub(super) const PRODUCT: &str = "planner";
pub(super) const OTHER: &str = "surveyor";

/// The policies' durations, in seconds: short, so that plans reach their ends.
const LEASE: u32 = 100;
const REFRESH: u32 = 30;
const GRACE: u32 = 1_000;

impl World {
    pub(super) fn opening(&mut self, sold: &Sold, now: Timestamp) -> Vec<Command> {
        self.product = self.draw().into();
        let feature = Feature { code: "bim".to_owned(), name: "Building information".to_owned() };
        let mut commands = vec![vendor(PutProduct {
            id: self.product,
            new: true,
            patch: ProductPatch {
                code: Some(PRODUCT.to_owned()),
                name: Some("Planner".to_owned()),
                minimum_version: None,
                features: Some(vec![feature]),
                offer: Some(visit::OFFER),
            },
            if_match: None,
        })];
        commands.push(vendor(PutProduct {
            id: self.draw().into(),
            new: true,
            patch: ProductPatch {
                code: Some(OTHER.to_owned()),
                name: Some("Surveyor".to_owned()),
                ..ProductPatch::default()
            },
            if_match: None,
        }));
        for (number, sold) in [sold, &Sold::plain()].into_iter().enumerate() {
            self.customers[number] = self.draw().into();
            commands.push(vendor(PutCustomer {
                id: self.customers[number],
                new: true,
                patch: CustomerPatch {
                    name: Some(format!("{} {number}", ["Customer", "Kundenbüro ÄÖ"][number])),
                    external_id: Some(Some(format!("crm-{number}"))),
                    ..CustomerPatch::default()
                },
                if_match: None,
            }));
            commands.push(self.issue(number, sold, now));
        }
        commands.extend(self.settlers().into_iter().map(vendor));
        // The vendor's and a customer's, so that one is seen where the other is not.
        for (customer_id, label) in [(None, "crm"), (Some(self.customers[0]), "inventory")] {
            let (id, label, hash) = (self.draw().into(), label.to_owned(), [8; 32]);
            commands.push(vendor(CreateToken { id, label, role: Role::Viewer, customer_id, hash, expires_at: None }));
        }
        commands
    }

    fn issue(&mut self, number: usize, sold: &Sold, now: Timestamp) -> Command {
        self.licenses[number] = self.draw().into();
        let key = self.new_key();
        self.keys[number] = key.id;
        let pool = sold.model == Model::Concurrent;
        vendor(Issue {
            id: self.licenses[number],
            terms: LicenseTerms {
                customer_id: self.customers[number],
                product: [PRODUCT, OTHER][number].to_owned(),
                serial_number: format!("SN-{number}"),
                model: sold.model,
                grants: vec![Grant { seats: sold.seats, starts_at: None, ends_at: None, order_reference: None }],
                features: None,
                term: match sold.ends_after {
                    None => Term::Perpetual { maintenance_until: None },
                    Some(seconds) => Term::Subscription { expires_at: after(now, seconds.into()) },
                },
                policy: PolicyPatch {
                    lease_seconds: Some(LEASE),
                    refresh_seconds: Some(REFRESH),
                    grace_seconds: Some(GRACE),
                    hold: Some(sold.hold),
                    count_by: Some(sold.count_by),
                    overdraft: Some(sold.overdraft),
                    holders_per_device: Some(sold.holders_per_device),
                    devices: (!pool).then_some(Some(1)),
                    ..PolicyPatch::default()
                },
                legacy: None,
                external_id: Some(format!("ERP-{number}")),
                metadata: serde_json::Map::new(),
            },
            key,
        })
    }

    /// A fresh product key.
    pub(super) fn new_key(&mut self) -> NewKey {
        let id = self.draw();
        let mut hash = [0; 32];
        hash[..16].copy_from_slice(id.as_bytes());
        NewKey { id: id.into(), label: "head office".to_owned(), hash, sealed: vec![1, 2, 3], hint: "XK7QM".to_owned() }
    }
}

/// The vendor's own command.
pub(super) fn vendor(what: impl Into<What>) -> Command {
    let by = Office { actor: Actor::Local, customer_id: None, idempotency: None };
    Command::Office(Box::new(OfficeCommand { by, what: what.into() }))
}
