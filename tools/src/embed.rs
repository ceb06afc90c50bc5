//! A command within somebody else's program: nothing is printed, no signal is handled, the process goes on.

use crate::exit::Interrupted;
use crate::{cmd, exit, explain, fault_alone};
use clap::Parser;
use gainstage_golden::fault::Code;
use gainstage_golden::watch::{self, Watcher};
use serde_json::Value;
use std::ffi::OsString;
use std::sync::Arc;

/// What a command came to.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The exit code that the program would give.
    pub code: u8,
    /// What it would print for people; of a fault, the message.
    pub text: String,
    /// What it would print with `--json`.
    pub json: Value,
}

/// Runs the command that arguments name, without a program's name before them. The watcher hears how far it is, may end it,
/// and has the notes if it [takes](Watcher::takes_notes) them; otherwise they go to standard error.
pub fn run(args: impl IntoIterator<Item = OsString>, watcher: Arc<dyn Watcher>) -> Ran {
    let args = [OsString::from("gainstage")].into_iter().chain(args);
    let cli = match cmd::Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(e) if e.use_stderr() => {
            return fault(fault_alone(&e.to_string()), exit::BAD_INPUT, explain::code_of(&e));
        }
        Err(e) => {
            return Ran { code: exit::HELD, text: e.to_string(), json: serde_json::json!({ "ok": true }) };
        }
    };
    let watched = watch::run(watcher, || cmd::run(&cli.command, cli.json));
    match watched.unwrap_or_else(|e| Err(Interrupted::from(e).into())) {
        Ok(outcome) => Ran { code: outcome.code, text: outcome.text, json: outcome.json },
        Err(e) => fault(exit::message(&e), exit::code(&e), explain::code_of(e.as_ref())),
    }
}

fn fault(text: String, code: u8, of: Option<&Code>) -> Ran {
    Ran { code, json: exit::error_json(&text, code, of), text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    /// Takes notes, and wants an end once a task has come that far.
    #[derive(Default)]
    struct Listener {
        notes: Mutex<Vec<String>>,
        end: bool,
    }

    impl Watcher for Listener {
        fn cancelled(&self) -> bool {
            self.end
        }
        fn takes_notes(&self) -> bool {
            true
        }
        fn note(&self, text: &str) {
            self.notes.lock().expect("a lock").push(text.to_owned());
        }
    }

    fn ran(args: &[&str], listener: &Arc<Listener>) -> Ran {
        run(args.iter().map(OsString::from), listener.clone())
    }

    #[test]
    fn a_caller_has_results_notes_and_faults_without_a_terminal() {
        let dir = tempfile::tempdir().expect("a directory");
        let at = |name: &str| dir.path().join(name).display().to_string();
        let listener = Arc::new(Listener::default());
        let new = ran(&["new", &at("p"), "--template", "small"], &listener);
        assert_eq!((new.code, &new.json["ok"]), (0, &Value::Bool(true)), "{}", new.text);
        let fault = ran(&["train", &at("q"), "-o", &at("m.json")], &listener);
        assert!(fault.code == 2 && fault.text.contains("/q"), "{}", fault.text);
        assert_eq!(fault.json["error"], fault.text);
        let fault = ran(&["train", "--nonsense"], &listener);
        assert!(fault.code == 2 && fault.text.contains("--nonsense") && !fault.text.contains("Usage"));
        assert!(ran(&["--help"], &listener).text.contains("Exit codes"));

        // An end that the caller wants is none of the process.
        let ender = Arc::new(Listener { end: true, ..Listener::default() });
        let stopped = ran(&["train", &at("p"), "-o", &at("m.json")], &ender);
        assert_eq!(stopped.code, exit::INTERRUPTED, "{}", stopped.text);
        let trained = ran(&["train", &at("p"), "-o", &at("m.json"), "--epochs", "20"], &listener);
        assert_eq!(trained.code, 0, "{}", trained.text);
        std::fs::write(at("d.csv"), "x0,y0\n900,1\n0.5,0.2\n").expect("written");
        let plan = ["quantize", &at("m.json"), "--bits", "8", "-o", &at("p.json")];
        assert_eq!(ran(&plan, &listener).code, 0);
        assert_eq!(ran(&["eval", &at("p.json"), "--data", &at("d.csv")], &listener).code, 0);
        let notes = listener.notes.lock().expect("a lock");
        assert!(
            notes.iter().any(|n| n.contains("outside of the port, and saturated: 1 value of x0")),
            "{notes:?}"
        );
    }
}
