//! `explain`: what a code of an error means.

use super::Outcome;
use crate::explain;
use gainstage_golden::fault::Code;

/// Arguments of `explain`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  gainstage explain GS0405
  gainstage explain")]
pub struct Args {
    /// The code, as it stands behind `error`; without one, all are listed
    code: Option<String>,
    /// Print all of them as a page of Markdown
    #[arg(long, hide = true, conflicts_with = "code")]
    markdown: bool,
}

/// Runs `explain`.
///
/// # Errors
/// A code that is not known.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    if let Some(text) = &args.code {
        let code = explain::find(text).ok_or_else(|| {
            anyhow::anyhow!("{text:?} is no code of an error: `gainstage explain` lists all of them")
        })?;
        return Ok(Outcome::held(explain::text(code), json(code)));
    }
    let codes = explain::codes();
    let all = serde_json::json!({ "ok": true, "codes": codes.iter().map(|c| json(c)).collect::<Vec<_>>() });
    let text = match args.markdown {
        true => explain::page(),
        false => codes.iter().map(|c| format!("{c}  {}\n", c.title)).collect(),
    };
    Ok(Outcome::held(text, all))
}

fn json(code: &Code) -> serde_json::Value {
    serde_json::json!({
        "ok": true,
        "code": code.to_string(),
        "title": code.title,
        "why": code.why,
        "example": code.example,
        "cure": code.cure,
    })
}
