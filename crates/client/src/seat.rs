//! The handle a program holds: asks the SDK's thread and shows what it found. Decides nothing.

use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use seatkeeper_protocol::client::Device;
use seatkeeper_protocol::{KeyError, Problem, ProductKey, Secret};

use crate::config::Config;
use crate::http::Http;
use crate::keys::Sources;
use crate::logic::{Logic, Program};
use crate::memory::Typed;
use crate::state::{Details, State};
use crate::store::Store;
use crate::worker::{Shared, Worker, fresh_id};
use crate::{device, platform, problems, trust, worker};

/// A running copy's seat. Dropping it returns the seat, or writes the return down for the next start.
///
/// All methods are cheap and none waits on the network, except those that say so. One background thread does the work; it ends
/// with the seat.
pub struct Seat {
    shared: std::sync::Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    close_within: Duration,
}

/// Why a seat could not even be asked for: a mistake in the program, not in the licence.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The product's code is empty or has other characters than letters, digits, `-`, `_` and `.`.
    #[error("{0:?} cannot be a product's code")]
    Product(String),
    /// The root key is not 32 bytes in base64url.
    #[error("the vendor's root key is not an Ed25519 public key in base64url")]
    RootKey,
    /// The system gave no thread.
    #[error("no thread could be started")]
    Thread(#[source] std::io::Error),
}

impl Seat {
    /// Asks for a seat and returns at once; the state tells what comes of it.
    ///
    /// # Errors
    /// Only for mistakes in `config`, or when no thread can be started.
    pub fn open(config: Config) -> Result<Seat, OpenError> {
        let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if config.product.is_empty() || !config.product.chars().all(named) || config.product.starts_with('.') {
            return Err(OpenError::Product(config.product));
        }
        let root = config.root_key.as_deref().map(|x| trust::parse_root(x).ok_or(OpenError::RootKey)).transpose()?;
        let close_within = config.close_within;
        let shared = Shared::new(Http::new(config.plain_http));
        let theirs = shared.clone();
        let thread = std::thread::Builder::new()
            .name("seatkeeper".to_owned())
            .spawn(move || worker::run(&theirs.clone(), || make(config, root, theirs)))
            .map_err(OpenError::Thread)?;
        Ok(Seat { shared, thread: Some(thread), close_within })
    }

    /// How the program stands with its licence now.
    pub fn state(&self) -> State {
        self.shared.lock().state.clone()
    }

    /// What is known of the seat held; none while none is.
    pub fn details(&self) -> Option<Details> {
        self.shared.lock().details.clone()
    }

    /// Whether the licence switches this feature on now. Never while the state is not [usable](State::usable).
    pub fn has_feature(&self, code: &str) -> bool {
        let (wall, mono) = self.shared.clocks();
        let inner = self.shared.lock();
        let time = inner.clock.time(wall, mono).as_second();
        inner.features.iter().any(|feature| feature.code == code && feature.exp.is_none_or(|end| time < end))
    }

    /// Waits for the first answer, but not longer than told, and says how things stand then.
    pub fn wait(&self, longest: Duration) -> State {
        self.wait_until(longest, |state| *state != State::Starting)
    }

    /// Waits for a state that satisfies `wanted`, but not longer than told, and says how things stand then.
    pub fn wait_until(&self, longest: Duration, wanted: impl Fn(&State) -> bool) -> State {
        self.shared.wait(longest, |inner| inner.finished || wanted(&inner.state)).state.clone()
    }

    /// Tries again at once: contact, another seat, a device given up before.
    pub fn retry(&self) {
        self.shared.change(|inner| inner.retry = true);
    }

    /// Takes over what the user typed and tries it, after the keys from other sources. It is remembered.
    ///
    /// # Errors
    /// Says what is wrong with the product key; nobody is asked then.
    pub fn enter_key(&self, serial_number: &str, product_key: &str) -> Result<(), KeyError> {
        let product_key = ProductKey::parse(product_key)?;
        let typed =
            Typed { serial_number: serial_number.to_owned(), product_key: Secret::new(product_key.to_string()) };
        self.shared.change(|inner| inner.typed = Some(typed));
        Ok(())
    }

    /// Gives this device up, so that the licence can move to another one. Waits for the server, but not longer than told.
    /// The device is not activated again before [`Seat::retry`] or [`Seat::enter_key`].
    ///
    /// # Errors
    /// What the server says against it, or that there was no contact: then the device may still be activated.
    pub fn deactivate(&self, longest: Duration) -> Result<(), Box<Problem>> {
        self.shared.change(|inner| {
            inner.given_up = None;
            inner.give_up = true;
        });
        let mut inner = self.shared.wait(longest, |inner| inner.finished || inner.given_up.is_some());
        inner.given_up.take().unwrap_or_else(|| Err(problems::still_activated()))
    }

    /// Returns the seat, or writes the return down for the next start, within the configured bound.
    pub fn close(mut self) {
        self.shut();
    }

    fn shut(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        // Less than the bound, for the disk has to be written, too.
        self.shared.close(Instant::now() + self.close_within.mul_f64(0.8));
        // Closed by its own callback: the thread ends by itself, after this call.
        if thread.thread().id() == std::thread::current().id() {
            return;
        }
        // The thread keeps to the bound by itself, except in one place that nothing can interrupt: while the system looks up
        // a name. Then it is left to end when that does, for the program must not wait.
        if self.shared.wait(self.close_within, |inner| inner.finished).finished {
            let _ = thread.join();
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.shut();
    }
}

/// What the thread works with, made on the thread, since it reads files.
fn make(config: Config, root: Option<ed25519_dalek::VerifyingKey>, shared: std::sync::Arc<Shared>) -> Worker {
    let variable = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
    let device: Device = config.device.unwrap_or_else(|| device::this_device(&config.product));
    let state_dir =
        config.state_dir.or_else(|| variable("SEATKEEPER_STATE_DIR").map(PathBuf::from)).or_else(platform::state_dir);
    let (wall, _) = shared.clocks();
    let copy = fresh_id(wall);
    let store = Store::open(state_dir.as_deref(), &config.product, &device, copy, fresh_id(wall));
    let sources = Sources::of_machine(&config.product, config.server, config.key);
    let program = Program {
        product: config.product,
        version: config.version,
        released_at: config.released_at,
        features: config.features,
        user: config.user.unwrap_or_else(platform::user_name),
        device,
        os_session: config.os_session.or_else(|| variable("SEATKEEPER_OS_SESSION")).or_else(platform::os_session),
        root,
        copy,
    };
    Worker {
        shared,
        logic: Logic::new(program),
        store,
        sources,
        on_change: config.on_change,
        on_notice: config.on_notice,
        closing: false,
    }
}

#[cfg(test)]
mod tests;
