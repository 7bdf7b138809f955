//! Forms as they were filled in, and what is wrong with them, by field, so that it is said beside the field. Knows no form.

use seatkeeper_domain::refusal::Refusal;
use seatkeeper_service::Failure;
use serde::Deserialize;

use crate::refused::Refused;
use crate::words::length;

/// What is wrong, in sentences.
#[derive(Debug, Default)]
pub(crate) struct Wrong(Vec<(String, String)>);

impl Wrong {
    /// What the decision against a form says of the `fields` that it shows; what is about none of them stands under `""`.
    ///
    /// # Errors
    /// A failure that nothing in the form can mend.
    pub(crate) fn of(failure: Failure, fields: &[&str]) -> Result<Self, Refused> {
        let place = |field: &str| fields.iter().find(|known| field.starts_with(**known)).copied().unwrap_or_default();
        let Failure::Refused { refusal, .. } = &failure else { return Err(failure.into()) };
        let mut wrong = Self::default();
        match refusal {
            Refusal::Invalid(mistakes) => {
                for (field, why) in mistakes {
                    let why = if field.ends_with("_seconds") { in_lengths(why) } else { why.clone() };
                    let place = place(field);
                    wrong.note(place, if place.is_empty() { format!("{} {why}", called(field)) } else { why });
                }
            }
            Refusal::AlreadyExists { what, field } => {
                wrong.note(place(field), format!("another {what} has this already"))
            }
            Refusal::PreconditionFailed => wrong.note(
                "",
                "somebody else changed this meanwhile: nothing was saved. Open it again to see what is there now",
            ),
            Refusal::Conflict(_) => wrong.note("", refusal.to_string()),
            _ => return Err(failure.into()),
        }
        Ok(wrong)
    }

    /// Notes a mistake.
    pub(crate) fn note(&mut self, field: &str, why: impl Into<String>) {
        let why: String = why.into();
        let mut letters = why.trim_end_matches('.').chars();
        let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
        self.0.push((field.to_owned(), format!("{first}{}.", letters.as_str())));
    }

    /// Whether nothing is.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with a field.
    pub(crate) fn at(&self, field: &str) -> Option<String> {
        let said: Vec<&str> = self.0.iter().filter(|(at, _)| at == field).map(|(_, why)| why.as_str()).collect();
        (!said.is_empty()).then(|| said.join(" "))
    }
}

/// A form as it was filled in: names with their values, in order.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Filled(pub(crate) Vec<(String, String)>);

impl Filled {
    /// What was written in a field; empty where it was not sent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
    }

    /// Whether a box was ticked, or a choice made.
    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        self.0.iter().any(|(field, chosen)| field == name && chosen == value)
    }

    /// Refuses what did not come from a page that asked first, where there is nothing else to fill in.
    pub(crate) fn sure(&self) -> Result<(), Refused> {
        let asked = self.has("sure", "yes");
        if asked {
            Ok(())
        } else {
            Err(Refused::unreadable("Nothing was done. Go back and press the button on the page."))
        }
    }

    /// A number, where there is one.
    pub(crate) fn number(&self, name: &str, wrong: &mut Wrong) -> Option<u32> {
        let read = filled(self.get(name))?.parse();
        read.map_err(|_| wrong.note(name, "must be a whole number")).ok()
    }
}

/// A field that was filled in.
pub(crate) fn filled(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A field of the domain as people call it: `policy.lease_seconds` is the lease.
fn called(field: &str) -> String {
    field.trim_start_matches("policy.").trim_end_matches("_seconds").replace('_', " ")
}

/// A sentence about seconds with lengths of time in their place, as they are said everywhere else.
fn in_lengths(why: &str) -> String {
    let bare = why.replace(" seconds", "");
    let said = bare.split(' ').map(|word| {
        let digits = word.trim_end_matches(',');
        match digits.parse() {
            Ok(0) => format!("none{}", &word[digits.len()..]),
            Ok(seconds) => format!("{}{}", length(seconds), &word[digits.len()..]),
            Err(_) => word.to_owned(),
        }
    });
    said.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use seatkeeper_domain::policy::Policy;

    use super::*;

    #[test]
    fn mistakes_are_said_beside_their_fields() {
        let refusal = Refusal::Invalid(vec![
            ("contacts[1].email".to_owned(), "is no mail address".to_owned()),
            ("policy.lease_seconds".to_owned(), "must be between 30 and 2592000, not 1".to_owned()),
        ]);
        let wrong = Wrong::of(refusal.into(), &["name", "contacts"]).unwrap();
        assert_eq!(wrong.at("contacts").unwrap(), "Is no mail address.");
        assert_eq!(wrong.at("").unwrap(), "Lease must be between 30 seconds and 30 days, not 1 second.");
        assert_eq!(wrong.at("name"), None);
    }

    /// What the domain says of a policy, in the words of the page.
    #[test]
    fn lengths_of_time_are_said_as_people_say_them() {
        let model = seatkeeper_domain::license::Model::Concurrent;
        let usual = Policy::default_for(model);
        let said = |policy: Policy| {
            let mistakes = policy.mistakes(model).into_iter().map(|(field, why)| (field.to_owned(), why)).collect();
            Wrong::of(Refusal::Invalid(mistakes).into(), &["policy"]).unwrap().at("policy").unwrap()
        };
        let short = Policy { lease_seconds: 1, refresh_seconds: 5, ..usual.clone() };
        let short = said(short);
        assert!(short.starts_with("Must be between 30 seconds and 30 days, not 1 second."), "{short}");
        let rare = said(Policy { refresh_seconds: 1_200, ..usual.clone() });
        assert_eq!(rare, "Must be shorter than the lease of 20 minutes, or every lease ends before it is renewed.");
        let grace = said(Policy { grace_seconds: 60, ..usual.clone() });
        assert_eq!(grace, "Must be none or at least the lease of 20 minutes.");
        let long = said(Policy { grace_seconds: 401 * 86_400, ..usual });
        assert_eq!(long, "Must be between none and 400 days, not 401 days.");
    }

    #[test]
    fn what_no_form_can_mend_is_no_mistake_in_it() {
        assert!(Wrong::of(Failure::Forbidden, &["name"]).is_err());
        assert!(Wrong::of(Refusal::NotFound { what: "customer" }.into(), &["name"]).is_err());
    }
}
