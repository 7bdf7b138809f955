//! What a program tells the SDK about itself. Reads nothing and asks nobody.

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use seatkeeper_protocol::Secret;
use seatkeeper_protocol::client::Device;

use crate::memory::Typed;
use crate::notice::Notice;
use crate::state::State;

pub(crate) type OnChange = Box<dyn Fn(&State) + Send>;
pub(crate) type OnNotice = Box<dyn Fn(&Notice) + Send>;

/// Nobody waits longer, and no clock overflows.
const LONGEST_CLOSE: Duration = Duration::from_secs(3600);

/// What a program tells about itself. Only the product and the version must be told; a program in the field also carries the
/// address of the vendor's server and its root key.
pub struct Config {
    pub(crate) product: String,
    pub(crate) version: String,
    pub(crate) server: Option<String>,
    pub(crate) root_key: Option<String>,
    pub(crate) released_at: Option<Timestamp>,
    pub(crate) features: Option<Vec<String>>,
    pub(crate) key: Option<Typed>,
    pub(crate) user: Option<String>,
    pub(crate) device: Option<Device>,
    pub(crate) os_session: Option<String>,
    pub(crate) state_dir: Option<PathBuf>,
    pub(crate) close_within: Duration,
    pub(crate) plain_http: bool,
    pub(crate) on_change: Option<OnChange>,
    pub(crate) on_notice: Option<OnNotice>,
}

impl Config {
    /// A program by its product's code and its own version.
    pub fn new(product: impl Into<String>, version: impl Into<String>) -> Self {
        Config {
            product: product.into(),
            version: version.into(),
            server: None,
            root_key: None,
            released_at: None,
            features: None,
            key: None,
            user: None,
            device: None,
            os_session: None,
            state_dir: None,
            close_within: Duration::from_secs(5),
            plain_http: false,
            on_change: None,
            on_notice: None,
        }
    }

    /// The vendor's server, where neither the environment nor the source of a key names another.
    pub fn server(mut self, url: impl Into<String>) -> Self {
        self.server = Some(url.into());
        self
    }

    /// The vendor's root public key, 32 bytes in base64url: what no server of the vendor says is not believed. A program that
    /// carries none believes the first server it meets, and from then on only that one's vendor.
    pub fn root_key(mut self, x: impl Into<String>) -> Self {
        self.root_key = Some(x.into());
        self
    }

    /// When this release was made: what a licence's maintenance is compared with.
    pub fn released_at(mut self, at: Timestamp) -> Self {
        self.released_at = Some(at);
        self
    }

    /// Codes of the features wanted; all the licence has by default.
    pub fn features<S: Into<String>>(mut self, codes: impl IntoIterator<Item = S>) -> Self {
        self.features = Some(codes.into_iter().map(Into::into).collect());
        self
    }

    /// The serial number and product key to use; no other source is asked.
    pub fn key(mut self, serial_number: impl Into<String>, product_key: impl Into<String>) -> Self {
        self.key = Some(Typed { serial_number: serial_number.into(), product_key: Secret::new(product_key) });
        self
    }

    /// The user, where it is not whoever runs the program.
    pub fn user(mut self, name: impl Into<String>) -> Self {
        self.user = Some(name.into());
        self
    }

    /// The device, where it is not this one: for programs that act for others, and simulations.
    pub fn device(mut self, device: Device) -> Self {
        self.device = Some(device);
        self
    }

    /// The OS session, on a multi-session host that the SDK does not know as one.
    pub fn os_session(mut self, name: impl Into<String>) -> Self {
        self.os_session = Some(name.into());
        self
    }

    /// Where to keep the licence's state, in place of `SEATKEEPER_STATE_DIR` and the user's own place for such things.
    pub fn state_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_dir = Some(path.into());
        self
    }

    /// The longest that closing may take; 5 s by default, an hour at most. A seat not returned by then is returned at the next
    /// start.
    pub fn close_within(mut self, bound: Duration) -> Self {
        self.close_within = bound.min(LONGEST_CLOSE);
        self
    }

    /// Lets product keys and tokens travel unencrypted beyond this machine: for closed test networks.
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// Called after each change of state, on the SDK's thread, with nothing held: it may call the [`Seat`](crate::Seat), except
    /// to wait for what that thread would have to do meanwhile.
    pub fn on_change(mut self, callback: impl Fn(&State) + Send + 'static) -> Self {
        self.on_change = Some(Box::new(callback));
        self
    }

    /// Called for what support may want in a log, on the SDK's thread.
    pub fn on_notice(mut self, callback: impl Fn(&Notice) + Send + 'static) -> Self {
        self.on_notice = Some(Box::new(callback));
        self
    }
}
