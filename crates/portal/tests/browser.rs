//! A browser without script: it keeps cookies, opens pages and sends forms; and what it is answered.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::request::Builder;
use axum::http::{HeaderMap, Request, StatusCode, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tower::ServiceExt;

#[derive(Clone)]
pub(crate) struct Browser {
    pages: Router,
    at: String,
    pub(crate) cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) fn new(pages: Router, at: &str) -> Self {
        Self { pages, at: at.to_owned(), cookies: BTreeMap::new() }
    }

    /// The same person, at another address.
    pub(crate) fn moved(&self, at: &str) -> Self {
        Self { at: at.to_owned(), ..self.clone() }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    pub(crate) async fn post(&mut self, path: &str, form: &[(&str, impl AsRef<str>)]) -> Answer {
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let pairs = form.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value.as_ref())));
        let request = Request::post(path)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded");
        self.send(request, Body::from(pairs.collect::<Vec<_>>().join("&"))).await
    }

    /// Sends a form whose one field is a file.
    pub(crate) async fn upload(&mut self, path: &str, file: &[u8]) -> Answer {
        let head = "--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"licences.csv\"\r\n\r\n";
        let body = [head.as_bytes(), file, b"\r\n--cut--\r\n"].concat();
        let request = Request::post(path)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "multipart/form-data; boundary=cut");
        self.send(request, Body::from(body)).await
    }

    async fn send(&mut self, request: Builder, body: Body) -> Answer {
        let request = request.header("cookie", self.cookie()).header("x-at", &self.at).body(body).unwrap();
        let answer = answer(&self.pages, request).await;
        for line in answer.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            for rule in ["__Host-", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
                assert!(line.contains(rule), "{line} has no {rule}");
            }
            let (name, rest) = line.split_once('=').unwrap();
            match line.contains("Max-Age=0;") {
                true => self.cookies.remove(name),
                false => self.cookies.insert(name.to_owned(), rest.split(';').next().unwrap().to_owned()),
            };
        }
        answer
    }

    /// What it sends of the cookies that it keeps.
    pub(crate) fn cookie(&self) -> String {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        cookies.join("; ")
    }

    /// The cookie of the sign-in.
    pub(crate) fn sign_in(&self) -> String {
        self.cookies.get("__Host-seatkeeper").cloned().unwrap_or_default()
    }
}

/// Asks a router as if over the network.
pub(crate) async fn answer(router: &Router, request: Request<Body>) -> Answer {
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    // What is followed never ends: its beginning says enough.
    let stream = parts.headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
    let text = if stream { Default::default() } else { to_bytes(body, usize::MAX).await.unwrap() };
    Answer { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&text).into_owned() }
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// A page, which must hold each of these.
    #[track_caller]
    pub(crate) fn shows(&self, parts: &[&str]) {
        self.is(200);
        self.holds(parts);
    }

    /// A form that is shown again, with each of these.
    #[track_caller]
    pub(crate) fn again(&self, parts: &[&str]) {
        self.is(422);
        self.holds(parts);
    }

    #[track_caller]
    fn holds(&self, parts: &[&str]) {
        for part in parts {
            assert!(self.text.contains(part), "{part} is not in {}", self.text);
        }
    }

    /// A page, which must hold none of these.
    #[track_caller]
    pub(crate) fn lacks(&self, parts: &[&str]) {
        for part in parts {
            assert!(!self.text.contains(part), "{part} is in {}", self.text);
        }
    }

    /// Where an action that was done leads.
    #[track_caller]
    pub(crate) fn leads(&self) -> &str {
        self.is(303);
        self.header("location")
    }

    #[track_caller]
    pub(crate) fn leads_to(&self, to: &str) {
        assert_eq!(self.leads(), to);
    }

    /// Must have this status.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) {
        assert_eq!(self.status, status, "{self:?}");
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// Whether it leads to signing in.
    pub(crate) fn wants_sign_in(&self) -> bool {
        self.status == 303 && self.header("location").starts_with("/sign-in")
    }
}
