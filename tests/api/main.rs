//! Second opinions on what the server says of itself: a checker that reads `/openapi.json` and tries every operation with
//! what it makes of it, and a JOSE library that is not ours. Knows nothing of the server but its address and a token.
//!
//! Seen red: with a number told as text by the schema of an answer, for administrators and for programs; with leases signed under
//! a `kid` that the JWKS has not.

mod jose;
mod openapi;
