//! What mails to visitors say. Until an address is confirmed they hold nothing that a stranger wrote: whoever types in
//! another's address sends them no words of their own.

use jiff::Timestamp;
use seatkeeper_domain::ask::{Ask, AskAnswer, Stage, Wanted};

use super::words::{Words, at, one_line};

/// How an ask for a product stands, said to whoever asked: `link` is where to go on.
pub(super) fn words(ask: &Ask, product: &str, address: &str, link: &str, now: Timestamp) -> Words {
    let product = one_line(product);
    let (what, article) = match ask.wanted {
        Wanted::Trial => ("trial", "a"),
        Wanted::Education => ("education licence", "an"),
    };
    let link = format!("{address}/ask/{link}");
    let text = match (ask.stage(), &ask.answer) {
        (Stage::Unconfirmed, _) => {
            let next = match ask.wanted {
                Wanted::Trial => "begin it here",
                Wanted::Education => "confirm your address here, and we look at it",
            };
            format!(
                "Somebody asked for {article} {what} of {product} with this mail address. If it was you, {next}:\n\n\
                 {link}\n\nThe link is good until {}. If it was not you, do nothing: nothing begins, and the address is \
                 forgotten.",
                at(ask.link_until())
            )
        }
        (Stage::Granted, Some(answer)) => granted(ask, answer, &product, &link, now),
        (Stage::Declined, Some(answer)) => {
            format!("You asked for {article} {what} of {product}. The answer is no:\n\n{}", one_line(&answer.said))
        }
        _ => format!(
            "You asked for {article} {what} of {product}. The request is here, and waits for an answer, which will come by \
             mail. Until then there is nothing to do."
        ),
    };
    let subject = match ask.wanted {
        Wanted::Trial => format!("Your trial of {product}"),
        Wanted::Education => format!("Your education licence for {product}"),
    };
    Words { subject, body: format!("Hello,\n\n{text}\n\n{address}\n") }
}

/// There is a licence: where it is read for some days, and from then on that there was one, and since when.
fn granted(ask: &Ask, answer: &AskAnswer, product: &str, link: &str, now: Timestamp) -> String {
    let said = if answer.said.is_empty() { String::new() } else { format!("\n\n{}", one_line(&answer.said)) };
    let since = at(answer.at);
    let until = at(ask.link_until());
    match (ask.wanted, ask.link_good(now)) {
        (Wanted::Trial, true) => format!(
            "You had a trial of {product} made on {since}, and there is one for each mail address. Its serial number and \
             product key stand here until {until}:\n\n{link}"
        ),
        (Wanted::Trial, false) => format!(
            "You had a trial of {product} made on {since}, and there is one for each mail address. If you need more time, \
             or want to go on with it, write to us."
        ),
        (Wanted::Education, true) => format!(
            "Your education licence for {product} is granted.{said}\n\nIts serial number and product key stand here until \
             {until}:\n\n{link}"
        ),
        (Wanted::Education, false) => {
            format!("You got an education licence for {product} on {since}. If you lost its product key, write to us.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatkeeper_domain::account::Delivery;
    use seatkeeper_domain::ask::Made;
    use seatkeeper_domain::event::Actor;
    use uuid::Uuid;

    const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn asked(wanted: Wanted) -> Ask {
        Ask {
            id: Uuid::from_u128(1).into(),
            wanted,
            product_id: Uuid::from_u128(2).into(),
            email: "ada@example.com".to_owned(),
            name: "Win a prize at https://spam.example".to_owned(),
            company: Some("Spam & Co".to_owned()),
            why: Some("Buy now".to_owned()),
            asked_at: NOW,
            confirmed_at: None,
            answer: None,
            mail: Delivery::from(NOW),
        }
    }

    fn said(ask: &Ask, now: Timestamp) -> String {
        words(ask, "Planner", "https://l.example", "TEXT", now).body
    }

    #[test]
    fn a_stranger_sends_no_words_of_their_own() {
        for wanted in [Wanted::Trial, Wanted::Education] {
            let body = said(&asked(wanted), NOW);
            for written in ["spam", "Spam", "prize", "Buy"] {
                assert!(!body.contains(written), "{body}");
            }
            assert!(body.contains("https://l.example/ask/TEXT\n"), "{body}");
            assert!(body.contains("18 January 2027, 08:00 UTC"), "{body}");
        }
    }

    #[test]
    fn who_had_a_trial_is_told_when_and_how_to_read_it_while_that_is_possible() {
        let made = Made {
            customer_id: Uuid::from_u128(3).into(),
            license_id: Uuid::from_u128(4).into(),
            key_id: Uuid::from_u128(5).into(),
        };
        let by = Actor::Visitor(Uuid::from_u128(1).into());
        let answer = Some(AskAnswer { made: Some(made), said: String::new(), by, at: NOW });
        let had = Ask { confirmed_at: Some(NOW), answer, ..asked(Wanted::Trial) };
        assert!(said(&had, NOW).contains("15 January 2027, 08:00 UTC") && said(&had, NOW).contains("/ask/TEXT"));
        let later = seatkeeper_domain::term::after(NOW, Ask::SHOWN_SECONDS);
        assert!(!said(&had, later).contains("/ask/"), "{}", said(&had, later));
    }

    #[test]
    fn a_no_says_why() {
        let by = Actor::Local;
        let answer = Some(AskAnswer { made: None, said: "We know no\r\nsuch school.".to_owned(), by, at: NOW });
        let body = said(&Ask { confirmed_at: Some(NOW), answer, ..asked(Wanted::Education) }, NOW);
        assert!(body.contains("no:\n\nWe know no  such school.\n"), "{body}");
    }
}
