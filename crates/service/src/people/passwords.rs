//! Passwords: hashed and compared away from the threads that serve, a few at once, so that a flood takes neither all memory
//! nor all time. And which are too easily guessed to be taken.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_store::StoreError;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::failure::Failure;

/// Passwords looked at at once. Each takes 19 MiB (Argon2id with OWASP's parameters, which are the library's own).
const AT_ONCE: usize = 4;
/// How long one waits for its turn before its sender is told to come again.
const PATIENCE: Duration = Duration::from_secs(10);
/// What is compared where there is no account, so that it takes as long. Nobody's password: random bytes were hashed.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$HtjzHafyhhl6eN1rR2as9A$9cW8DpoC8QzNhWG3ydpVG8NlWhNsp2/A5rmu/bwwWJE";

/// Fewest and most characters of a password.
const LENGTH: std::ops::RangeInclusive<usize> = 12..=200;

/// Where passwords are looked at.
pub(crate) struct Passwords {
    room: Arc<Semaphore>,
    compared: Arc<AtomicU64>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { room: Arc::new(Semaphore::new(AT_ONCE)), compared: Arc::default() }
    }
}

impl Passwords {
    /// Whether a password is the one with this hash; where there is none it is compared all the same, and is not.
    pub(crate) async fn matches(&self, password: &str, hash: Option<&str>) -> Result<bool, Failure> {
        let (there, compared) = (hash.is_some(), self.compared.clone());
        let (password, hash) = (password.to_owned(), hash.unwrap_or(NOBODYS).to_owned());
        let same = self.aside(move || {
            let hash = PasswordHash::new(&hash).map_err(fault)?;
            if password.chars().count() > *LENGTH.end() {
                return Ok(false);
            }
            compared.fetch_add(1, Ordering::Relaxed);
            Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        });
        Ok(same.await? && there)
    }

    /// The hash of a new password, as a PHC string.
    pub(crate) async fn hash(&self, password: &str) -> Result<String, Failure> {
        let password = password.to_owned();
        self.aside(move || {
            let hash = Argon2::default().hash_password(password.as_bytes()).map_err(fault)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// How many were compared, whether there was an account or not.
    #[cfg(test)]
    pub(crate) fn compared(&self) -> u64 {
        self.compared.load(Ordering::Relaxed)
    }

    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let overloaded = || Failure::Store(StoreError::Overloaded);
        let turn = timeout(PATIENCE, self.room.clone().acquire_owned()).await.map_err(|_| overloaded())?;
        let turn = turn.map_err(fault)?;
        let done = tokio::task::spawn_blocking(move || {
            // Held until the work is done, even if nobody waits for it any more.
            let _turn = turn;
            work()
        });
        done.await.map_err(fault)?
    }
}

fn fault(error: impl std::fmt::Display) -> Failure {
    Failure::Fault(format!("a password could not be hashed: {error}"))
}

/// Refuses a password that guessers try first: a short one, one made of what everybody knows of its owner, one of the
/// common ones with something added.
pub(crate) fn strong(password: &str, email: &str, name: &str) -> Result<(), Refusal> {
    let refused = |why: &str| Err(Refusal::field("password", why));
    if !LENGTH.contains(&password.chars().count()) {
        return refused(&format!("must have {} to {} characters", LENGTH.start(), LENGTH.end()));
    }
    let folded = password.to_lowercase();
    let local = email.split('@').next().unwrap_or_default().to_lowercase();
    let own = name.to_lowercase();
    let known = own.split_whitespace().chain([local.as_str(), "seatkeeper"]);
    if known.filter(|part| part.chars().count() > 3).any(|part| folded.contains(part)) {
        return refused("must not hold your name, your mail address or this product's name");
    }
    let mut letters: Vec<char> = folded.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if letters.len() < 5 || common(&folded) {
        return refused("is too easily guessed: use a few words that do not belong together");
    }
    Ok(())
}

/// Whether nothing is left of it but one or two of the words that guessers begin with, once digits and signs are gone or are
/// read as the letters that they stand for.
fn common(folded: &str) -> bool {
    let bare = folded.trim_matches(|letter: char| !letter.is_alphabetic());
    let letters =
        |text: &mut dyn Iterator<Item = char>| text.filter(|letter| letter.is_alphabetic()).collect::<String>();
    [letters(&mut bare.chars()), letters(&mut bare.chars().map(unleet))].iter().any(|letters| {
        let mut rest = letters.as_str();
        for _ in 0..2 {
            let word = COMMON.split_whitespace().filter(|word| rest.starts_with(word)).max_by_key(|word| word.len());
            rest = &rest[word.map_or(0, str::len)..];
        }
        rest.chars().count() < 3
    })
}

/// The letter that a sign stands for.
fn unleet(letter: char) -> char {
    match letter {
        '@' | '4' => 'a',
        '3' => 'e',
        '1' | '!' => 'i',
        '0' => 'o',
        '$' | '5' => 's',
        '7' => 't',
        other => other,
    }
}

/// What guessers begin with.
const COMMON: &str = "
    abcdefghijklmnopqrstuvwxyz abcdefghijkl abcdefgh abcdef abcabc abcd access admin administrator andrea andrew
    angel anna apple april asdfghjkl asdfgh asdf august austria autumn bailey banana baseball basketball batman
    berlin biteme buster butterfly changeme charlie cheese chelsea chocolate company computer cookie
    correcthorsebatterystaple correcthorse daniel december default diamond dragon eagle easter england fabian
    facebook february ferrari flower football forever freedom friday friend fuckyou george germany ginger google
    guest hallo hannah harley heaven hello hockey hunter iloveyou internet jackson january jasmine jennifer jessica
    jordan july june justin killer kitten letmein licence license liverpool london login lovely love maggie manager
    march marina martin master matrix matthew merlin michael michelle monday money monkey mountain mustang nicole
    november october office orange paris passwort password passw pass patrick peanut pepper phoenix picture pokemon
    princess purple qwertyuiop qwertz qwerty qazwsxedc qazwsx rainbow ranger richard robert root saturday schatz
    secret secure security server september shadow silver snoopy soccer sommer spring starwars steelers summer
    sunday sunshine super superman support system taylor temporary temp test thomas thursday tigger tiger tuesday
    trustno user vienna wednesday welcome whatever william willkommen windows winter wizard yellow zxcvbnm zxcvbn
    zaqxsw
";

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_the_one_it_is() {
        let passwords = Passwords::default();
        let hash = passwords.hash("kettle moss paper").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, passwords.hash("kettle moss paper").await.unwrap(), "a salt of its own each time");
        assert!(passwords.matches("kettle moss paper", Some(&hash)).await.unwrap());
        assert!(!passwords.matches("kettle moss papers", Some(&hash)).await.unwrap());
        assert!(!passwords.matches(&"x".repeat(100_000), Some(&hash)).await.unwrap());
        assert_eq!(passwords.compared(), 2, "too long to be hashed for a stranger");
    }

    /// Seen red when no account is answered without a comparison, and when what is nobody's is a hash of another kind.
    #[tokio::test]
    async fn where_there_is_no_account_a_password_is_compared_all_the_same() {
        let passwords = Passwords::default();
        assert!(!passwords.matches("kettle moss paper", None).await.unwrap());
        assert_eq!(passwords.compared(), 1);
        // As dear as anybody's.
        let cost = |hash: &str| hash.rsplitn(3, '$').nth(2).map(str::to_owned);
        assert_eq!(cost(NOBODYS), cost(&passwords.hash("kettle moss paper").await.unwrap()));
    }

    #[test]
    fn what_guessers_try_first_is_refused() {
        let strong = |password| strong(password, "ada.king@example.com", "Ada Lovelace");
        for weak in [
            "short pass",
            "password1234",
            "P@ssw0rd!2026",
            "m0nk3y-m0nk3y",
            "Password2026!",
            "qwertyuiop12",
            "123456789012345",
            "aaaaaaaaaaaa",
            "abababababab",
            "Summer-2026-Summer",
            "iloveyou!!!!",
            "welcome12345",
            "admin-admin-1",
            "Lovelace-rules-77",
            "ada.king is me",
            "my Seatkeeper key",
            "correcthorsebatterystaple",
        ] {
            assert!(strong(weak).is_err(), "{weak}");
        }
        for good in
            ["kettle moss paper", "7hq2-vx9m-p4tz", "Der Hund frisst Kuchen", "monkey kettle paper", "пароль из слов"]
        {
            assert!(strong(good).is_ok(), "{good}");
        }
        assert!(strong(&"kettle moss paper ".repeat(20)).is_err(), "too long to be hashed for a stranger");
    }
}
