//! Exit codes, and how an error gets one.

use gainstage_golden::fault::Code;
use gainstage_golden::text::shortened;
use gainstage_golden::watch::Cancelled;
use gainstage_sim::SimError;
use gainstage_sim::run::RunError;
use std::fmt;

/// Everything asked for was done, and every check held.
pub const HELD: u8 = 0;
/// A check failed: a mismatch, a file that contradicts the plan, a tool that choked on the files.
pub const CHECK_FAILED: u8 = 1;
/// Wrong use, bad input, or a file or place that is missing or cannot be read or written.
pub const BAD_INPUT: u8 = 2;
/// An outside tool is missing, or does something else than it should.
pub const MISSING_TOOL: u8 = 3;
/// The circuit is proven, but its integers lose more than is allowed against the real-valued network.
pub const TOO_MUCH_LOST: u8 = 4;
/// Interrupted (128 + SIGINT, as shells count).
pub const INTERRUPTED: u8 = 130;

/// The table of codes at the end of the main help.
pub const HELP: &str = "\
Exit codes:
  0    everything was done and every check held
  1    a check failed: a mismatch, a file that contradicts the plan, Verilog that a tool refuses
  2    wrong use, bad input, or a file or place that is missing or cannot be read or written
  3    an outside tool is missing or broken (see `gainstage doctor`)
  4    `build`: the circuit is what the plan says, but quantization loses too much: its error is
       more than 25 % (and an output step) above the real-valued network's, or its accuracy more
       than 1 percentage point below; --max-loss PERCENT allows another loss
  130  interrupted";

/// A check that did not hold and has no report of its own.
#[derive(Debug)]
pub struct CheckFailed(pub String);

impl fmt::Display for CheckFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CheckFailed {}

/// The user asked to stop.
#[derive(Debug)]
pub struct Interrupted;

impl From<Cancelled> for Interrupted {
    fn from(_: Cancelled) -> Interrupted {
        Interrupted
    }
}

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted; files that were finished stay")
    }
}

impl std::error::Error for Interrupted {}

/// The exit code of an error: decided by the innermost cause that is known.
pub fn code(error: &anyhow::Error) -> u8 {
    // Of what an error was wrapped in, the chain below shows the words alone.
    if error.is::<CheckFailed>() {
        return CHECK_FAILED;
    }
    for cause in error.chain() {
        // A transparent error stands in the chain in place of what it holds.
        let run = match cause.downcast_ref::<SimError>() {
            Some(SimError::Run(e)) => Some(e),
            Some(SimError::Ports { .. } | SimError::Simulator { .. } | SimError::Refused { .. }) => {
                return CHECK_FAILED;
            }
            Some(SimError::Format { .. }) => return MISSING_TOOL,
            _ => cause.downcast_ref::<RunError>(),
        };
        if let Some(e) = run {
            return match e {
                RunError::Missing { .. } | RunError::BadEnv { .. } | RunError::Odd { .. } => MISSING_TOOL,
                RunError::Cancelled { .. } => INTERRUPTED,
                RunError::Failed { .. } | RunError::TimedOut { .. } => CHECK_FAILED,
                RunError::Io { .. } | RunError::NoRoom { .. } => BAD_INPUT,
            };
        }
        if cause.is::<CheckFailed>() {
            return CHECK_FAILED;
        }
        if cause.is::<Interrupted>() {
            return INTERRUPTED;
        }
    }
    BAD_INPUT
}

/// An error and its causes in one text. A cause that its effect already repeats is left out.
pub fn message(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    shortened(&text)
}

/// What `--json` prints for an error; `fault` is what `explain` knows it by.
pub fn error_json(message: &str, code: u8, fault: Option<&Code>) -> serde_json::Value {
    let mut object = serde_json::json!({ "ok": false, "error": message, "exit_code": code });
    if let Some(fault) = fault {
        object["code"] = fault.to_string().into();
    }
    object
}

/// What stands before the message of an error: `error[GS0405]`.
pub fn head(fault: Option<&Code>) -> String {
    fault.map_or_else(|| "error".to_owned(), |code| format!("error[{code}]"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    #[test]
    fn the_innermost_known_cause_decides() {
        let missing = RunError::Missing { tool: "Verilator", env: "VERILATOR", hint: "get it" };
        let error = Err::<(), _>(missing).context("cannot verify").unwrap_err();
        assert_eq!(code(&error), MISSING_TOOL);
        assert!(message(&error).starts_with("cannot verify: Verilator is not on the path"));
        let within = |e: RunError| code(&SimError::from(e).into());
        assert_eq!(
            within(RunError::Missing { tool: "Verilator", env: "VERILATOR", hint: "get it" }),
            MISSING_TOOL
        );
        assert_eq!(within(RunError::Cancelled { tool: "Verilator" }), INTERRUPTED);
        let refused = SimError::Ports { top: "net".into(), problem: "no port".into() };
        assert_eq!(code(&refused.into()), CHECK_FAILED);
        assert_eq!(code(&anyhow::anyhow!("no such file")), BAD_INPUT);
        assert_eq!(code(&CheckFailed("differs".into()).into()), CHECK_FAILED);
        assert_eq!(code(&anyhow::anyhow!("a cause").context(CheckFailed("differs".into()))), CHECK_FAILED);
        assert_eq!(code(&Interrupted.into()), INTERRUPTED);
    }

    #[test]
    fn a_repeated_cause_is_said_once() {
        let error = anyhow::anyhow!("disk full").context("cannot write: disk full");
        assert_eq!(message(&error), "cannot write: disk full");
    }
}
