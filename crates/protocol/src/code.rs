//! Every stable code of a refusal, with its status, its title and the words of its page. Decides no refusal.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! codes {
    ($($variant:ident $code:literal $status:literal $title:literal $page:literal)+) => {
        /// The stable code of a refusal. Programs keep codes they do not know.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = concat!($title, " (", stringify!($status), ").")] $variant,)+
            /// A code of a newer server.
            Other(String),
        }

        impl Code {
            /// Every code this build knows.
            pub const ALL: &[Code] = &[$(Code::$variant),+];

            /// The spelling on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Code::$variant => $code,)+
                    Code::Other(code) => code,
                }
            }

            /// The HTTP status it is sent with; 500 for a code this build does not know.
            pub fn status(&self) -> u16 {
                match self {
                    $(Code::$variant => $status,)+
                    Code::Other(_) => 500,
                }
            }

            /// A short title, the same at every refusal with this code.
            pub fn title(&self) -> &str {
                match self {
                    $(Code::$variant => $title,)+
                    Code::Other(code) => code,
                }
            }

            /// What happened and what to do, for the page at `/problems/{code}`; empty for a code this build does not know.
            pub fn page(&self) -> &'static str {
                match self {
                    $(Code::$variant => $page,)+
                    Code::Other(_) => "",
                }
            }
        }

        impl From<&str> for Code {
            fn from(code: &str) -> Self {
                match code {
                    $($code => Code::$variant,)+
                    other => Code::Other(other.to_owned()),
                }
            }
        }
    };
}

codes! {
    // Programs: the key and the licence.
    UnknownKey "unknown_key" 404 "Serial number and product key not recognised"
        "No licence has this serial number together with this product key. Compare both with the letter or mail they came in; a wrong serial number, a wrong key and two that do not belong together get this same answer."
    KeyRevoked "key_revoked" 403 "Product key no longer valid"
        "This product key has been replaced or its time is over. What is open stays open. Ask the administrator who manages your licences for the new key; programs look for it again at their next start."
    LicenseRevoked "license_revoked" 403 "Licence ended by the vendor"
        "The vendor has ended this licence for good. Ask the vendor, or use another licence."
    LicenseSuspended "license_suspended" 403 "Licence suspended"
        "The vendor has paused this licence. Seats are kept and nothing needs to be activated again: once it is resumed, programs go on by themselves."
    LicenseExpired "license_expired" 403 "Licence expired"
        "The term of this licence is over. It works again, with no new activation, once it is renewed."
    VersionNotSupported "version_not_supported" 403 "Program version too old"
        "This product's licences may be used from a certain version on, and the program is older. Install a newer version."
    MaintenanceLapsed "maintenance_lapsed" 403 "Release newer than the maintenance"
        "This release of the program is dated after the licence's maintenance ended. Releases dated earlier work for ever; for this one, renew the maintenance."
    Blocked "blocked" 403 "User or device blocked"
        "This licence no longer admits this user or this device. An administrator of your company or the vendor set the block and can lift it."
    DeviceLimit "device_limit" 409 "Licence in use on another device"
        "As many devices as the licence allows are activated. Deactivate it on the other device first (Move Licence), or ask the vendor to end the activation of a device that is gone."
    TrialUsed "trial_used" 409 "This device had a trial already"
        "A trial that visitors begin themselves is for a device once, whatever mail address it was asked for from. To go on, ask the vendor for a licence, or for a longer trial: one that the vendor issues works here."
    TooManyAttempts "too_many_attempts" 429 "Too many failed attempts"
        "Too many activations with wrong keys came from this address. A right serial number and product key are never held back; for another attempt wait as long as `Retry-After` says."
    ProtocolNotSupported "protocol_not_supported" 400 "Protocol not supported"
        "The program speaks a protocol that this server does not. Update whichever of them is older."
    ActivationEnded "activation_ended" 401 "Activation ended"
        "This device's activation is over or the token is not valid. Activate again with serial number and product key; programs do this by themselves."
    LoanOutstanding "loan_outstanding" 409 "A loan is outstanding"
        "A seat lent to this device has not come back. Return it before you give the device up."

    // Programs: seats.
    NoSeatAvailable "no_seat_available" 409 "No seat available"
        "Every seat of the licence is taken. `next_back_by` tells when the next one is back at the latest; it may well be earlier. Somebody may close the program, or an administrator may release a seat that is not in use."
    HolderLimit "holder_limit" 409 "Too many people on this device"
        "More people hold seats from this device than the licence allows at once. One of them must close the program."
    CheckoutEnded "checkout_ended" 410 "Checkout ended"
        "This checkout was used and is over; `end_reason` tells why. Ask for a new one."
    CheckoutForked "checkout_forked" 409 "Lease not the latest"
        "The lease named is not one of the last two given for this checkout: two programs seem to go on from one state, as after cloning a machine. Ask for a checkout of your own."

    // Administrators.
    InvalidRequest "invalid_request" 422 "Request not valid"
        "Fields of the request are wrong; `errors` names each with the reason. Nothing was changed."
    MalformedRequest "malformed_request" 400 "Request not readable"
        "The body, the path or the query could not be read. Nothing was changed."
    Unauthorized "unauthorized" 401 "Not authenticated"
        "The call needs a token: `Authorization: Bearer …`. The one given is missing, mistyped, ended or revoked."
    Forbidden "forbidden" 403 "Not allowed"
        "The token's role does not allow this call. Use a token with another role."
    NotFound "not_found" 404 "Not found"
        "There is no such thing, or it belongs to somebody else."
    MethodNotAllowed "method_not_allowed" 405 "Method not allowed"
        "This path does not answer this method; `Allow` names those it does."
    RequestTimeout "request_timeout" 408 "Request too slow"
        "The request did not arrive in time."
    Conflict "conflict" 409 "Conflict"
        "Another change got in between or the state does not allow this one. Read it again, then repeat the change if it still makes sense."
    AlreadyExists "already_exists" 409 "Already there"
        "Something with this code, serial number or `external_id` exists already."
    CountByInUse "count_by_in_use" 409 "Seats are held"
        "What counts as a holder can be changed only while nobody holds a seat of the licence. Release the seats or wait until they are returned."
    PreconditionFailed "precondition_failed" 412 "Changed meanwhile"
        "The thing is no longer as `If-Match` says. Read it again and repeat the change if it still makes sense."
    PayloadTooLarge "payload_too_large" 413 "Body too large"
        "The body of a request may have 64 KiB, that of an import 8 MiB."
    UnsupportedMediaType "unsupported_media_type" 415 "Not JSON"
        "The body must be JSON: `Content-Type: application/json`."
    IdempotencyConflict "idempotency_conflict" 422 "Idempotency key used for something else"
        "This `Idempotency-Key` was sent before with another body. Use a fresh one for each new request."

    // People who sign in.
    SignInRefused "sign_in_refused" 403 "Not signed in"
        "The mail address and the password do not go together. Which of them is wrong is told to nobody."
    CodeRefused "code_refused" 403 "Code not accepted"
        "The code is wrong, too old or was used before. Each code is good once; wait for the next one, or use a recovery code."
    SignInOver "sign_in_over" 401 "Signed out"
        "The sign-in is over: by hand, by time, or because the password, the second factor or the role was changed. Sign in again."
    LinkOver "link_over" 403 "Link no longer good"
        "The link was used, replaced, or its time is over. Ask for a new one."
    LastOwner "last_owner" 409 "Nobody else manages people"
        "The last owner of a customer, and the last administrator of the vendor, can be neither disabled nor given another role. Give somebody else that role first."

    // The server itself.
    Internal "internal" 500 "Error in the server"
        "The server met an error of its own. Quote the `request_id` when you ask for help."
    Overloaded "overloaded" 503 "Too much at once"
        "The server has more to do than it can take. Nothing was changed; repeat after `Retry-After`. Programs do this by themselves and keep their seats."
    Unavailable "unavailable" 503 "Not available now"
        "The server cannot answer at present, for instance because its disk is full. Unless `detail` says otherwise nothing was changed; repeat after `Retry-After`, with the same `Idempotency-Key`. Programs do this by themselves and keep their seats."
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Code::from(String::deserialize(deserializer)?.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn each_code_reads_back_and_explains_itself() {
        for code in Code::ALL {
            assert_eq!(&Code::from(code.as_str()), code);
            assert!((400..600).contains(&code.status()), "{code}");
            assert!(!code.title().is_empty() && code.page().len() > 30, "{code}");
        }
    }

    #[test]
    fn a_code_of_tomorrow_is_kept() {
        let code: Code = serde_json::from_str(r#""seat_in_orbit""#).unwrap();
        assert_eq!(code, Code::Other("seat_in_orbit".into()));
        assert_eq!(serde_json::to_string(&code).unwrap(), r#""seat_in_orbit""#);
    }
}
