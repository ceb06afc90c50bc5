//! Whether a tool that reads a text can do anything but compute.

use super::Refusal;
use super::lexer::{Kind, Token, tokens};

/// System functions that compute, and the one that reads a listed memory file.
const SYSTEM: &[&str] = &["$signed", "$unsigned", "$readmemh"];

/// Words that bring in what is not in the file, reach into other modules, or take over a signal.
const WORDS: &[&str] = &[
    "import",
    "export",
    "include",
    "library",
    "config",
    "bind",
    "program",
    "checker",
    "primitive",
    "force",
    "release",
    "defparam",
    "deassign",
    "interface",
    "package",
    "class",
    "extern",
];

/// Refuses a text with which a tool could call the system, open another file than one of `roms` (last parts of their
/// paths), or take in other files or foreign code, and a text that tools would read in different ways.
///
/// The rest of the language is allowed: netlists and wrappers are more than the subset of [`super::check`].
pub(crate) fn safe(text: &str, roms: &[&str]) -> Result<(), Refusal> {
    let all = tokens(text)?;
    for (i, token) in all.iter().enumerate() {
        let refuse = |problem: String| Err(Refusal::at(token.line, problem));
        match token.kind {
            Kind::Directive if token.text == "`default_nettype" => {
                let value = all.get(i + 1).map_or("", |t| t.text);
                if !["none", "wire"].contains(&value) {
                    return refuse(format!("`default_nettype {value}"));
                }
            }
            Kind::Directive => {
                return refuse(format!(
                    "{}: macros, includes and code for some tools only are not looked at by all",
                    token.text
                ));
            }
            Kind::System if token.text == "$readmemh" => memory(&all[i..], roms)?,
            Kind::System if !SYSTEM.contains(&token.text) => {
                return refuse(format!("{}: a circuit calls nothing", token.text));
            }
            Kind::Word if WORDS.contains(&token.text) => {
                return refuse(format!("`{}`: a file stands for itself", token.text));
            }
            _ => {}
        }
    }
    Ok(())
}

/// `$readmemh("file", ...` or, with a directory in a parameter, `$readmemh({DIR, "file"}, ...`.
fn memory(all: &[Token], roms: &[&str]) -> Result<(), Refusal> {
    let text = |i: usize| all.get(i).map_or("", |t| t.text);
    let braced = text(2) == "{" && text(4) == ",";
    let file = if braced { text(5) } else { text(2) };
    let name = file.strip_prefix('"').and_then(|f| f.strip_suffix('"'));
    let name = name.map(|f| if braced { f.strip_prefix('/').unwrap_or(f) } else { f });
    match name.is_some_and(|f| roms.contains(&f)) {
        true => Ok(()),
        false => {
            let problem = format!("$readmemh of {file}, which is no memory file of the manifest");
            Err(Refusal::at(all[0].line, problem))
        }
    }
}
