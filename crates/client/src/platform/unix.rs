//! Unix: directories, names, what a device is made of, private files. Knows nothing of licences.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::device::Kind;

/// Where administrators put files for every user.
pub(crate) fn system_config_dir() -> PathBuf {
    PathBuf::from("/etc/seatkeeper")
}

/// Where a user's own files are.
pub(crate) fn user_config_dir() -> Option<PathBuf> {
    base_dir("XDG_CONFIG_HOME", ".config")
}

/// Where a user's state is kept.
pub(crate) fn state_dir() -> Option<PathBuf> {
    base_dir("XDG_STATE_HOME", ".local/state")
}

/// By the XDG base directory specification: only absolute paths count.
fn base_dir(variable: &str, below_home: &str) -> Option<PathBuf> {
    let absolute = |path: PathBuf| path.is_absolute().then_some(path);
    let given = std::env::var_os(variable).map(PathBuf::from).and_then(absolute);
    let home = || std::env::var_os("HOME").map(PathBuf::from).and_then(absolute).map(|home| home.join(below_home));
    given.or_else(home).map(|dir| dir.join("seatkeeper"))
}

/// The user's login name: by the process's owner where the system's own list has it, since anyone may set a variable.
pub(crate) fn user_name() -> String {
    let uid = rustix::process::getuid().as_raw().to_string();
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let fields = users.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let listed = fields.into_iter().find(|f| f.get(2) == Some(&uid.as_str())).map(|f| f[0].to_owned());
    listed
        .or_else(|| std::env::var("USER").ok())
        .or_else(|| std::env::var("LOGNAME").ok())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| format!("uid {uid}"))
}

/// The host's name.
pub(crate) fn device_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// The operating system, for reading.
pub(crate) fn os_name() -> String {
    let uname = rustix::system::uname();
    format!("{} {}", uname.sysname().to_string_lossy(), uname.release().to_string_lossy())
}

/// The remote session on a host that several people share: one display each under xrdp.
pub(crate) fn os_session() -> Option<String> {
    let display = std::env::var("DISPLAY").ok()?;
    std::env::var_os("XRDP_SESSION").map(|_| format!("xrdp {display}"))
}

/// What this device is made of, as far as this user may read it. Only what stays when software is updated and people rename it.
pub(crate) fn identifiers() -> Vec<(Kind, String)> {
    let mut found = Vec::new();
    found.extend(machine_uid::get().ok().and_then(|id| meaningful(&id)).map(|id| (Kind::Machine, id)));
    found.extend(read("/sys/class/dmi/id/product_uuid".as_ref()).map(|id| (Kind::Board, id)));
    for disk in list("/sys/block") {
        let id = ["device/wwid", "wwid", "device/serial", "serial"].iter().find_map(|name| read(&disk.join(name)));
        found.extend(id.map(|id| (Kind::Disk, id)));
    }
    for card in list("/sys/class/net") {
        // Physical cards with the address they were made with; docks and phones that come and go are few against the rest.
        let physical = card.join("device").exists() && read(&card.join("addr_assign_type")).as_deref() == Some("0");
        found.extend(read(&card.join("address")).filter(|_| physical).map(|address| (Kind::Network, address)));
    }
    found
}

fn read(path: &Path) -> Option<String> {
    meaningful(&std::fs::read_to_string(path).ok()?)
}

/// An identifier, unless it is what makers and images hold that do not number anything.
fn meaningful(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let blank = text.chars().all(|c| matches!(c, '0' | 'f' | '-' | ':' | ' ' | '.'));
    (!blank).then_some(text)
}

fn list(dir: &str) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// Creates a directory for this user alone, and those above it.
pub(crate) fn create_private_dir(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Opens a file for this user alone, created if need be.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// Makes a rename in this directory last.
pub(crate) fn sync_dir(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn blanks_identify_nothing() {
        for blank in ["", "0000-0000", "FFFFFFFF", "00:00:00:00:00:00", "\n"] {
            assert_eq!(meaningful(blank), None, "{blank:?}");
        }
        assert_eq!(meaningful(" 3D12-19C7\n").as_deref(), Some("3d12-19c7"));
    }

    #[test]
    fn what_is_private_is_for_this_user_alone() {
        let base = tempfile::tempdir().unwrap();
        let dir = base.path().join("a/b");
        create_private_dir(&dir).unwrap();
        private_file(&dir.join("file")).unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&dir), mode(&base.path().join("a")), mode(&dir.join("file"))), (0o700, 0o700, 0o600));
    }
}
