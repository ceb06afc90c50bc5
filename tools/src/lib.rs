//! `gainstage`: samples in, proven Verilog out.
//!
//! Each command is a file in `cmd` and a thin one: it turns arguments into a call of `flow`, where the work is
//! shared, and results into text and JSON with `report`. The contested decision: **standard output carries results
//! only**, so that every command can stand in a pipe; progress, notes and errors go to standard error.

mod cmd;
mod embed;
mod exit;
mod explain;
mod flow;
#[cfg(test)]
mod fuzz;
mod interrupt;
mod lock;
mod project;
mod report;
mod reproduce;
mod term;
mod watcher;
mod words;

pub use embed::{Ran, run};
pub use explain::code_of;

use crate::exit::Interrupted;
use crate::watcher::Terminal;
use clap::Parser;
use gainstage_golden::text::shortened;
use gainstage_golden::watch;
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the command that the arguments of this process name: what the binary does.
pub fn main() -> ExitCode {
    ExitCode::from(main_with(std::env::args_os().collect()))
}

/// Runs the command that arguments name, the program's name first, as the whole work of this process: hears Ctrl-C, shows
/// progress, prints. Gives the exit code.
pub fn main_with(args: Vec<OsString>) -> u8 {
    interrupt::install();
    let cli = match cmd::Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(e) => return usage(&e, &args),
    };
    if cli.json {
        interrupt::speak_json();
    }
    let watched = watch::run(Terminal::start(), || cmd::run(&cli.command, cli.json));
    let result = watched.unwrap_or_else(|e| Err(Interrupted::from(e).into()));
    while !interrupt::last_word() {
        // The other thread that has it ends the program.
        std::thread::park();
    }
    finish(result, cli.json)
}

/// What the parser has to say: help and versions are results, everything else is a fault of use.
fn usage(e: &clap::Error, args: &[OsString]) -> u8 {
    let text = e.render().to_string();
    let fault = explain::code_of(e);
    if let Some(fault) = fault {
        // The parser's own head has no place for a code.
        term::say(&text.trim_end().replacen("error:", &format!("{}:", exit::head(Some(fault))), 1));
    } else if e.use_stderr() && shortened(&text) != text {
        term::say(text.trim_end());
    } else {
        // Nothing can be done where not even the message can be written.
        let _ = e.print();
    }
    if !e.use_stderr() {
        return exit::HELD;
    }
    if args.iter().any(|a| a == "--json") {
        let object = exit::error_json(&fault_alone(&e.to_string()), exit::BAD_INPUT, fault);
        let _ = term::result(&format!("{object}\n"));
    }
    exit::BAD_INPUT
}

/// The parser's message without its "error:", the usage and the hint that follow it: those are for people.
fn fault_alone(text: &str) -> String {
    let text = text.trim_start_matches("error: ");
    let end = ["\n\nUsage:", "\n\nFor more information"].iter().filter_map(|mark| text.find(mark)).min();
    let lines = text[..end.unwrap_or(text.len())].lines().map(str::trim).filter(|l| !l.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

/// Prints the outcome and gives the exit code.
fn finish(result: anyhow::Result<cmd::Outcome>, json: bool) -> u8 {
    let printed = result.and_then(|outcome| {
        if json {
            term::result(&format!("{}\n", outcome.json))?;
        } else {
            term::result(&outcome.text)?;
        }
        Ok(outcome.code)
    });
    printed.unwrap_or_else(|error| {
        let code = exit::code(&error);
        let message = exit::message(&error);
        let fault = explain::code_of(error.as_ref());
        term::say(&format!("{}: {message}", exit::head(fault)));
        if json {
            // If standard output itself is the fault, the message above has to do.
            let _ = term::result(&format!("{}\n", exit::error_json(&message, code, fault)));
        }
        code
    })
}
