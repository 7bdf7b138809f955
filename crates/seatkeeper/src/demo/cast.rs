//! Who plays: the vendor's products, three customers, what they bought and who works there. Does nothing.

use seatkeeper_protocol::admin::ProductOffer;

/// A licence that a customer bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sale {
    /// The customer.
    pub(super) customer: &'static str,
    /// The product's code.
    pub(super) product: &'static str,
    /// Seats; none for a single user.
    pub(super) seats: Option<u32>,
}

const fn pool(customer: &'static str, seats: u32) -> Sale {
    Sale { customer, product: "planner", seats: Some(seats) }
}

pub(super) const ALPHA: Sale = pool("Alpha Bau", 7);
pub(super) const BRAUN: Sale = pool("Braun & Partner", 3);
pub(super) const CIVIC: Sale = pool("Civic Surveys", 2);
pub(super) const HUGO: Sale = Sale { customer: "Civic Surveys", product: "survey", seats: None };

/// A pool whose seats are lent as in life: who forgets to close the program keeps the seat for two days.
pub(super) const SURVEYORS: Sale = Sale { customer: "Alpha Bau", product: "survey", seats: Some(6) };

/// All that was sold.
pub(super) const SALES: &[Sale] = &[ALPHA, SURVEYORS, BRAUN, CIVIC, HUGO];

/// A product of the vendor's.
pub(super) struct Sold {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    /// Codes with names.
    pub(super) features: &'static [(&'static str, &'static str)],
    /// What visitors may ask for themselves.
    pub(super) offer: ProductOffer,
}

/// All that the vendor makes.
pub(super) const PRODUCTS: &[Sold] = &[
    Sold {
        code: "planner",
        name: "Planner",
        features: &[("bim", "Building model"), ("4d", "Schedule")],
        offer: ProductOffer { trial_days: Some(14), education: true },
    },
    Sold {
        code: "survey",
        name: "Survey",
        features: &[("points", "Point clouds")],
        offer: ProductOffer { trial_days: None, education: false },
    },
];

/// Somebody who works with a licence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Role {
    /// Their name.
    pub(super) name: &'static str,
    /// What they work with.
    pub(super) sale: Sale,
    /// Their devices; who has two changes between them.
    pub(super) devices: &'static [&'static str],
}

const fn role(name: &'static str, sale: Sale, devices: &'static [&'static str]) -> Role {
    Role { name, sale, devices }
}

/// Everybody. More people than seats everywhere, as pools are bought.
pub(super) const ROLES: &[Role] = &[
    role("Mara", ALPHA, &["WS-01"]),
    role("Jonas", ALPHA, &["WS-02"]),
    role("Lena", ALPHA, &["WS-03"]),
    role("Tarek", ALPHA, &["WS-04"]),
    role("Ines", ALPHA, &["WS-05"]),
    role("Paul", ALPHA, &["WS-06"]),
    role("Sofie", ALPHA, &["WS-07"]),
    role("Bela", ALPHA, &["WS-08"]),
    role("Anouk", ALPHA, &["WS-09"]),
    role("Rafael", ALPHA, &["WS-10"]),
    role("Otto", BRAUN, &["atelier-1"]),
    role("Greta", BRAUN, &["atelier-2"]),
    role("Emil", BRAUN, &["atelier-3"]),
    role("Nora", BRAUN, &["atelier-4"]),
    role("Zoe", BRAUN, &["atelier-5"]),
    role("Ruth", CIVIC, &["field-1"]),
    role("Sam", CIVIC, &["field-2"]),
    role("Vera", CIVIC, &["field-3"]),
    role("Hugo", HUGO, &["laptop", "tablet"]),
];

/// People of the months before the play. The first of them are forgetful.
pub(super) const EXTRAS: &[Role] = &[
    role("Dana Kowalski", SURVEYORS, &["SITE-LAPTOP-21"]),
    role("George Hale", SURVEYORS, &["SITE-LAPTOP-04"]),
    role("Fatima Noor", SURVEYORS, &["LDN-WS-0019"]),
    role("Anna Okafor", SURVEYORS, &["LDN-WS-0142"]),
    role("Ben Whitfield", SURVEYORS, &["LDN-WS-0087"]),
    role("Chidi Eze", SURVEYORS, &["CTX-FARM-03"]),
    role("Erik Lund", SURVEYORS, &["LDN-WS-0101"]),
    role("Hanna Vogt", SURVEYORS, &["LDN-WS-0110"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pool_has_more_people_than_seats() {
        for sale in SALES {
            let people = ROLES.iter().chain(EXTRAS).filter(|role| role.sale == *sale).count();
            assert!(sale.seats.is_none_or(|seats| people > seats as usize), "{sale:?}");
            assert!(people > 0 && PRODUCTS.iter().any(|sold| sold.code == sale.product), "{sale:?}");
        }
    }
}
