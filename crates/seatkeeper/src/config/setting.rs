//! The settings, each in one row: a key in the file, `SEATKEEPER_…` in the environment and a flag of the same name. Reads none.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, builder::ValueParser};

/// One setting.
pub(super) struct Setting {
    /// Its key in the file.
    pub(super) key: &'static str,
    /// Its flag.
    pub(super) flag: &'static str,
    value: &'static str,
    help: &'static str,
}

/// All there are.
pub(super) const SETTINGS: &[Setting] = &[
    setting(
        "data",
        "data",
        "DIR",
        "Folder of the secrets, and of the books unless `database` says otherwise [default: seatkeeper-data]",
    ),
    setting("listen", "listen", "ADDR", "Address and port to listen on [default: 127.0.0.1:4870]"),
    setting(
        "database",
        "database",
        "URL",
        "Where the books are: sqlite, in the data folder, or postgres://USER:PASSWORD@HOST:5432/NAME [default: sqlite]",
    ),
    setting(
        "tls_certificate",
        "tls-certificate",
        "FILE",
        "Certificate chain (PEM); with `tls_key` the server speaks HTTPS",
    ),
    setting("tls_key", "tls-key", "FILE", "Private key of the certificate (PEM)"),
    setting(
        "insecure_http",
        "insecure-http",
        "BOOL",
        "Plain HTTP also off loopback, as behind a proxy that ends TLS [default: false]",
    ),
    setting(
        "trusted_proxies",
        "trusted-proxies",
        "NETS",
        "Proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8 [default: none]",
    ),
    setting("max_connections", "max-connections", "N", "Connections open at once [default: 10000]"),
    setting(
        "public_url",
        "public-url",
        "URL",
        "Where people reach the pages; stands in mails [default: where it listens]",
    ),
    setting(
        "mail",
        "mail",
        "URL",
        "Mail server: smtps://USER:PASSWORD@HOST, or smtp://HOST [default: files in the data folder]",
    ),
    setting("mail_from", "mail-from", "ADDRESS", "Whom mails come from [default: seatkeeper@ the public URL's host]"),
    setting("log_format", "log-format", "FORMAT", "text or json [default: text]"),
    setting("log_level", "log-level", "LEVEL", "error, warn, info, debug or trace [default: info]"),
];

const fn setting(key: &'static str, flag: &'static str, value: &'static str, help: &'static str) -> Setting {
    Setting { key, flag, value, help }
}

impl Setting {
    /// Its name in the environment.
    pub(super) fn variable(&self) -> String {
        format!("SEATKEEPER_{}", self.key.to_uppercase())
    }
}

/// The flags of `serve`: `--config`, and one for each setting.
#[derive(Debug, Clone, Default)]
pub(crate) struct SettingArgs {
    /// The file, where one was named.
    pub(super) config: Option<PathBuf>,
    /// Key and value of each flag that was given.
    pub(super) given: Vec<(&'static str, OsString)>,
}

impl Args for SettingArgs {
    fn augment_args(command: Command) -> Command {
        let config = Arg::new("config").long("config").value_name("FILE");
        let config = config.value_parser(ValueParser::path_buf()).help("Settings in TOML; also SEATKEEPER_CONFIG");
        SETTINGS.iter().fold(command.arg(config), |command, setting| {
            let arg = Arg::new(setting.key).long(setting.flag).value_name(setting.value).help(setting.help);
            command.arg(arg.value_parser(ValueParser::os_string()))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for SettingArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |key| Some((key, matches.get_one::<OsString>(key)?.clone()));
        Ok(Self {
            config: matches.get_one("config").cloned(),
            given: SETTINGS.iter().filter_map(|setting| given(setting.key)).collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
