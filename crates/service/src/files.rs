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
