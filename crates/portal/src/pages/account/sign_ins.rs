//! Where somebody is signed in and was, and ending it: shared by one's own account and by the pages of people.

use axum::extract::State;
use axum_extra::extract::Form;
use seatkeeper_domain::account::{SignIn, SignInEnd};
use seatkeeper_domain::decide::Which;
use seatkeeper_domain::id::SignInId;

use crate::form::Filled;
use crate::named::Named;
use crate::portal::Portal;
use crate::shown::{Answer, done};
use crate::visitor::Visitor;
use crate::words::{Face, When, many};

/// A sign-in as it is shown.
pub(crate) struct Place {
    pub(crate) id: SignInId,
    pub(crate) agent: String,
    pub(crate) address: String,
    pub(crate) started: When,
    pub(crate) seen: When,
    pub(crate) refused: Option<String>,
    /// Whether it is this one.
    pub(crate) here: bool,
    /// Whether it can be ended.
    pub(crate) good: bool,
    /// How it stands: the class that colours it, and words.
    pub(crate) state: (&'static str, &'static str),
}

/// Sign-ins, newest first; `here` is the one that looks.
pub(crate) fn places(sign_ins: &[SignIn], here: Option<SignInId>, face: &Face) -> Vec<Place> {
    sign_ins.iter().map(|sign_in| place(sign_in, here, face)).collect()
}

fn place(sign_in: &SignIn, here: Option<SignInId>, face: &Face) -> Place {
    let good = sign_in.good(face.now);
    let state = match sign_in.ended.map(|(_, why)| why) {
        Some(SignInEnd::SignedOut) => ("ended", "Signed out"),
        Some(SignInEnd::Ended) => ("ended", "Ended"),
        Some(SignInEnd::Changed) => ("ended", "Ended: password, role or second factor changed"),
        Some(SignInEnd::Disabled) => ("ended", "Ended: account disabled"),
        Some(SignInEnd::Expired) => ("ended", "Ended by itself"),
        None if !good => ("ended", "Ended by itself"),
        None if !sign_in.complete => ("silent", "Code not given"),
        None => ("live", "Signed in"),
    };
    Place {
        id: sign_in.id,
        agent: browser(&sign_in.agent),
        address: sign_in.address.clone(),
        started: face.at(sign_in.started_at),
        seen: face.ago(sign_in.seen_at),
        refused: (sign_in.refused > 0).then(|| format!("after {} refused", many(sign_in.refused.into(), "attempt"))),
        here: here == Some(sign_in.id),
        good,
        state,
    }
}

/// The browser's own name for itself, in the word or two that people know it by.
fn browser(agent: &str) -> String {
    let named =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    let on = [
        ("Windows", "Windows"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    let find =
        |words: &[(&str, &'static str)]| words.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name);
    match (find(&named), find(&on)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        _ if agent.is_empty() => "Unknown browser".to_owned(),
        _ => agent.to_owned(),
    }
}

/// Ends one of one's own.
pub(crate) async fn end(
    State(portal): State<Portal>,
    visitor: Visitor,
    Named(id): Named<SignInId>,
    Form(asked): Form<Filled>,
) -> Answer {
    asked.sure()?;
    portal.service.end_own_sign_ins(&visitor.who, Which::One(id)).await?;
    done("/account", "That sign-in is ended.")
}

/// Ends all of one's own but this one.
pub(crate) async fn end_others(State(portal): State<Portal>, visitor: Visitor, Form(asked): Form<Filled>) -> Answer {
    asked.sure()?;
    portal.service.end_own_sign_ins(&visitor.who, Which::AllBut(visitor.who.sign_in.id)).await?;
    done("/account", "You are signed out everywhere else.")
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn a_browser_is_called_what_people_call_it() {
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        assert_eq!(browser(chrome), "Chrome on Windows");
        assert_eq!(browser(&format!("{chrome} Edg/140.0")), "Edge on Windows");
        assert_eq!(browser("curl/8"), "curl/8");
        assert_eq!(browser(""), "Unknown browser");
    }
}
