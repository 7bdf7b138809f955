//! The secrets beside the books: the master secret, and the vendor's root key, which is on the server or off it. Makes none
//! in place of one that is gone. Knows no HTTP and nothing of what is sealed.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use seatkeeper_service::{RootKey, RootPlace, make_master};
use seatkeeper_store::{Reader, Upkeep};

/// What seals everything secret in the books.
const MASTER: &str = "master.key";
/// Both halves of the root key, where it is kept on the server.
const HERE: &str = "root.key";
/// The public half, where it is kept off the server. It is stronger than a root key that lies beside it.
const AWAY: &str = "root.pub";

/// How long a first start may take.
const BEGINNING_SECONDS: u32 = 15;

/// Where the secrets of the books in `data` are.
pub(super) struct Secrets {
    /// The file of the master secret.
    pub(super) master: PathBuf,
    /// Where the root key is.
    pub(super) root: RootPlace,
}

/// Looks where the secrets are; those not there yet are made at the first start, by one server. Blocks.
///
/// # Errors
/// If one is not there. With another master secret nothing in the books could be opened, and no program would believe another
/// root.
pub(super) fn look(data: &Path, reader: &dyn Reader, upkeep: &dyn Upkeep) -> anyhow::Result<Secrets> {
    let public = public_half(data)?;
    // A root key that was moved off left a master secret behind: where there is none, the folder is half a copy of another.
    let made = first_start(reader, upkeep)? && public.is_none();
    let there = |path: PathBuf| match made || path.try_exists()? {
        true => Ok(path),
        false => bail!(
            "{} is not there: copy it from where you keep it, or from a server that these books are from",
            path.display()
        ),
    };
    let root = match public {
        Some(public) => RootPlace::Away(public),
        None => RootPlace::Here(there(data.join(HERE))?),
    };
    Ok(Secrets { master: there(data.join(MASTER))?, root })
}

/// Whether nothing was ever written, and it is this server that begins. One that is started beside it waits until there is
/// something, which needs the secrets of the first, or until that one is given up.
fn first_start(reader: &dyn Reader, upkeep: &dyn Upkeep) -> anyhow::Result<bool> {
    let written = || reader.lanes().map(|lanes| lanes.iter().any(|lane| lane.number > 0));
    while !written()? {
        if upkeep.claim("first start", BEGINNING_SECONDS)? {
            // Who had the claim before may have written meanwhile.
            return Ok(!written()?);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(false)
}

/// Keeps the root key in `to`, off the server: moves it there, or draws it there before the first start, and the master
/// secret here. Its public half.
pub(crate) fn away(data: &Path, to: &Path) -> anyhow::Result<String> {
    let here = data.join(HERE);
    if public_half(data)?.is_some() {
        bail!("the root key is off this server already; its public half is in {}", data.join(AWAY).display());
    }
    let root = match RootKey::read(&here)? {
        Some(root) => root,
        None if data.join("seatkeeper.db").exists() => bail!("there is no root key in {}", here.display()),
        None => RootKey::draw(),
    };
    root.create(to).with_context(|| format!("{}", to.display()))?;
    // Read again before the other copy goes: a key that was not kept cannot be drawn a second time.
    let kept = RootKey::read(to)?.context("the root key was not kept")?;
    let public = BASE64.encode(kept.public());
    let beside = || write_public_half(data, &public).and_then(|()| make_master(&data.join(MASTER)));
    beside().with_context(|| format!("{}", data.display()))?;
    match fs::remove_file(&here) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} must be removed by hand", here.display()))
        }
        _ => Ok(public),
    }
}

fn public_half(data: &Path) -> anyhow::Result<Option<[u8; 32]>> {
    let path: PathBuf = data.join(AWAY);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("{}", path.display())),
    };
    let public = BASE64.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
    let public = public.with_context(|| format!("{} does not hold 32 bytes in base64url", path.display()))?;
    Ok(Some(public))
}

fn write_public_half(data: &Path, public: &str) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(builder.recursive(true), 0o700).create(data)?;
    let mut file = OpenOptions::new().write(true).create_new(true).open(data.join(AWAY))?;
    writeln!(file, "{public}")?;
    file.sync_all()?;
    fs::File::open(data)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_key_moves_off_the_server_and_stays_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let (data, to) = (dir.path().join("data"), dir.path().join("safe/root.key"));
        let root = RootKey::draw();
        root.create(&data.join(HERE)).unwrap();
        let public = away(&data, &to).unwrap();
        assert_eq!(public, BASE64.encode(root.public()));
        assert_eq!(public_half(&data).unwrap(), Some(root.public()));
        assert_eq!(RootKey::read(&to).unwrap().unwrap().public(), root.public());
        assert!(!data.join(HERE).exists());
        assert!(away(&data, &dir.path().join("again.key")).is_err());
    }

    #[test]
    fn before_the_first_start_it_is_drawn_off_the_server() {
        let dir = tempfile::tempdir().unwrap();
        let (data, to) = (dir.path().join("data"), dir.path().join("root.key"));
        let public = away(&data, &to).unwrap();
        assert_eq!(BASE64.encode(RootKey::read(&to).unwrap().unwrap().public()), public);
        assert!(public_half(&data).unwrap().is_some() && data.join(MASTER).exists() && !data.join(HERE).exists());
    }

    #[test]
    fn nothing_is_written_over_a_key_that_is_there() {
        let dir = tempfile::tempdir().unwrap();
        let (data, to) = (dir.path().join("data"), dir.path().join("root.key"));
        RootKey::draw().create(&to).unwrap();
        assert!(away(&data, &to).is_err());
        assert_eq!(public_half(&data).unwrap(), None);
    }
}
