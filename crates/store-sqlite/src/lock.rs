//! One server a data directory: a lock file that the system lets go of when its process ends, however it ends.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::error::OpenError;

const FILE: &str = "seatkeeper.lock";

/// Held as long as anything in the directory is in use.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of a data directory, which is made, for its owner alone, where it is not there.
    ///
    /// # Errors
    /// If another process has it, which is named, or the directory cannot be made or written.
    pub fn take(dir: &Path) -> Result<Self, OpenError> {
        let failed = |source| OpenError::Directory { dir: dir.to_owned(), source };
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(dir).map_err(failed)?;
        let mut file = owner_only(OpenOptions::new().create(true).read(true).write(true).truncate(false))
            .open(dir.join(FILE))
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let pid = file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok());
                return Err(OpenError::InUse { dir: dir.to_owned(), pid });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        // Only for the sentence that the next one reads: a disk that is full or read-only is met later, and said then.
        let written =
            file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
        if let Err(error) = written {
            tracing::warn!(%error, "the lock file could not be written");
        }
        Ok(Self { _file: file })
    }
}

/// Files of the data directory are their owner's alone.
pub(crate) fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}
