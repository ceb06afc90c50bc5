//! `man`: manual pages.

use super::{Cli, Outcome};
use anyhow::Context;
use clap::CommandFactory;
use std::path::PathBuf;

/// Arguments of `man`.
#[derive(clap::Args)]
#[command(after_help = "\
One page for the program and one for each command, in section 1.

Examples:
  gainstage man ~/.local/share/man/man1")]
pub struct Args {
    /// Directory to write into; it is made
    dir: PathBuf,
}

/// Runs `man`.
///
/// # Errors
/// A place that cannot be written.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let place = || format!("{}: the pages cannot be written there", args.dir.display());
    std::fs::create_dir_all(&args.dir).with_context(place)?;
    clap_mangen::generate_to(Cli::command(), &args.dir).with_context(place)?;
    let pages = std::fs::read_dir(&args.dir).with_context(place)?.count();
    let text = format!("{}: {pages} pages\n", args.dir.display());
    Ok(Outcome::held(text, serde_json::json!({ "ok": true, "directory": args.dir, "pages": pages })))
}
