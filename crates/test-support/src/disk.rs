//! A small disk of one's own, to fill up and to make read-only. Mounting needs root: tests that use one have
//! `as_root` in their names, and `cargo xtask test` names them as left out for everybody else.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// A mounted file system of its own; unmounted when dropped.
#[derive(Debug)]
pub struct Disk {
    folder: TempDir,
}

impl Disk {
    /// A real ext4 on a loop device, of so many MiB (at least 4).
    #[track_caller]
    pub fn ext4(mib: u64) -> Self {
        let disk = Self::unmounted();
        let file = File::create(disk.image()).expect("a disk image");
        file.set_len(mib << 20).expect("a sparse image");
        run(Command::new("/sbin/mkfs.ext4").args(["-q", "-m", "0"]).arg(disk.image()));
        disk.mount_image();
        disk
    }

    /// A file system in memory, of so many KiB.
    #[track_caller]
    pub fn tmpfs(kib: u64) -> Self {
        let disk = Self::unmounted();
        let size = format!("size={kib}k");
        run(Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(disk.path()));
        disk
    }

    /// Its root folder.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    /// Writes until nothing more fits.
    pub fn fill(&self) {
        let mut file = OpenOptions::new().create(true).append(true).open(self.ballast()).expect("a file");
        for block in [&[1; 65536][..], &[1; 512], &[1]] {
            while file.write_all(block).and_then(|()| file.sync_data()).is_ok() {}
        }
    }

    /// Makes room again after `fill`.
    pub fn free_up(&self) {
        fs::remove_file(self.ballast()).expect("what filled it is there");
    }

    /// Makes it read-only, or writable again; while nobody has a file open for writing.
    #[track_caller]
    pub fn read_only(&self, read_only: bool) {
        let how = if read_only { "remount,ro" } else { "remount,rw" };
        run(Command::new("mount").args(["-o", how]).arg(self.path()));
    }

    /// Lets ext4 believe that it found damage: at once nobody can write, whoever has a file open too.
    #[track_caller]
    pub fn damage(&self) {
        run(Command::new("mount").args(["-o", "remount,abort"]).arg(self.path()));
    }

    /// Mends what `damage` did, as an administrator does: unmount, check, mount. Nobody may have a file open.
    #[track_caller]
    pub fn repair(&self) {
        run(Command::new("umount").arg(self.path()));
        let checked = Command::new("/sbin/e2fsck").args(["-f", "-y"]).arg(self.image()).output();
        // 1 says that something was mended, which is what it was called for.
        let code = checked.expect("e2fsck starts").status.code();
        assert!(matches!(code, Some(0 | 1)), "e2fsck ended with {code:?}");
        self.mount_image();
    }

    fn mount_image(&self) {
        run(Command::new("mount").args(["-o", "loop"]).args([self.image(), self.path()]));
    }

    fn unmounted() -> Self {
        let disk = Self { folder: TempDir::new().expect("a temporary folder") };
        fs::create_dir(disk.path()).expect("a place to mount at");
        disk
    }

    fn image(&self) -> PathBuf {
        self.folder.path().join("image")
    }

    fn ballast(&self) -> PathBuf {
        self.path().join("ballast")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: a process that is being torn down beside it may still have a file open.
        let unmounted = Command::new("umount").arg("--lazy").arg(self.path()).output();
        if !unmounted.is_ok_and(|output| output.status.success()) {
            eprintln!("{} stays mounted", self.path().display());
        }
    }
}

#[track_caller]
fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("could not start {command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed (it needs root): {said}");
}
