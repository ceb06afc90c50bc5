//! Names of columns.

use crate::text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the inputs and the outputs of samples are called; empty where they are `x0,x1,...` and `y0,y1,...`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// Of the inputs, in their order.
    pub inputs: Vec<String>,
    /// Of the targets, in their order; of classes, the name of the column that tells them.
    pub outputs: Vec<String>,
}

impl Names {
    /// Whether nothing is named.
    pub fn is_empty(&self) -> bool {
        self.inputs.is_empty() && self.outputs.is_empty()
    }

    /// What is wrong with names of so many inputs and outputs: another number of them, or letters that no report can show.
    pub fn fault(&self, inputs: usize, outputs: usize) -> Option<String> {
        for (what, names, count) in [("input", &self.inputs, inputs), ("output", &self.outputs, outputs)] {
            if !names.is_empty() && names.len() != count {
                return Some(format!(
                    "{} names for {}: give one each, or none",
                    names.len(),
                    text::count(count, what)
                ));
            }
            if let Some(at) = names.iter().position(|n| n.is_empty() || n.contains(char::is_control)) {
                return Some(format!(
                    "the name of {what} {at} is empty or has a control character: give visible letters"
                ));
            }
        }
        None
    }

    /// A line that says which port is what, behind a line end; empty if nothing is named.
    pub fn note(&self) -> String {
        let of = |letter: char, names: &[String]| -> Vec<String> {
            let ports = names.iter().enumerate().map(|(i, name)| (format!("{letter}{i}"), name));
            ports
                .filter(|(port, name)| port != *name)
                .map(|(port, name)| format!("{port} is {}", plain(name)))
                .collect()
        };
        let all = [of('x', &self.inputs), of('y', &self.outputs)].concat();
        if all.is_empty() { String::new() } else { format!("\n{}.", all.join(", ")) }
    }

    /// What input `i` is called.
    pub fn input(&self, i: usize) -> String {
        self.inputs.get(i).cloned().unwrap_or_else(|| format!("x{i}"))
    }

    /// What target `i` is called.
    pub fn output(&self, i: usize) -> String {
        self.outputs.get(i).cloned().unwrap_or_else(|| format!("y{i}"))
    }
}

/// Letters of a name that comments show.
const SHOWN: usize = 60;

/// A name for comments in generated files: what could end a comment, a string or a tag there, or be an order to a tool, stands as `?`.
pub(crate) fn plain(name: &str) -> String {
    let safe = |c: char| c.is_alphanumeric() || " _.,:-+()[]%°/".contains(c);
    let mut text: String = name.chars().take(SHOWN).map(|c| if safe(c) { c } else { '?' }).collect();
    text.extend((name.chars().count() > SHOWN).then_some("..."));
    // A comment in a comment.
    while text.contains("//") {
        text = text.replace("//", "/");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_comments_are_plain() {
        for (name, shown) in [
            ("Druck [hPa]", "Druck [hPa]"),
            ("*/ evil", "?/ evil"),
            ("/* a", "/? a"),
            ("a // verilator", "a / verilator"),
            ("\"); `x $y \\", "?); ?x ?y ?"),
            ("</script>", "?/script?"),
        ] {
            assert_eq!(plain(name), shown.replace(';', "?"), "{name}");
        }
        assert_eq!(plain(&"n".repeat(100)).chars().count(), SHOWN + 3);
    }

    #[test]
    fn a_note_says_what_ports_are() {
        let names = Names { inputs: vec!["adc".into(), "x1".into()], outputs: vec!["t (°C)".into()] };
        assert_eq!(names.note(), "\nx0 is adc, y0 is t (°C).");
        assert_eq!(Names::default().note(), "");
        assert!(names.fault(2, 1).is_none() && names.fault(3, 1).is_some() && names.fault(2, 2).is_some());
    }
}
