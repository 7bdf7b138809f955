//! `seatkeeper doctor`: what stands between this machine and a seat, and what to do about it. Changes nothing unless told to try.

mod license;
mod network;
mod report;
mod server;
mod tls;

use std::path::PathBuf;

use clap::Args;
use std::process::ExitCode;

use crate::failure::WrongWords;
use crate::out::Out;
use network::Address;
use report::Report;

/// Say what stands between this machine and a seat, and what to do
///
/// Looks at names, proxies, connections, TLS, clocks, the server and its keys. With --product and --serial also at the product
/// key, from SEATKEEPER_PRODUCT_KEY or --key-file; with --try it starts as the program would: activates this device, takes a seat
/// and returns it.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Address of the licence server; also SEATKEEPER_URL
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The vendor's root key, as the program carries it
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    root_key: Option<String>,
    /// Code of the product
    #[arg(long, value_name = "CODE", requires = "serial")]
    product: Option<String>,
    /// Serial number of the licence
    #[arg(long, value_name = "NUMBER", requires = "product")]
    serial: Option<String>,
    /// Version of the program, where the licence asks for a certain one
    #[arg(long, value_name = "VERSION", default_value = "0")]
    program_version: String,
    /// File with the product key; others must not be able to read it
    #[arg(long, value_name = "FILE", requires = "serial")]
    key_file: Option<PathBuf>,
    /// Start as the program would: activate this device, take a seat, return it
    #[arg(long = "try", requires = "serial")]
    attempt: bool,
}

/// Looks, in the order in which a connection is made; what rests on something that failed is not looked at.
pub(crate) fn run(args: &DoctorArgs, out: Out) -> anyhow::Result<ExitCode> {
    let variable = std::env::var("SEATKEEPER_URL").ok().filter(|url| !url.is_empty());
    let url = args.url.clone().or(variable);
    let url = url.ok_or_else(|| WrongWords("which server? Name it with --url".to_owned()))?;
    let address = Address::parse(&url).map_err(WrongWords)?;
    let mut report = Report::new(out);
    look(args, &address, &mut report)?;
    report.finish()
}

fn look(args: &DoctorArgs, address: &Address, report: &mut Report) -> anyhow::Result<()> {
    network::encryption(address, report)?;
    let reached = match network::proxy(address, report)? {
        Some(proxy) => network::reach(&proxy, report)?.is_some(),
        None => match network::reach(address, report)? {
            Some(stream) if address.tls => tls::look(address, stream, report)?,
            found => found.is_some(),
        },
    };
    if reached && server::look(address, args.root_key.as_deref(), report)? {
        license::look(args, address, report)?;
    }
    Ok(())
}
