//! A project for a file of samples that nobody has described yet: what its columns are, by what they hold.

mod error;
mod text;

pub use error::ProposalError;
pub use text::{classes, noise, toml};

use gainstage_golden::data::{Column, Columns, Survey};
use gainstage_golden::net::MAX_WIDTH;

/// What the user says of the file.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// Columns to learn from; if empty, all that can be.
    pub inputs: Vec<String>,
    /// Columns to learn; if empty, one that is called so, or the last one.
    pub targets: Vec<String>,
    /// Whether the targets are classes; if not given, by what they hold.
    pub classes: Option<bool>,
}

/// The columns of a file, each with what it is for.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// What samples are read from.
    pub columns: Columns,
    /// The role of every column of the file, in their order, in a few words.
    pub roles: Vec<String>,
    /// Why the targets are what they are.
    pub because: String,
    /// How many classes there are to learn; none of values.
    pub classes: Option<usize>,
}

/// Names that columns of classes often have.
const CLASS_NAMES: [&str; 9] =
    ["label", "class", "species", "category", "kind", "type", "diagnosis", "quality", "outcome"];

/// Names that columns to learn often have.
const TARGET_NAMES: [&str; 5] = ["target", "output", "y", "y0", "result"];

/// Whole numbers from 0 or 1 on are taken for classes if there are no more of them.
const MOST_NUMBERED: usize = 10;

/// More classes than this need at least two samples each on average.
const MOST_SCARCE: usize = 20;

/// Why a column that counts the samples is not used.
const NUMBERS: &str = "it only numbers the lines";

/// Decides what the columns are for.
///
/// # Errors
/// Columns that are not there, or cannot be what they are wanted for.
pub fn propose(survey: &Survey, wish: &Wish) -> Result<Proposal, ProposalError> {
    if survey.columns.len() < 2 {
        let name = survey.columns.first().map_or_else(String::new, |c| c.name.clone());
        return Err(ProposalError::OneColumn(name));
    }
    let (targets, because) = targets(survey, wish)?;
    let classes = wish.classes.unwrap_or(targets.len() == 1 && looks_like_classes(targets[0], survey.rows));
    if classes && targets.len() != 1 {
        return Err(ProposalError::ManyTargets(targets.len()));
    }
    for target in &targets {
        check_target(target, classes, survey.rows)?;
    }
    let names: Vec<String> = targets.iter().map(|t| t.name.clone()).collect();
    let mut roles = Vec::new();
    let mut inputs = Vec::new();
    for column in &survey.columns {
        let wanted = wish.inputs.contains(&column.name);
        let role = if names.contains(&column.name) {
            if classes { "the class to learn".to_owned() } else { "a value to learn".to_owned() }
        } else if let Some(reason) = unusable(column, survey).filter(|_| !wanted) {
            format!("not used: {reason}")
        } else if wish.inputs.is_empty() || wanted {
            inputs.push(column.name.clone());
            "an input".to_owned()
        } else {
            "not used: not among the inputs named".to_owned()
        };
        roles.push(role);
    }
    if !wish.inputs.is_empty() {
        inputs = wish.inputs.clone();
        inputs.iter().try_for_each(|name| check_input(find(survey, name)?, &names))?;
    }
    if inputs.is_empty() {
        // What counts up is left out beside others; alone it may be the time.
        for (column, role) in
            survey.columns.iter().zip(&mut roles).filter(|(_, role)| role.ends_with(NUMBERS))
        {
            inputs.push(column.name.clone());
            *role = "an input".to_owned();
        }
    }
    if inputs.is_empty() {
        let all = survey.columns.iter().zip(&roles).map(|(c, r)| format!("{} is {r}", shown(c)));
        return Err(ProposalError::NoInputs(all.collect::<Vec<_>>().join("; ")));
    }
    if inputs.len() > MAX_WIDTH {
        return Err(ProposalError::ManyInputs(inputs.len()));
    }
    let used = |c: &&Column| inputs.contains(&c.name) || names.contains(&c.name);
    let skip_missing = survey.columns.iter().filter(used).any(|c| c.missing > 0);
    let label = classes.then(|| names[0].clone());
    let kinds = if classes { targets[0].levels } else { None };
    let targets = if classes { Vec::new() } else { names };
    let columns = Columns { inputs, targets, label, skip_missing };
    Ok(Proposal { columns, roles, because, classes: kinds })
}

/// The column of a name.
fn find<'a>(survey: &'a Survey, name: &str) -> Result<&'a Column, ProposalError> {
    let mut found = survey.columns.iter().filter(|c| c.name == name);
    let known = || survey.columns.iter().map(shown).collect::<Vec<_>>().join(", ");
    match (found.next(), found.next()) {
        (Some(column), None) => Ok(column),
        (None, _) => Err(ProposalError::NoColumn { name: name.into(), known: known() }),
        _ => Err(ProposalError::TwoColumns(name.into())),
    }
}

/// What is to be learned, and why.
fn targets<'a>(survey: &'a Survey, wish: &Wish) -> Result<(Vec<&'a Column>, String), ProposalError> {
    if !wish.targets.is_empty() {
        let found = wish.targets.iter().map(|name| find(survey, name)).collect::<Result<_, _>>()?;
        return Ok((found, "as you said".to_owned()));
    }
    let numbered: Vec<&Column> = survey.columns.iter().filter(|c| is_numbered(&c.name, 'y')).collect();
    if numbered.len() > 1 {
        return Ok((numbered, "columns called y0, y1, ... are values to learn".to_owned()));
    }
    let called = |names: &[&str]| {
        let named = |c: &&Column| names.iter().any(|n| c.name.trim().eq_ignore_ascii_case(n));
        survey.columns.iter().rfind(named)
    };
    if let Some(column) = called(&CLASS_NAMES).or_else(|| called(&TARGET_NAMES)) {
        return Ok((
            vec![column],
            format!("a column called {} is usually what is to be learned", column.name),
        ));
    }
    let last = survey.columns.iter().rfind(|c| !wish.inputs.contains(&c.name) && can_be_learned(c));
    let last = last.ok_or(ProposalError::NoTarget)?;
    Ok((vec![last], "it is the last column that can be learned; --target names another".to_owned()))
}

/// Whether a name is a letter and a number.
fn is_numbered(name: &str, letter: char) -> bool {
    name.strip_prefix(letter).is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

fn can_be_learned(column: &Column) -> bool {
    let few = column.levels.is_some_and(|levels| levels > 1);
    let numbers = column.texts == 0 && column.range.0 < column.range.1;
    !column.name.is_empty() && (numbers || (column.texts > 0 && few))
}

/// Whether a column tells classes: words, two values, whole numbers from 0 or 1 on, or a name that says so. A few words
/// among numbers are faults.
fn looks_like_classes(column: &Column, rows: u64) -> bool {
    let Some(levels) = column.levels else { return false };
    let named = CLASS_NAMES.iter().any(|n| column.name.trim().eq_ignore_ascii_case(n));
    let (low, high) = column.range;
    let counted = column.whole && (low == 0.0 || low == 1.0) && high - low + 1.0 == levels as f64;
    if column.texts > 0 {
        return 2 * column.texts > rows - column.missing;
    }
    levels == 2 || (counted && levels <= MOST_NUMBERED) || (named && column.whole)
}

fn check_target(column: &Column, classes: bool, rows: u64) -> Result<(), ProposalError> {
    let name = shown(column);
    if column.missing == rows {
        return Err(ProposalError::EmptyTarget(name));
    }
    if column.levels == Some(1) {
        return Err(ProposalError::ConstantTarget(name));
    }
    if classes && column.levels.is_none() {
        return Err(ProposalError::ManyValues(name));
    }
    let many = |&l: &usize| classes && l > MOST_SCARCE && l as u64 > (rows - column.missing) / 2;
    if let Some(levels) = column.levels.filter(many) {
        return Err(ProposalError::ManyClasses { name, levels, rows, hint: column.first_text.clone() });
    }
    match &column.first_text {
        Some((line, text)) if !classes => {
            Err(ProposalError::TextTarget { name, line: *line, text: text.clone() })
        }
        _ => Ok(()),
    }
}

fn check_input(column: &Column, targets: &[String]) -> Result<(), ProposalError> {
    let name = shown(column);
    if targets.contains(&column.name) {
        return Err(ProposalError::TwoRoles(name));
    }
    match &column.first_text {
        Some((line, text)) => Err(ProposalError::TextInput { name, line: *line, text: text.clone() }),
        None => Ok(()),
    }
}

/// Why a column cannot be an input.
fn unusable(column: &Column, survey: &Survey) -> Option<String> {
    let rows = survey.rows;
    if column.name.is_empty() {
        return Some("it has no name".to_owned());
    }
    if survey.columns.iter().filter(|c| c.name == column.name).count() > 1 {
        return Some("another column has the same name".to_owned());
    }
    if column.name.contains(char::is_control) {
        return Some("its name has a line end or another control character".to_owned());
    }
    if column.missing == rows {
        return Some("no value at all".to_owned());
    }
    if let Some((line, text)) = &column.first_text {
        let cells = rows - column.missing;
        return Some(match 2 * column.texts < cells {
            true => format!(
                "{} of {cells} cells {} no number, the first of them `{text}` in line {line}: mend it",
                column.texts,
                if column.texts == 1 { "is" } else { "are" }
            ),
            false => format!("text, such as `{text}` in line {line}"),
        });
    }
    if column.levels == Some(1) {
        return Some("the same in every sample".to_owned());
    }
    if 5 * column.missing > 2 * rows {
        return Some(format!("{} of {rows} cells have no value", column.missing));
    }
    if column.counts_up
        && rows > 2
        && !is_numbered(&column.name, 'x')
        && (column.range.0 == 0.0 || column.range.0 == 1.0)
    {
        return Some(NUMBERS.to_owned());
    }
    None
}

/// What a message calls a column.
fn shown(column: &Column) -> String {
    if column.name.is_empty() { "without a name".to_owned() } else { format!("`{}`", column.name) }
}

#[cfg(test)]
mod tests;
