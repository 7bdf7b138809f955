//! The words of the command line, and which part of the program does what they say. Does nothing itself.

#[cfg(test)]
mod documents;

use std::io;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

use crate::admin::{
    AccountVerb, ActivationVerb, CustomerVerb, DenialVerb, EventVerb, KeyVerb, LicenseVerb, Noun, ProductVerb,
    SessionVerb, TokenVerb,
};
use crate::care::{Backup, Check, Restore};
use crate::config::SettingArgs;
use crate::demo::{self, DemoArgs};
use crate::doctor::{self, DoctorArgs};
use crate::migrate::{self, MigrateArgs};
use crate::out::{self, Out};
use crate::run::{self, RunArgs};
use crate::serve;

/// Licences for software, served by yourself: pools of seats, single users, and who holds what.
#[derive(Debug, Parser)]
#[command(name = "seatkeeper", version, max_term_width = 100, propagate_version = true)]
#[command(after_help = "Exit codes: 0 done, 1 refused or failed, 2 wrong words, 75 no seat now.")]
pub(crate) struct Cli {
    /// Print JSON, as the server answers
    #[arg(long, global = true, display_order = 900)]
    pub(crate) json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve licences
    ///
    /// Every setting is a key of the file, a variable SEATKEEPER_… of the same name in capitals, and a flag; a flag is stronger
    /// than a variable, that than the file. The first start makes the data folder with its secrets and says where they are. The
    /// address it listens on is printed on one line; everything else goes to the log, on standard error.
    Serve(SettingArgs),
    Demo(DemoArgs),
    Run(RunArgs),
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
    /// People who sign in to the pages
    Account(Noun<AccountVerb>),
    /// Administration tokens
    Token(Noun<TokenVerb>),
    /// The vendor's root key and the signing keys
    Key(Noun<KeyVerb>),
    Backup(Backup),
    Restore(Restore),
    Check(Check),
    Migrate(MigrateArgs),
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
            Command::Account(noun) => noun.run(out),
            Command::Token(noun) => noun.run(out),
            Command::Key(noun) => noun.run(out),
            Command::Backup(backup) => backup.run(),
            Command::Restore(restore) => restore.run(),
            Command::Check(check) => return check.run(out),
            Command::Migrate(args) => migrate::run(&args),
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

/// One page: the command itself, then a section for each of its commands.
fn man() -> anyhow::Result<()> {
    let mut page = Vec::new();
    let mut command = Cli::command();
    command.build();
    let man = clap_mangen::Man::new(command.clone());
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    sections(&command, &mut page)?;
    man.render_extra_section(&mut page)?;
    Ok(out::line(String::from_utf8(page)?.trim_end())?)
}

fn sections(command: &clap::Command, page: &mut Vec<u8>) -> anyhow::Result<()> {
    for command in command.get_subcommands().filter(|command| command.get_name() != "help") {
        let man = clap_mangen::Man::new(command.clone());
        let mut section = Vec::new();
        man.render_synopsis_section(&mut section)?;
        man.render_description_section(&mut section)?;
        man.render_options_section(&mut section)?;
        let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
        page.extend(format!(".SH \"{name}\"\n").into_bytes());
        page.extend(String::from_utf8(section)?.replace(".SH ", ".SS ").into_bytes());
        sections(command, page)?;
    }
    Ok(())
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
