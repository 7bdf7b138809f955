//! A browser without script: it keeps cookies, opens pages and sends forms.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tower::ServiceExt;

#[derive(Clone)]
pub(crate) struct Browser {
    pages: Router,
    at: String,
    pub(crate) cookies: BTreeMap<String, String>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
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

    pub(crate) async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let fields: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        self.send(request, Body::from(fields.join("&"))).await
    }

    async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header("cookie", cookies.join("; ")).header("x-at", &self.at).body(body).unwrap();
        let response = self.pages.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for line in parts.headers.get_all(header::SET_COOKIE) {
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
        let text = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// The cookie of the sign-in.
    pub(crate) fn sign_in(&self) -> String {
        self.cookies.get("__Host-seatkeeper").cloned().unwrap_or_default()
    }
}

impl Answer {
    #[track_caller]
    pub(crate) fn shows(&self, parts: &[&str]) {
        assert_eq!(self.status, 200, "{self:?}");
        parts.iter().for_each(|part| assert!(self.text.contains(part), "{part} is not in {}", self.text));
    }

    /// The form again, with what is wrong.
    #[track_caller]
    pub(crate) fn again(&self, wrong: &str) {
        assert_eq!(self.status, 422, "{self:?}");
        assert!(self.text.contains(wrong), "{wrong} is not in {}", self.text);
    }

    #[track_caller]
    pub(crate) fn leads(&self, to: &str) {
        assert_eq!(self.status, 303, "{self:?}");
        assert_eq!(self.headers[header::LOCATION], to);
    }

    #[track_caller]
    pub(crate) fn is(&self, status: u16) {
        assert_eq!(self.status, status, "{self:?}");
    }
}
