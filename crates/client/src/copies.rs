//! Which running copies of an installation live: each holds a lock that the system frees when it ends, however it ends.
//! Knows nothing of what they hold.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::platform;

/// This copy's lock, and a view of the others'.
#[derive(Debug)]
pub(crate) struct Copies {
    dir: PathBuf,
    mine: PathBuf,
    /// Held as long as this copy lives. Closing it frees the lock.
    _lock: File,
}

impl Copies {
    /// Enters this copy among those of the installation.
    ///
    /// # Errors
    /// When the directory or the file cannot be made.
    pub(crate) fn enter(dir: PathBuf, copy: Uuid) -> io::Result<Self> {
        platform::create_private_dir(&dir)?;
        let mine = path(&dir, copy);
        let lock = platform::private_file(&mine)?;
        lock.lock()?;
        Ok(Copies { dir, mine, _lock: lock })
    }

    /// Whether a copy is gone. Its lock file, if it left one, is removed.
    pub(crate) fn is_dead(&self, copy: Uuid) -> bool {
        let path = path(&self.dir, copy);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) => return error.kind() == io::ErrorKind::NotFound,
        };
        match file.try_lock() {
            Ok(()) => {
                // Left behind, it would only be looked at again.
                let _ = std::fs::remove_file(path);
                true
            }
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => false,
        }
    }
}

impl Drop for Copies {
    fn drop(&mut self) {
        // Left behind, the next start finds it unlocked and removes it.
        let _ = std::fs::remove_file(&self.mine);
    }
}

fn path(dir: &Path, copy: Uuid) -> PathBuf {
    dir.join(format!("{copy}.lock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_dead_once_its_lock_is_free() {
        let dir = tempfile::tempdir().unwrap();
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mine = Copies::enter(dir.path().join("copies"), one).unwrap();
        let theirs = Copies::enter(dir.path().join("copies"), other).unwrap();
        assert!(!mine.is_dead(other) && !theirs.is_dead(one));
        drop(theirs);
        assert!(mine.is_dead(other));
        assert!(mine.is_dead(Uuid::from_u128(3)), "one that never was");
    }

    #[test]
    fn a_lock_file_left_by_a_crash_is_dead_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let crashed = Uuid::from_u128(2);
        let mine = Copies::enter(dir.path().to_owned(), Uuid::from_u128(1)).unwrap();
        let left = path(dir.path(), crashed);
        std::fs::write(&left, "").unwrap();
        assert!(mine.is_dead(crashed));
        assert!(!left.exists());
    }
}
