//! Numbers with what they count.

/// `1 seat`, `3 seats`, `1,204 seats`.
pub(crate) fn many(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {what}{plural}", grouped(count))
}

fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_counted() {
        assert_eq!(many(0, "seat"), "0 seats");
        assert_eq!(many(1, "seat"), "1 seat");
        assert_eq!(many(1_204, "seat"), "1,204 seats");
        assert_eq!(many(1_000_000, "seat"), "1,000,000 seats");
    }
}
