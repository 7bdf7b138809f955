//! Second opinions on what the server says of itself: a checker that reads `/openapi.json` and tries every operation with
//! what it makes of it, and a JOSE library that is not ours. Knows nothing of the server but its address and a token.
//!
//! Seen red: with a field left out of an answer's schema, with an undeclared 405, and with a handler that panicked on a zero
//! byte in a name; the leases', with a `kid` that the JWKS has not.

mod jose;
mod openapi;
