//! The API beside the pages: the vendor's tokens, and programs.

use axum::body::Body;
use axum::http::Request;
use seatkeeper_api::transport::Peer;
use seatkeeper_domain::id::CustomerId;
use seatkeeper_domain::token::Role;
use serde_json::Value;

use crate::browser::{Answer, answer};
use crate::world::World;

impl World {
    /// A token with this role, of the vendor or of one customer.
    pub(crate) async fn token(&self, role: Role, customer: Option<CustomerId>) -> String {
        let owner = self.service.owner();
        self.service.create_token(&owner, None, "test".to_owned(), role, customer, None).await.unwrap().secret.unwrap()
    }

    /// Asks the API, as a program or with a token; the answer must be a success.
    pub(crate) async fn api(&self, operation: &str, token: &str, body: Value) -> Value {
        let answer = self.try_api(operation, token, body).await;
        assert!(answer.status.is_success(), "{operation}: {answer:?}");
        serde_json::from_str(&answer.text).unwrap_or_default()
    }

    /// Likewise, whatever the answer.
    pub(crate) async fn try_api(&self, operation: &str, token: &str, body: Value) -> Answer {
        let (method, path) = operation.split_once(' ').unwrap();
        let request = Request::builder().method(method).uri(path).extension(Peer::Network([192, 0, 2, 1].into()));
        let request = request.header("authorization", format!("Bearer {token}"));
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        answer(&self.api, request.header("content-type", "application/json").body(body).unwrap()).await
    }
}
