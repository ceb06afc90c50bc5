//! `completions`: scripts for shells.

use super::{Cli, Outcome};
use clap::CommandFactory;
use clap_complete::{Shell, generate};

/// Arguments of `completions`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  gainstage completions bash > ~/.local/share/bash-completion/completions/gainstage
  gainstage completions fish > ~/.config/fish/completions/gainstage.fish")]
pub struct Args {
    /// The shell
    shell: Shell,
}

/// Runs `completions`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    generate(args.shell, &mut Cli::command(), "gainstage", &mut script);
    let text = String::from_utf8(script)?;
    let json = serde_json::json!({ "ok": true, "shell": args.shell.to_string(), "script": text });
    Ok(Outcome::held(text, json))
}
