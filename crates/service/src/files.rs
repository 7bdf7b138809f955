//! Secret files: made once, readable by their owner only.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;

/// Thirty-two secret bytes from a file. `None` if it is not there.
///
/// # Errors
/// If others may read it, or it does not hold thirty-two bytes in base64.
pub(crate) fn read(path: &Path) -> io::Result<Option<[u8; 32]>> {
    let mut file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        return Err(io::Error::other(format!(
            "{} may be read by others than its owner; run: chmod 600 {}",
            path.display(),
            path.display()
        )));
    }
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    if text.is_empty() {
        return Err(io::Error::other(format!(
            "{} is empty: the start that was to write it was cut off. Remove it and start again",
            path.display()
        )));
    }
    let bytes = BASE64.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.map(Some).ok_or_else(|| io::Error::other(format!("{} does not hold 32 bytes in base64", path.display())))
}

/// Writes a secret file that is not there yet, and its directory, and sees both to the disk. A directory that is there
/// is left as it is: the root key may be put anywhere, and that place is not ours.
pub(crate) fn create(path: &Path, secret: &[u8; 32]) -> io::Result<()> {
    let named = path.parent().filter(|dir| !dir.as_os_str().is_empty());
    let dir = named.unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{}", BASE64.encode(secret))?;
    file.sync_all()?;
    std::fs::File::open(dir)?.sync_all()
}

/// The secret in a file, drawn and written at the first start; whether it was made now.
pub(crate) fn read_or_create(path: &Path, draw: impl FnOnce() -> [u8; 32]) -> io::Result<([u8; 32], bool)> {
    if let Some(secret) = read(path)? {
        return Ok((secret, false));
    }
    let secret = draw();
    create(path, &secret)?;
    Ok((secret, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, mode: u32) -> (tempfile::TempDir, io::Result<Option<[u8; 32]>>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("master.key");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        let read = read(&path);
        (dir, read)
    }

    #[test]
    fn a_secret_is_made_once_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("new").join("master.key");
        assert_eq!(read_or_create(&path, || [7; 32]).unwrap(), ([7; 32], true));
        assert_eq!(read_or_create(&path, || [8; 32]).unwrap(), ([7; 32], false));
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(path.parent().unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(create(&path, &[8; 32]).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    }

    #[test]
    fn what_is_no_secret_of_ours_is_told_with_what_to_do() {
        let told = |text, mode| written(text, mode).1.unwrap_err().to_string();
        assert!(told("", 0o600).contains("Remove it"));
        assert!(told("c2hvcnQ=", 0o600).contains("32 bytes"));
        assert!(told(&BASE64.encode([7; 32]), 0o640).contains("chmod 600"));
    }
}
