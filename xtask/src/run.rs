//! Starting other programs: says what it runs, and turns a failure into a sentence.

use std::process::Command;

use anyhow::{Context, Result, bail};

/// A command as one would type it, no word of which holds a space; it runs in the repository's root.
pub(crate) fn command(words: &str) -> Command {
    let mut words = words.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).current_dir(root());
    command
}

/// Runs `command`, showing it first; an error when it cannot start or does not succeed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    eprintln!("\n$ {shown}");
    let status = command.status().with_context(|| format!("could not start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed: {status}");
    }
    Ok(())
}

/// Whether `words` runs and succeeds; prints nothing.
pub(crate) fn succeeds(words: &str) -> bool {
    command(words).output().is_ok_and(|output| output.status.success())
}

/// The root of the repository that this binary was built from.
pub(crate) fn root() -> &'static std::path::Path {
    let manifest = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest)
}

fn show(command: &Command) -> String {
    let mut words: Vec<_> =
        command.get_envs().filter_map(|(key, value)| Some(format!("{}={}", key.display(), value?.display()))).collect();
    words.push(command.get_program().display().to_string());
    words.extend(command.get_args().map(|word| word.display().to_string()));
    words.join(" ")
}
