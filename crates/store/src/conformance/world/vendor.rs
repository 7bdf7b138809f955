//! What administrators of the world ask that touches no seat: product keys, the catalogue, tokens, signing keys.

use jiff::Timestamp;
use seatkeeper_domain::catalogue::Contact;
use seatkeeper_domain::decide::{
    AddKey, AddSigningKey, CreateToken, CustomerPatch, CutOffs, ProductPatch, PromoteSigningKey, PutCustomer,
    PutProduct, RecordKeyShown, Reissue, RevokeToken, SetFreePage, UpdateKey, What,
};
use seatkeeper_domain::signing::{SigningKey, Stage};
use seatkeeper_domain::term::after;
use seatkeeper_domain::token::Role;
use seatkeeper_domain::version::Version;

use super::{USERS, World};
use crate::conformance::plan::Desk;

impl World {
    pub(super) fn keys_and_catalogue(&mut self, desk: Desk, number: usize, now: Timestamp) -> Option<What> {
        let (license_id, key_id) = (self.licenses[number], self.keys[number]);
        let at = |seconds: Option<u32>| seconds.map(|seconds| after(now, seconds.into()));
        match desk {
            Desk::Reissue(overlap_seconds, end_open, serial) => {
                let key = self.new_key();
                let new_serial_number = serial.then(|| format!("SN-{}", key.id));
                let (key_id, end_open_at) = (Some(key_id), at(end_open));
                Some(Reissue { license_id, key_id, key, overlap_seconds, end_open_at, new_serial_number }.into())
            }
            Desk::CutOff(open, refresh) => {
                let (open_until, refresh_until) = (Some(at(open)), Some(at(refresh)));
                let update = UpdateKey {
                    license_id,
                    key_id,
                    label: None,
                    activate_until: None,
                    open_until,
                    refresh_until,
                    if_match: None,
                };
                Some(update.into())
            }
            Desk::AddKey => Some(AddKey { license_id, key: self.new_key(), cut_offs: CutOffs::default() }.into()),
            Desk::ShowKey => Some(RecordKeyShown { license_id, key_id }.into()),
            Desk::MinimumVersion(version) => {
                let minimum_version = Some(version.and_then(|text| Version::parse(text).ok()));
                let patch = ProductPatch { minimum_version, ..ProductPatch::default() };
                Some(PutProduct { id: self.product, new: false, patch, if_match: None }.into())
            }
            Desk::Contact(user) => {
                let contact = Contact { name: USERS[user].to_owned(), email: "office@example.com".to_owned() };
                let patch = CustomerPatch { contacts: Some(vec![contact]), ..CustomerPatch::default() };
                Some(PutCustomer { id: self.customers[number], new: false, patch, if_match: None }.into())
            }
            Desk::FreePage(open) => Some(SetFreePage { customer_id: self.customers[number], open }.into()),
            Desk::Token(own) => {
                let id = self.draw().into();
                self.made.push(id);
                let customer_id = own.then_some(self.customers[number]);
                let (label, role) = ("reports".to_owned(), Role::Support);
                Some(CreateToken { id, label, role, customer_id, hash: [9; 32], expires_at: None }.into())
            }
            Desk::RevokeToken => Some(RevokeToken { id: *self.made.last()? }.into()),
            Desk::SigningKey => Some(AddSigningKey { key: self.signing_key(now) }.into()),
            Desk::Promote => Some(PromoteSigningKey.into()),
            _ => None,
        }
    }

    fn signing_key(&mut self, now: Timestamp) -> SigningKey {
        let id = self.draw();
        SigningKey {
            id: id.into(),
            kid: id.to_string(),
            public: [1; 32],
            sealed: vec![2, 3],
            certificate: "certified".to_owned(),
            stage: Stage::Next,
            created_at: now,
            retired_at: None,
        }
    }
}
