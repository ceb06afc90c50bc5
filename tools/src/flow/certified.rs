//! Plans whose certificates were run again: what a file claims of its tables is not taken on trust.

use crate::exit::CheckFailed;
use crate::term;
use gainstage_golden::plan::Plan;
use gainstage_golden::text::count;
use std::path::Path;

/// Runs the certificates of a plan again; says on standard error what was left out.
///
/// # Errors
/// A table that is not what its certificate claims, named with claim and truth.
pub fn recertify(plan: &Plan, path: &Path) -> anyhow::Result<()> {
    match plan.recertify() {
        Ok(done) => {
            for part in done.sampled {
                term::say(&format!(
                    "note: table {}: of {} its certificate was checked on {}, spread evenly: with more than 2^20 in all \
                     tables not every one is run",
                    part.table,
                    count(part.codes, "code"),
                    part.run
                ));
            }
            Ok(())
        }
        Err(e) => {
            let told = CheckFailed(format!("{}: {e}", path.display()));
            Err(anyhow::Error::new(e).context(told))
        }
    }
}

/// Reads a plan and runs its certificates again.
///
/// # Errors
/// As [`Plan::read`] and [`recertify`].
pub fn read(path: &Path) -> anyhow::Result<Plan> {
    let plan = Plan::read(path)?;
    recertify(&plan, path)?;
    Ok(plan)
}
