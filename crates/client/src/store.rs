//! Keeps an installation's memory on disk: written whole or not at all, shared by its running copies, and only believed where
//! it was written. Knows nothing of what it means.
//!
//! The file holds a MAC and the memory as JSON. Its key is made from the device, so that a copy to another device and a casual
//! edit are noticed; whoever takes the program apart can make it too, which is why all that grants anything in it is signed by
//! the server as well.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit as _, Mac as _};
use seatkeeper_protocol::client::Device;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::copies::Copies;
use crate::device::same_device;
use crate::memory::Memory;
use crate::notice::Notice;
use crate::platform;

/// Steps take milliseconds; who holds the file longer hangs.
const PATIENCE: Duration = Duration::from_secs(5);
const FILE: &str = "state";
/// Written whole under this name first. Who writes holds the lock, so that what a crash left here is written over.
const NEW: &str = "state.new";

/// An installation's memory, kept.
#[derive(Debug)]
pub(crate) struct Store {
    disk: Option<Disk>,
    fingerprint: Vec<String>,
    copy: Uuid,
    /// As last read or changed: what counts where the disk fails.
    memory: Memory,
    /// The file as last read or written.
    text: Option<Vec<u8>>,
    /// The memory holds what the file does not.
    unwritten: bool,
    notices: Vec<Notice>,
}

#[derive(Debug)]
struct Disk {
    dir: PathBuf,
    key: [u8; 32],
    /// None where this copy could not be entered: then it may only read, for others would take its seat for a dead copy's.
    copies: Option<Copies>,
}

impl Store {
    /// The memory of `product` on `device` below `base`; with no `base`, or where the disk fails, what changes in it lasts as
    /// long as this run.
    pub(crate) fn open(base: Option<&Path>, product: &str, device: &Device, copy: Uuid, fresh: Uuid) -> Self {
        let mut notices = Vec::new();
        // A home directory may be shared by many devices: each has its own.
        let anchor = device.fingerprint.first().map_or("", String::as_str);
        let disk = base.map(|base| {
            let key = digest(&["seatkeeper state", product, anchor]);
            let dir =
                base.join(product).join(crate::hex(&digest(&["seatkeeper state directory", product, anchor])[..6]));
            let entered = platform::create_private_dir(&dir).and_then(|()| Copies::enter(dir.join("copies"), copy));
            let copies = entered.map_err(|error| notices.push(Notice::StateUnusable(error))).ok();
            Disk { dir, key, copies }
        });
        let fingerprint = device.fingerprint.clone();
        let memory = Memory::new(fresh, fingerprint.clone());
        Store { disk, memory, text: None, unwritten: false, fingerprint, copy, notices }
    }

    /// The memory as of the last step.
    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// What went wrong since the last time this was asked.
    pub(crate) fn notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// Reads the memory, changes it by `step` and writes it, with no other copy in between. What cannot be written is kept
    /// here, and written as soon as it can be.
    pub(crate) fn update<R>(&mut self, step: impl FnOnce(&mut Memory) -> R) -> R {
        let entered = self.disk.as_ref().filter(|disk| disk.copies.is_some());
        let lock = entered.map(|disk| lock(&disk.dir.join("lock")));
        let readable = self.read();
        let Some((disk, lock)) = self.disk.as_ref().zip(lock) else {
            self.unwritten = true;
            return step(&mut self.memory);
        };
        self.memory.fingerprint.clone_from(&self.fingerprint);
        for checkout in self.memory.checkouts.values_mut() {
            let gone = || disk.copies.as_ref().is_some_and(|copies| copies.is_dead(checkout.copy));
            checkout.dead = checkout.copy != self.copy && gone();
        }
        let before = self.memory.clone();
        let result = step(&mut self.memory);
        self.unwritten |= self.memory != before;
        match lock {
            // Written without the lock, it might undo what another copy wrote.
            Err(notice) => self.notices.push(notice),
            Ok(_lock) if !readable || !self.unwritten => {}
            Ok(_lock) => match disk.write(&self.memory) {
                Ok(text) => (self.text, self.unwritten) = (Some(text), false),
                Err(error) => self.notices.push(Notice::StateUnusable(error)),
            },
        }
        result
    }

    /// Takes over what another copy, or an earlier start, wrote; whether the file may be written over.
    fn read(&mut self) -> bool {
        let Some(disk) = &self.disk else { return false };
        match std::fs::read(disk.dir.join(FILE)) {
            // Nobody else wrote it: the memory is the same, or more where the disk failed.
            Ok(text) if self.text.as_ref() == Some(&text) => true,
            Ok(text) => {
                match disk.believed(&text).filter(|memory| same_device(&memory.fingerprint, &self.fingerprint)) {
                    Some(theirs) => {
                        let ours = std::mem::replace(&mut self.memory, theirs);
                        // Of what could not be written, the seat that this copy has is what nobody else knows of.
                        let kept = ours.checkouts.into_iter().filter(|(_, c)| self.unwritten && c.copy == self.copy);
                        self.memory.checkouts.extend(kept);
                        self.text = Some(text);
                    }
                    None => {
                        self.notices.push(Notice::StateRejected);
                        self.unwritten = true;
                    }
                }
                true
            }
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                self.unwritten = true;
                true
            }
            // It may be whole, and readable the next time: an installation that never was must not take its place.
            Err(error) => {
                self.notices.push(Notice::StateUnusable(error));
                self.disk.take_if(|_| self.text.is_none());
                false
            }
        }
    }
}

impl Disk {
    fn believed(&self, text: &[u8]) -> Option<Memory> {
        let at = text.iter().position(|byte| *byte == b'\n')?;
        let (mac, body) = (&text[..at], &text[at + 1..]);
        // Compared as text, at any speed: whoever could time this holds the key.
        (crate::hex(&self.mac(body)).as_bytes() == mac).then_some(())?;
        serde_json::from_slice(body).ok()
    }

    fn write(&self, memory: &Memory) -> io::Result<Vec<u8>> {
        let body = serde_json::to_vec(memory)?;
        let text = [crate::hex(&self.mac(&body)).as_bytes(), b"\n", &body].concat();
        let new = self.dir.join(NEW);
        let mut file = platform::private_file(&new)?;
        file.set_len(0)?;
        file.write_all(&text)?;
        file.sync_all()?;
        std::fs::rename(new, self.dir.join(FILE))?;
        platform::sync_dir(&self.dir)?;
        Ok(text)
    }

    fn mac(&self, body: &[u8]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("any length is a key");
        mac.update(body);
        mac.finalize().into_bytes().into()
    }
}

fn digest(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    hash.finalize().into()
}

/// The lock that makes steps of several copies one after the other. Freed when dropped.
fn lock(path: &Path) -> Result<File, Notice> {
    let file = platform::private_file(path).map_err(Notice::StateUnusable)?;
    let until = Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(Notice::StateUnusable(error)),
            Err(TryLockError::WouldBlock) if Instant::now() >= until => return Err(Notice::StateBusy),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Checkout;

    fn device(hashes: &[&str]) -> Device {
        Device {
            name: "WS-14".into(),
            os: String::new(),
            fingerprint: hashes.iter().map(|hash| (*hash).to_owned()).collect(),
        }
    }

    fn open(base: &Path, hashes: &[&str], copy: u128) -> Store {
        Store::open(Some(base), "planner", &device(hashes), Uuid::from_u128(copy), Uuid::from_u128(100 + copy))
    }

    fn state_file(base: &Path) -> PathBuf {
        let product = base.join("planner");
        let device = std::fs::read_dir(product).unwrap().next().unwrap().unwrap().path();
        device.join(FILE)
    }

    const HOME: [&str; 3] = ["machine", "disk", "mac"];

    #[test]
    fn is_read_again_by_the_next_start_and_by_other_copies() {
        let base = tempfile::tempdir().unwrap();
        let mut one = open(base.path(), &HOME, 1);
        one.update(|memory| memory.clock_behind_seconds = 5);
        let mut other = open(base.path(), &["machine", "disk", "new mac"], 2);
        assert_eq!(
            other.update(|memory| (memory.installation_id, memory.clock_behind_seconds)),
            (Uuid::from_u128(101), 5)
        );
        other.update(|memory| memory.clock_behind_seconds = 6);
        assert_eq!(one.update(|memory| memory.clock_behind_seconds), 6);
        assert!(one.notices().is_empty() && other.notices().is_empty());
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let base = tempfile::tempdir().unwrap();
        open(base.path(), &HOME, 1).update(|_| ());
        let file = state_file(base.path());
        let written = std::fs::read(&file).unwrap();
        for at in 0..written.len() {
            let mut changed = written.clone();
            changed[at] ^= 1;
            std::fs::write(&file, changed).unwrap();
            let mut store = open(base.path(), &HOME, 2);
            assert_eq!(store.update(|memory| memory.installation_id), Uuid::from_u128(102), "{at}");
            assert!(matches!(store.notices()[..], [Notice::StateRejected]), "{at}");
        }
    }

    #[test]
    fn another_devices_copy_is_noticed() {
        let base = tempfile::tempdir().unwrap();
        open(base.path(), &HOME, 1).update(|_| ());
        let stolen = std::fs::read(state_file(base.path())).unwrap();
        // As a whole directory it is not even looked at.
        let mut elsewhere = open(base.path(), &["other", "disk2", "mac2"], 2);
        assert_eq!(elsewhere.update(|memory| memory.installation_id), Uuid::from_u128(102));
        // Put in the right place it is rejected, also where the machine's id was cloned with it.
        for hashes in [["other", "disk2", "mac2"], ["machine", "disk2", "mac2"]] {
            let base = tempfile::tempdir().unwrap();
            open(base.path(), &hashes, 3).update(|_| ());
            std::fs::write(state_file(base.path()), &stolen).unwrap();
            let mut store = open(base.path(), &hashes, 4);
            assert_eq!(store.update(|memory| memory.installation_id), Uuid::from_u128(104), "{hashes:?}");
            assert!(matches!(store.notices()[..], [Notice::StateRejected]), "{hashes:?}");
        }
    }

    #[test]
    fn where_the_disk_fails_it_lasts_as_long_as_the_run() {
        let base = tempfile::tempdir().unwrap();
        let file = base.path().join("a file, not a directory");
        std::fs::write(&file, "").unwrap();
        let mut store = open(&file, &HOME, 1);
        store.update(|memory| memory.clock_behind_seconds = 5);
        assert_eq!(store.update(|memory| memory.clock_behind_seconds), 5);
        assert!(matches!(store.notices()[..], [Notice::StateUnusable(_)]));
    }

    /// Seen red: with the file read again after a write that failed.
    #[test]
    fn what_could_not_be_written_is_not_forgotten() {
        let base = tempfile::tempdir().unwrap();
        open(base.path(), &HOME, 1).update(|memory| memory.clock_behind_seconds = 5);
        let in_the_way = state_file(base.path()).with_file_name(NEW);
        std::fs::create_dir(&in_the_way).unwrap();
        let mut store = open(base.path(), &HOME, 2);
        store.update(|memory| memory.clock_behind_seconds = 6);
        assert!(matches!(store.notices()[..], [Notice::StateUnusable(_)]));
        assert_eq!(store.update(|memory| memory.clock_behind_seconds), 6);
        std::fs::remove_dir(in_the_way).unwrap();
        store.update(|_| ());
        assert_eq!(open(base.path(), &HOME, 3).update(|memory| memory.clock_behind_seconds), 6);
    }

    /// Seen red: with nothing kept of what could not be written.
    #[test]
    fn a_seat_that_could_not_be_written_outlives_what_another_copy_writes() {
        let base = tempfile::tempdir().unwrap();
        let (mut one, mut other) = (open(base.path(), &HOME, 1), open(base.path(), &HOME, 2));
        one.update(|_| ());
        other.update(|_| ());
        let in_the_way = state_file(base.path()).with_file_name(NEW);
        std::fs::create_dir(&in_the_way).unwrap();
        let (seat, copy) = (Uuid::from_u128(7), Uuid::from_u128(1));
        let checkout = Checkout { key_id: "key".into(), copy, grace_until: None, ended_at: None, dead: false };
        one.update(|memory| memory.checkouts.insert(seat, checkout));
        std::fs::remove_dir(in_the_way).unwrap();
        other.update(|memory| memory.clock_behind_seconds = 6);
        let known = one.update(|memory| (memory.clock_behind_seconds, memory.checkouts.contains_key(&seat)));
        assert_eq!(known, (6, true));
    }

    /// Seen red: with a read that failed taken for no file.
    #[cfg(unix)]
    #[test]
    fn a_file_that_cannot_be_read_now_is_not_written_over() {
        let base = tempfile::tempdir().unwrap();
        open(base.path(), &HOME, 1).update(|memory| memory.clock_behind_seconds = 5);
        let (file, aside) = (state_file(base.path()), base.path().join("aside"));
        std::fs::rename(&file, &aside).unwrap();
        // A link to itself: there, and not readable, by nobody.
        std::os::unix::fs::symlink(&file, &file).unwrap();
        let mut store = open(base.path(), &HOME, 2);
        store.update(|memory| memory.clock_behind_seconds = 6);
        assert_eq!(store.update(|memory| memory.clock_behind_seconds), 6, "it lasts as long as the run");
        assert!(matches!(store.notices()[..], [Notice::StateUnusable(_)]));
        assert!(file.is_symlink());
        std::fs::rename(aside, &file).unwrap();
        assert_eq!(open(base.path(), &HOME, 3).update(|memory| memory.clock_behind_seconds), 5);
    }

    /// As on a disk where no new file fits, or that was mounted read-only: who has no contact still has grace.
    ///
    /// Seen red: with nothing read where nothing can be written.
    #[test]
    fn where_nothing_can_be_written_what_is_there_is_read() {
        let base = tempfile::tempdir().unwrap();
        open(base.path(), &HOME, 1).update(|memory| memory.clock_behind_seconds = 5);
        let copies = state_file(base.path()).with_file_name("copies");
        std::fs::remove_dir(&copies).unwrap();
        std::fs::write(&copies, "a file, not a directory").unwrap();
        let mut store = open(base.path(), &HOME, 2);
        let known = store.update(|memory| (memory.installation_id, memory.clock_behind_seconds));
        assert_eq!(known, (Uuid::from_u128(101), 5));
        assert!(matches!(store.notices()[..], [Notice::StateUnusable(_)]));
        store.update(|memory| memory.clock_behind_seconds = 6);
        assert_eq!(store.update(|memory| memory.clock_behind_seconds), 6);
    }

    #[test]
    fn copies_that_write_at_once_undo_nothing() {
        let base = tempfile::tempdir().unwrap();
        let told: usize = std::thread::scope(|scope| {
            let copies = (0..8).map(|copy| {
                let base = base.path();
                scope.spawn(move || {
                    let mut store = open(base, &HOME, copy);
                    for _ in 0..10 {
                        store.update(|memory| memory.clock_behind_seconds += 1);
                    }
                    // On a slow disk one may wait too long for the others: then it says so.
                    store.notices().len()
                })
            });
            copies.collect::<Vec<_>>().into_iter().map(|copy| copy.join().unwrap()).sum()
        });
        let written = open(base.path(), &HOME, 9).update(|memory| memory.clock_behind_seconds);
        assert_eq!(written, 80 - told as i64);
    }
}
