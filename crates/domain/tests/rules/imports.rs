//! Importing customers and licences: checked first, applied whole or not at all.

use seatkeeper_domain::answer::Done;
use seatkeeper_domain::decide::{CustomerPatch, Import, Issue, PutCustomer};
use seatkeeper_domain::license::{Legacy, Model};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::term::Term;

use crate::shop::{Shop, seats};

fn customer(shop: &mut Shop, external_id: &str) -> PutCustomer {
    let external_id = Some(Some(external_id.to_owned()));
    let patch = CustomerPatch { name: Some("Arup".to_owned()), external_id, ..CustomerPatch::default() };
    PutCustomer { id: shop.draw().into(), new: true, patch, if_match: None }
}

/// A lease of the old system, which may have ended.
fn lease(shop: &mut Shop, serial: &str, of: &PutCustomer) -> Issue {
    let mut issue = shop.offer(serial);
    issue.terms.customer_id = of.id;
    issue.terms.model = Model::SingleUser;
    issue.terms.legacy = Some(Legacy::Lease);
    issue.terms.term = Term::Subscription { expires_at: shop.now() };
    issue
}

#[test]
fn legacy_leases_keep_their_serial_numbers_and_expiry() {
    let mut shop = Shop::plain();
    let owner = customer(&mut shop, "crm-2");
    let licenses = vec![lease(&mut shop, "OLD-1", &owner), lease(&mut shop, "OLD-2", &owner)];
    let ids: Vec<_> = licenses.iter().map(|l| l.id).collect();
    let mut import = Import { id: shop.draw().into(), customers: vec![owner], licenses, dry_run: true };
    let before = shop.books();
    let done = Done::Imported { customers: 1, licenses: ids.clone() };
    assert_eq!(shop.office(import.clone()).unwrap(), done);
    assert_eq!(shop.books(), before, "checking changes nothing");
    import.dry_run = false;
    assert_eq!(shop.office(import).unwrap(), done);
    let imported = shop.books().licenses[&ids[0]].clone();
    assert_eq!((imported.serial_number.as_str(), imported.legacy), ("OLD-1", Some(Legacy::Lease)));
    assert_eq!(imported.term.expires_at(), Some(shop.now()));
    assert_eq!(shop.events()[shop.events().len() - 2..], ["license.imported", "import.applied"]);
}

#[test]
fn one_wrong_row_leaves_nothing_of_the_others() {
    let mut shop = Shop::plain();
    let owner = customer(&mut shop, "crm-2");
    let nobody = PutCustomer { id: shop.draw().into(), ..owner.clone() };
    let mut wrong = lease(&mut shop, "OLD-2", &owner);
    wrong.terms.grants = seats(0);
    let licenses = vec![
        lease(&mut shop, "OLD-1", &owner),
        wrong,
        lease(&mut shop, "old-1", &owner),
        lease(&mut shop, "sn-1", &owner),
        lease(&mut shop, "OLD-3", &nobody),
    ];
    let namesake = customer(&mut shop, "crm-2");
    let known = customer(&mut shop, "crm-1");
    let before = shop.books();
    let told = {
        let id = shop.draw().into();
        shop.office(Import { id, customers: vec![owner, namesake, known], licenses, dry_run: false })
    };
    let Err(Refusal::Invalid(wrong)) = told else { panic!("{told:?}") };
    let places: Vec<_> = wrong.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(
        places,
        [
            "customers[1].external_id",
            "customers[2].external_id",
            "licenses[1].seats",
            "licenses[1].seats",
            "licenses[2].serial_number",
            "licenses[3].serial_number",
            "licenses[4].customer_id",
        ]
    );
    assert_eq!(shop.books(), before);
}

#[test]
fn a_customer_imports_nothing() {
    let mut shop = Shop::plain();
    let own = Some(shop.customer);
    let id = shop.draw().into();
    let told = shop.office_of(own, Import { id, customers: Vec::new(), licenses: Vec::new(), dry_run: true });
    assert_eq!(told, Err(Refusal::NotFound { what: "import" }));
}
