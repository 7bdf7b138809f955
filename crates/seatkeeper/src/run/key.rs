//! Where `run` gets the product key from: a variable or a file, never the words of the command.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::{Context, bail};
use seatkeeper_protocol::ProductKey;

use crate::failure::WrongWords;

/// The variable; the program that is run does not get it.
pub(super) const VARIABLE: &str = "SEATKEEPER_PRODUCT_KEY";

/// The product key. A file that was named is stronger than the variable.
pub(crate) fn read(file: Option<&Path>) -> anyhow::Result<String> {
    let typed = match file {
        Some(path) => from_file(path).with_context(|| format!("{}", path.display()))?,
        None => std::env::var(VARIABLE).map_err(|_| {
            WrongWords(format!("the product key is missing: put it into {VARIABLE}, or name --key-file"))
        })?,
    };
    let key = ProductKey::parse(&typed).map_err(|wrong| WrongWords(wrong.to_string()))?;
    Ok(key.to_string())
}

fn from_file(path: &Path) -> anyhow::Result<String> {
    let mut file = File::open(path)?;
    if file.metadata()?.mode() & 0o004 != 0 {
        bail!("everybody on this machine can read the product key; run: chmod o-rwx {}", path.display());
    }
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{Permissions, set_permissions, write};
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_file_for_its_owner_or_group_is_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let key = ProductKey::from_bits([7; 15]).to_string();
        write(file.path(), format!("{}\n", key.to_lowercase())).unwrap();
        set_permissions(file.path(), Permissions::from_mode(0o640)).unwrap();
        assert_eq!(read(Some(file.path())).unwrap(), key);
    }

    #[test]
    fn a_file_for_everybody_is_refused_with_what_to_do() {
        let file = tempfile::NamedTempFile::new().unwrap();
        set_permissions(file.path(), Permissions::from_mode(0o644)).unwrap();
        let told = format!("{:#}", read(Some(file.path())).unwrap_err());
        assert!(told.contains("chmod o-rwx"), "{told}");
    }

    #[test]
    fn a_mistyped_key_is_wrong_words() {
        let file = tempfile::NamedTempFile::new().unwrap();
        write(file.path(), "7F3K").unwrap();
        assert!(read(Some(file.path())).unwrap_err().is::<WrongWords>());
    }
}
