//! Which columns of a file are the inputs and the targets of its samples.

use super::super::CsvProblem;
use super::number::clip;
use crate::data::Names;

/// The column of class names where the header has inputs `x0,x1,...`.
pub(super) const LABEL: &str = "label";

/// The columns that are wanted of a file. Without a name, the header must be `x0,x1,...` and then `y0,y1,...` or `label`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Names of the columns of inputs, in the order of the inputs; if empty, all that are no targets.
    pub inputs: Vec<String>,
    /// Names of the columns of values to learn.
    pub targets: Vec<String>,
    /// Name of the column of classes to learn.
    pub label: Option<String>,
    /// Whether samples with a missing cell are left out; otherwise they are refused.
    pub skip_missing: bool,
}

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Input(usize),
    Target(usize),
    Label,
    Ignored,
}

/// The roles of all columns of a file.
#[derive(Debug)]
pub(super) struct Roles {
    pub(super) of: Vec<Role>,
    pub(super) inputs: usize,
    pub(super) targets: usize,
    /// Names of the columns, if they are not `x0,...`.
    pub(super) names: Names,
}

/// A column, from 0, and what is wrong with it.
pub(super) type Misplaced = (Option<usize>, CsvProblem);

impl Columns {
    /// Those that a network of named inputs and outputs was trained on, as far as a file has them.
    pub fn of(names: &Names, classes: bool, header: &[String]) -> Columns {
        let there = |wanted: &[String]| !wanted.is_empty() && wanted.iter().all(|n| header.contains(n));
        // Without one of its columns a file is refused for that, unless it has none of them.
        if names.inputs.is_empty()
            || header.first().is_some_and(|first| first == "x0") && !there(&names.inputs)
        {
            return Columns::default();
        }
        let outputs = if there(&names.outputs) { names.outputs.clone() } else { Vec::new() };
        let (targets, label) =
            if classes { (Vec::new(), outputs.into_iter().next()) } else { (outputs, None) };
        Columns { inputs: names.inputs.clone(), targets, label, skip_missing: false }
    }

    fn is_plain(&self) -> bool {
        self.inputs.is_empty() && self.targets.is_empty() && self.label.is_none()
    }

    /// The roles of the columns of a header.
    pub(super) fn roles(&self, header: &[String]) -> Result<Roles, Misplaced> {
        if let Some((at, name)) = header.iter().enumerate().find(|(_, name)| name.parse::<f64>().is_ok()) {
            return Err((Some(at), CsvProblem::MissingHeader(clip(name))));
        }
        if self.is_plain() { plain(header) } else { self.named(header) }
    }

    fn named(&self, header: &[String]) -> Result<Roles, Misplaced> {
        let mut of = vec![Role::Ignored; header.len()];
        let mut place = |name: &String, role: Role| {
            let at = find(header, name)?;
            if of[at] != Role::Ignored {
                return Err((None, CsvProblem::TwoRoles(clip(name))));
            }
            of[at] = role;
            Ok(())
        };
        self.targets.iter().enumerate().try_for_each(|(k, name)| place(name, Role::Target(k)))?;
        self.label.iter().try_for_each(|name| place(name, Role::Label))?;
        self.inputs.iter().enumerate().try_for_each(|(k, name)| place(name, Role::Input(k)))?;
        let mut inputs = self.inputs.clone();
        if inputs.is_empty() {
            for (at, role) in of.iter_mut().enumerate().filter(|(_, r)| **r == Role::Ignored) {
                find(header, &header[at])?;
                *role = Role::Input(inputs.len());
                inputs.push(header[at].clone());
            }
        }
        if inputs.is_empty() {
            return Err((None, CsvProblem::NoInputs));
        }
        let outputs = self.targets.iter().chain(&self.label).cloned().collect();
        let (targets, count) = (self.targets.len(), inputs.len());
        Ok(Roles { of, inputs: count, targets, names: Names { inputs, outputs } })
    }
}

/// The place of a column that stands once.
fn find(header: &[String], name: &str) -> Result<usize, Misplaced> {
    let mut places = (0..header.len()).filter(|&at| header[at] == name);
    match (places.next(), places.next()) {
        (Some(at), None) if name.chars().any(char::is_control) => {
            Err((Some(at), CsvProblem::ControlCharacter))
        }
        (Some(at), None) => Ok(at),
        (_, Some(again)) => Err((Some(again), CsvProblem::Duplicate(clip(name)))),
        (None, _) => {
            let known = header.iter().take(20).map(|n| clip(n)).collect::<Vec<_>>().join(", ");
            let more = if header.len() > 20 { ", ..." } else { "" };
            Err((None, CsvProblem::NoColumn { name: clip(name), known: known + more }))
        }
    }
}

/// The roles of a header `x0..., y0...`, or `x0..., label`.
fn plain(header: &[String]) -> Result<Roles, Misplaced> {
    let labelled = header.len() > 1 && header.last().is_some_and(|n| n == LABEL);
    let names = &header[..header.len() - usize::from(labelled)];
    let (mut inputs, mut of) = (0, Vec::new());
    for (i, name) in names.iter().enumerate() {
        let (next_x, next_y) = (format!("x{inputs}"), format!("y{}", i - inputs));
        if inputs == i && *name == next_x {
            inputs += 1;
            of.push(Role::Input(i));
        } else if inputs > 0 && *name == next_y && !labelled {
            of.push(Role::Target(i - inputs));
        } else if names[..i].contains(name) {
            return Err((Some(i), CsvProblem::Duplicate(clip(name))));
        } else {
            let expected = match i {
                0 => "`x0`".to_owned(),
                _ if labelled => format!("`{next_x}` or `{LABEL}`"),
                _ if inputs == i => format!("`{next_x}` or `{next_y}`"),
                _ => format!("`{next_y}`"),
            };
            return Err((Some(i), CsvProblem::Header { found: clip(name), expected }));
        }
    }
    of.extend(labelled.then_some(Role::Label));
    Ok(Roles { of, inputs, targets: names.len() - inputs, names: Names::default() })
}
