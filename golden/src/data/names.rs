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

/// Names that ports cannot have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NamesError {
    /// Not one for each.
    #[error("{names} names for {}: give one each, or none", text::count(*count, what))]
    Count {
        /// Names there are.
        names: usize,
        /// Inputs or outputs there are.
        count: usize,
        /// `input` or `output`.
        what: &'static str,
    },
    /// Nothing that a report could show.
    #[error("the name of {what} {at} is empty or has a control character: give visible letters")]
    Letters {
        /// `input` or `output`.
        what: &'static str,
        /// Which, from 0.
        at: usize,
    },
}

impl Names {
    /// Whether nothing is named.
    pub fn is_empty(&self) -> bool {
        self.inputs.is_empty() && self.outputs.is_empty()
    }

    /// What is wrong with names of so many inputs and outputs: another number of them, or letters that no report can show.
    ///
    /// # Errors
    /// The first fault.
    pub fn check(&self, inputs: usize, outputs: usize) -> Result<(), NamesError> {
        for (what, names, count) in [("input", &self.inputs, inputs), ("output", &self.outputs, outputs)] {
            if !names.is_empty() && names.len() != count {
                return Err(NamesError::Count { names: names.len(), count, what });
            }
            if let Some(at) = names.iter().position(|n| n.is_empty() || n.contains(char::is_control)) {
                return Err(NamesError::Letters { what, at });
            }
        }
        Ok(())
    }

    /// The names of so many input ports in a circuit: `x_` and the column's name where that leaves letters or digits, in small
    /// ones, with `_` for all others; `x0`, ... where nothing is named, nothing is left, or two would be called alike.
    pub fn input_ports(&self, count: usize) -> Vec<String> {
        ports('x', &self.inputs, count)
    }

    /// The names of so many output ports: as those of inputs, with `y`.
    pub fn output_ports(&self, count: usize) -> Vec<String> {
        ports('y', &self.outputs, count)
    }

    /// A line that says which port is what where its name does not, behind a line end; empty if there is none.
    pub fn note(&self) -> String {
        let of = |letter: char, names: &[String]| -> Vec<String> {
            let ports = ports(letter, names, names.len());
            let own =
                |port: &str| port.strip_prefix(letter).and_then(|p| p.strip_prefix('_')).map(str::to_owned);
            let told = |(port, name): &(&String, &String)| {
                port != name && own(port).is_none_or(|word| !word.eq_ignore_ascii_case(name))
            };
            let pairs = ports.iter().zip(names).filter(told);
            pairs.map(|(port, name)| format!("{port} is {}", plain(name))).collect()
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

/// Letters and digits of a column's name that the name of its port has at most.
const PORT: usize = 32;

/// The names of ports: with the letter in front they are no word of any language, and none of the circuit's own.
fn ports(letter: char, names: &[String], count: usize) -> Vec<String> {
    let mut ports: Vec<String> = (0..count).map(|i| format!("{letter}{i}")).collect();
    let name = |i: usize| names.get(i).map(String::as_str).unwrap_or_default();
    let word = |i: usize| {
        let words = name(i).split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
        let word: String = words.collect::<Vec<_>>().join("_").chars().take(PORT).collect();
        word.trim_end_matches('_').to_ascii_lowercase()
    };
    // Of names that would meet, the one that loses least has it.
    let mut order: Vec<usize> = (0..count.min(names.len())).collect();
    order.sort_by_key(|&i| (word(i) != name(i).to_ascii_lowercase(), !name(i).is_ascii()));
    let mut taken = std::collections::HashSet::new();
    for i in order {
        let word = word(i);
        if !word.is_empty() && name(i) != ports[i] && taken.insert(word.clone()) {
            ports[i] = format!("{letter}_{word}");
        }
    }
    ports
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
        assert_eq!(names.note(), "\ny_t_c is t (°C).");
        assert_eq!(Names::default().note(), "");
        assert!(names.check(2, 1).is_ok() && names.check(3, 1).is_err() && names.check(2, 2).is_err());
    }

    #[test]
    fn ports_are_called_like_their_columns_and_each_in_its_own_way() {
        let called = |names: &[&str]| {
            let inputs = names.iter().map(|&n| n.to_owned()).collect();
            Names { inputs, outputs: Vec::new() }.input_ports(names.len())
        };
        assert_eq!(called(&["adc", "Druck [hPa]", "2nd"]), ["x_adc", "x_druck_hpa", "x_2nd"]);
        // Words of Verilog, of C++, and of the circuit itself.
        assert_eq!(called(&["reg", "eval", "clk", "__a--b__"]), ["x_reg", "x_eval", "x_clk", "x_a_b"]);
        // VHDL knows no capitals; what is alike, or has no letter of ASCII, is numbered.
        assert_eq!(called(&["T", "t", "温度", "", "x4"]), ["x_t", "x1", "x2", "x3", "x4"]);
        assert_eq!(called(&["ΔT [K]", "T [K]", "a b", "a_b"]), ["x0", "x_t_k", "x2", "x_a_b"]);
        let long = "a".repeat(40);
        assert_eq!(called(&[&long, &format!("{long}b")]), [format!("x_{}", "a".repeat(32)), "x1".into()]);
        assert_eq!(Names::default().output_ports(2), ["y0", "y1"]);
    }
}
