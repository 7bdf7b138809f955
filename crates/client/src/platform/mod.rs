//! What only the operating system can tell: one module an operating system, all with the same functions.
//!
//! `unix` stands. Its twin `windows` supplies, by the same names:
//!
//! - `system_config_dir`: `%ProgramData%\Seatkeeper`, and before any file the keys under `HKLM\Software\Policies\Seatkeeper`;
//! - `user_config_dir`: `%APPDATA%\Seatkeeper`;
//! - `state_dir`: `%LOCALAPPDATA%\Seatkeeper`, which does not roam to other machines;
//! - `user_name`: `GetUserNameExW`, `DOMAIN\user`;
//! - `device_name`: `GetComputerNameExW`;
//! - `os_session`: the session id where `SM_REMOTESESSION` or a Citrix session says that the host is shared;
//! - `identifiers`: MachineGuid, SMBIOS UUID, disk serial numbers, permanent addresses of physical network cards;
//! - `create_private_dir`, `private_file`: for this user alone, by an explicit ACL;
//! - `sync_dir`: nothing, since NTFS journals renames.
//!
//! TLS is the system's there (SChannel, by ureq's `native-tls`, from TLS 1.2 on): kept up to date with the system, bound by its
//! policies, and (measured on Linux, `BENCHMARKS.md`) less than half of the SDK's size.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) use unix::*;
