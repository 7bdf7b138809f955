//! The second factor: codes by time (RFC 6238 over RFC 4226: SHA-1, six digits, thirty seconds, which is what every
//! telephone's program speaks), and recovery codes for the day the telephone is lost.

use aws_lc_rs::hmac;
use jiff::Timestamp;

use crate::entropy;

/// Random bytes of a secret, as RFC 4226 asks for.
const SECRET: usize = 20;
const STEP_SECONDS: u64 = 30;
/// Recovery codes given at once.
const RECOVERY_CODES: usize = 10;

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A fresh secret.
pub(super) fn draw() -> [u8; SECRET] {
    entropy::bytes()
}

/// The step that a code is of: this one, or the one before or after, since clocks differ and fingers are slow.
pub(super) fn step_of(secret: &[u8], typed: &str, now: Timestamp) -> Option<u64> {
    let digits: String = typed.chars().filter(|letter| !letter.is_whitespace()).collect();
    if digits.len() != 6 {
        return None;
    }
    let current = u64::try_from(now.as_second()).unwrap_or(0) / STEP_SECONDS;
    (current.saturating_sub(1)..=current + 1)
        .find(|step| crate::seal::same(code(secret, *step).as_bytes(), digits.as_bytes()))
}

/// The code of a step.
pub(super) fn code(secret: &[u8], step: u64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let mac = hmac::sign(&key, &step.to_be_bytes());
    let mac = mac.as_ref();
    let at = usize::from(mac[mac.len() - 1] & 15);
    let word = u32::from_be_bytes([mac[at], mac[at + 1], mac[at + 2], mac[at + 3]]) & 0x7FFF_FFFF;
    format!("{:06}", word % 1_000_000)
}

/// A secret as people type it, in groups of four.
pub(super) fn shown(secret: &[u8]) -> String {
    let letters = base32(secret);
    letters.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group)).collect::<Vec<_>>().join(" ")
}

fn base32(bytes: &[u8]) -> String {
    let mut letters = String::new();
    let (mut bits, mut count) = (0_u32, 0);
    for byte in bytes {
        bits = (bits << 8 | u32::from(*byte)) & 0xFFFF;
        count += 8;
        while count >= 5 {
            count -= 5;
            letters.push(char::from(BASE32[(bits >> count & 31) as usize]));
        }
    }
    letters
}

/// The address that a telephone's program reads from the square.
pub(super) fn address(secret: &[u8], issuer: &str, email: &str) -> String {
    let encoded = |text: &str| {
        let mut plain = String::new();
        for byte in text.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'@' => {
                    plain.push(char::from(byte))
                }
                other => plain.push_str(&format!("%{other:02X}")),
            }
        }
        plain
    };
    let (issuer, email) = (encoded(issuer), encoded(email));
    format!("otpauth://totp/{issuer}:{email}?secret={}&issuer={issuer}", base32(secret))
}

/// Fresh recovery codes: two groups of five, fifty random bits each.
pub(super) fn recovery_codes() -> Vec<String> {
    let code = || {
        let letters: Vec<u8> = entropy::bytes::<10>().iter().map(|byte| CROCKFORD[usize::from(byte % 32)]).collect();
        let group = |letters: &[u8]| String::from_utf8_lossy(letters).into_owned();
        format!("{}-{}", group(&letters[..5]), group(&letters[5..]))
    };
    (0..RECOVERY_CODES).map(|_| code()).collect()
}

/// A recovery code as it is compared: case, spaces, hyphens and letters that look like digits are forgiven.
pub(super) fn folded(typed: &str) -> String {
    let letter = |letter: char| match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, cut to six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (second, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")]
        {
            let now = Timestamp::from_second(second).unwrap();
            let step = second.cast_unsigned() / STEP_SECONDS;
            assert_eq!(super::code(secret, step), code);
            assert_eq!(step_of(secret, code, now), Some(step));
            assert_eq!(step_of(secret, &format!("{} {}", &code[..3], &code[3..]), now), Some(step));
        }
    }

    #[test]
    fn a_code_is_good_a_step_before_and_after() {
        let secret = b"12345678901234567890";
        let at = |second| Timestamp::from_second(second).unwrap();
        let code = super::code(secret, 1000);
        assert_eq!(step_of(secret, &code, at(30_000 - 30)), Some(1000));
        assert_eq!(step_of(secret, &code, at(30_000 + 59)), Some(1000));
        assert_eq!(step_of(secret, &code, at(30_000 + 60)), None);
        assert_eq!(step_of(secret, &code, at(30_000 - 31)), None);
        assert_eq!(step_of(secret, "", at(30_000)), None);
        assert_eq!(step_of(secret, "12345é", at(30_000)), None);
    }

    #[test]
    fn a_secret_is_shown_as_programs_read_it() {
        assert_eq!(base32(b"12345678901234567890"), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(shown(b"12345"), "GEZD GNBV");
        let address = address(b"12345", "Acme & Sons", "ada@example.com");
        assert_eq!(
            address,
            "otpauth://totp/Acme%20%26%20Sons:ada@example.com?secret=GEZDGNBV&issuer=Acme%20%26%20Sons"
        );
    }

    #[test]
    fn recovery_codes_forgive_how_they_are_typed() {
        let codes = recovery_codes();
        assert_eq!(codes.len(), 10);
        assert!(codes.iter().all(|code| code.len() == 11), "{codes:?}");
        assert_eq!(folded(" o1il0-abcde"), folded("0111O ABCDE"));
    }
}
