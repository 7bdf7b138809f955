//! The words of the command line, and which part of the program does what they say. Does nothing itself.

use std::io;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

use crate::admin::{
    ActivationVerb, CustomerVerb, DenialVerb, EventVerb, KeyVerb, LicenseVerb, Noun, ProductVerb, SessionVerb,
    TokenVerb,
};
use crate::care::{Backup, Check, Restore};
use crate::config::SettingArgs;
use crate::demo::{self, DemoArgs};
use crate::doctor::{self, DoctorArgs};
use crate::out::{self, Out};
use crate::run::{self, RunArgs};
use crate::serve;

/// Licences for software, served by yourself: pools of seats, single users, and who holds what.
#[derive(Debug, Parser)]
#[command(name = "seatkeeper", version, max_term_width = 100, propagate_version = true)]
#[command(after_help = "Exit codes: 0 done, 1 refused or failed, 2 wrong words, 75 no seat now.")]
pub(crate) struct Cli {
    /// Print JSON, as the server answers
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve licences
    Serve(SettingArgs),
    /// Watch a server with customers and people at work
    Demo(DemoArgs),
    /// Hold a seat while a program runs
    Run(RunArgs),
    /// Say what stands between this machine and a seat, and what to do
    Doctor(DoctorArgs),
    /// The catalogue
    Product(Noun<ProductVerb>),
    /// Who bought licences
    Customer(Noun<CustomerVerb>),
    /// What was sold
    License(Noun<LicenseVerb>),
    /// Who holds seats
    Session(Noun<SessionVerb>),
    /// Devices admitted to licences
    Activation(Noun<ActivationVerb>),
    /// Who was refused, and why
    Denial(Noun<DenialVerb>),
    /// Everything that changed, by whom
    Event(Noun<EventVerb>),
    /// Administration tokens
    Token(Noun<TokenVerb>),
    /// The vendor's root key and the signing keys
    Key(Noun<KeyVerb>),
    /// Copy the books to a file, also while the server runs
    Backup(Backup),
    /// Put a backup in the place of the books; the server must not run
    Restore(Restore),
    /// Read all the books and say what is wrong with them, also while the server runs
    Check(Check),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page (roff)
    Man,
}

impl Cli {
    /// Does what was asked.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let out = Out { json: self.json };
        match self.command {
            Command::Serve(args) => serve::run(&args),
            Command::Demo(args) => demo::run(&args),
            Command::Run(args) => return run::run(&args),
            Command::Doctor(args) => return doctor::run(&args, out),
            Command::Product(noun) => noun.run(out),
            Command::Customer(noun) => noun.run(out),
            Command::License(noun) => noun.run(out),
            Command::Session(noun) => noun.run(out),
            Command::Activation(noun) => noun.run(out),
            Command::Denial(noun) => noun.run(out),
            Command::Event(noun) => noun.run(out),
            Command::Token(noun) => noun.run(out),
            Command::Key(noun) => noun.run(out),
            Command::Backup(backup) => backup.run(),
            Command::Restore(restore) => restore.run(),
            Command::Check(check) => return check.run(out),
            Command::Completions { shell } => completions(shell),
            Command::Man => man(),
        }?;
        Ok(ExitCode::SUCCESS)
    }
}

fn completions(shell: Shell) -> anyhow::Result<()> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "seatkeeper", &mut text);
    Ok(out::line(String::from_utf8(text)?.trim_end())?)
}

/// One page: the command, then each of its commands as a section of its own.
fn man() -> anyhow::Result<()> {
    let mut page = Vec::new();
    let mut command = Cli::command();
    command.build();
    clap_mangen::Man::new(command).render(&mut page)?;
    Ok(out::line(String::from_utf8(page)?.trim_end())?)
}

/// Reads the words. What clap says of wrong ones goes where it belongs: help to standard output, mistakes to standard error.
pub(crate) fn parse() -> Result<Cli, ExitCode> {
    Cli::try_parse().map_err(|error| {
        let written: io::Result<()> = error.print();
        match (error.use_stderr(), written) {
            (false, Ok(())) => ExitCode::SUCCESS,
            _ => ExitCode::from(2),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_sound() {
        Cli::command().debug_assert();
    }
}
