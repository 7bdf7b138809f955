//! One spelling for serial numbers. Knows nothing of how they are made: imported licences bring their own forms.

/// The spelling under which a serial number is stored and looked up: upper case, no white space, typographic dashes as hyphens.
///
/// Hyphens stay, since an imported serial number may differ from another by one.
pub fn normalize_serial_number(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}') { '-' } else { c })
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::normalize_serial_number;

    #[test]
    fn forgives_how_people_type() {
        for typed in ["SN-7F3K-22QM-81", " sn-7f3k-22qm-81\n", "sn- 7f3k -22qm-81", "SN\u{2013}7F3K\u{2011}22QM-81"] {
            assert_eq!(normalize_serial_number(typed), "SN-7F3K-22QM-81");
        }
    }

    #[test]
    fn keeps_foreign_forms_apart() {
        assert_eq!(normalize_serial_number("acme/4711.b"), "ACME/4711.B");
        assert_ne!(normalize_serial_number("1-23"), normalize_serial_number("12-3"));
    }

    #[test]
    fn is_stable_when_repeated() {
        let once = normalize_serial_number("straße 9 ﬁ");
        assert_eq!(normalize_serial_number(&once), once);
    }
}
