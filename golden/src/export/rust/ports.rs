//! Types of the ports: the narrowest numbers of the `fixed` crate that hold a format's values exactly.

use crate::num::Format;
use crate::plan::{Meaning, Output, Plan};
use std::fmt::Write;

/// What a port's values are, and how a code stands in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carrier {
    /// A number of `fixed`.
    Number {
        /// 32, 64 or 128.
        bits: u32,
        /// Its fraction bits.
        frac: u32,
        /// A value's bits are code * 2^shift: `fixed` has no negative number of fraction bits.
        shift: u32,
    },
    /// The index of a class.
    Class,
}

impl Carrier {
    pub fn of(f: Format) -> Carrier {
        let (frac, shift) = (f.frac.max(0) as u32, (-f.frac).max(0) as u32);
        // Signed also where codes are not: such numbers compute with any other.
        let width = f.width + u32::from(!f.signed) + shift;
        let bits = [32, 64].into_iter().find(|&b| width <= b && frac <= b).unwrap_or(128);
        Carrier::Number { bits, frac, shift }
    }

    fn name(self) -> String {
        match self {
            Carrier::Number { bits, frac, .. } => {
                format!("fixed::FixedI{bits}<fixed::types::extra::U{frac}>")
            }
            Carrier::Class => "u32".into(),
        }
    }

    /// The code of a value; beyond the format it is any code beyond.
    fn code(self, value: &str) -> String {
        match self {
            Carrier::Class => format!("i64::from({value})"),
            Carrier::Number { bits: 64, shift: 0, .. } => format!("{value}.to_bits()"),
            Carrier::Number { bits: 32, shift: 0, .. } => format!("i64::from({value}.to_bits())"),
            // Only formats of 64 fraction bits and less have no shift: 64 bits hold them.
            Carrier::Number { bits: 128, shift: by, .. } => format!("unscale({value}.to_bits(), {by})"),
            Carrier::Number { shift: by, .. } => format!("unscale(i128::from({value}.to_bits()), {by})"),
        }
    }

    fn value(self, name: &str, code: &str) -> String {
        match self {
            Carrier::Class => format!("{code} as u32"),
            Carrier::Number { bits: 64, shift: 0, .. } => format!("{name}::from_bits({code})"),
            Carrier::Number { bits: 32, shift: 0, .. } => format!("{name}::from_bits({code} as i32)"),
            Carrier::Number { bits: 32, shift: by, .. } => {
                format!("{name}::from_bits(({code} << {by}) as i32)")
            }
            Carrier::Number { bits: 64, shift: by, .. } => format!("{name}::from_bits({code} << {by})"),
            Carrier::Number { shift: by, .. } => format!("{name}::from_bits(i128::from({code}) << {by})"),
        }
    }
}

/// All inputs, or all outputs.
pub(super) struct Side {
    inputs: bool,
    carriers: Vec<Carrier>,
}

impl Side {
    pub fn inputs(plan: &Plan) -> Side {
        let carriers = plan.inputs.iter().map(|&f| Carrier::of(f)).collect();
        Side { inputs: true, carriers }
    }

    pub fn outputs(plan: &Plan) -> Side {
        let carrier = |o: Output| match o.meaning {
            Meaning::Class => Carrier::Class,
            Meaning::Value | Meaning::Margin | Meaning::Probability => Carrier::of(o.format),
        };
        Side { inputs: false, carriers: plan.outputs().into_iter().map(carrier).collect() }
    }

    /// Whether values of inputs are rounded to codes that are coarser than 1.
    pub fn scales(&self) -> bool {
        self.inputs && self.carriers.iter().any(|c| matches!(c, Carrier::Number { shift: 1.., .. }))
    }

    fn words(&self) -> (&'static str, &'static str, char) {
        if self.inputs { ("Inputs", "Input", 'x') } else { ("Outputs", "Output", 'y') }
    }

    /// Whether one class is all that comes out.
    fn is_class(&self) -> bool {
        self.carriers == [Carrier::Class]
    }

    /// Whether one type serves all ports.
    fn same(&self) -> bool {
        self.carriers.windows(2).all(|w| w[0] == w[1])
    }

    fn types(&self) -> String {
        let (all, one, letter) = self.words();
        let what = all.to_ascii_lowercase();
        if self.is_class() {
            return "/// The index of the class.\npub type Outputs = u32;\n\n".into();
        }
        if self.same() {
            let name = self.carriers[0].name();
            return format!(
                "/// A value of one of the {what}.\npub type {one} = {name};\n\n/// The {what} of a sample.\n\
                 pub type {all} = [{one}; {}];\n\n",
                what.to_ascii_uppercase()
            );
        }
        let mut text = format!(
            "/// The {what} of a sample.\n#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]\npub struct {all} {{\n"
        );
        for (i, carrier) in self.carriers.iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "    /// {letter}[{i}]\n    pub {letter}{i}: {},", carrier.name());
        }
        text + "}\n\n"
    }

    /// The statements that make codes of the values `x`.
    fn codes(&self) -> String {
        if self.same() {
            return format!("x.map(|v| {})", self.carriers[0].code("v"));
        }
        let code = |(i, c): (usize, &Carrier)| c.code(&format!("x.x{i}"));
        format!("[{}]", self.carriers.iter().enumerate().map(code).collect::<Vec<_>>().join(", "))
    }

    /// The expression that makes values of the codes `y`.
    fn values(&self) -> String {
        if self.is_class() {
            return "y[0] as u32".into();
        }
        if self.same() {
            return format!("y.map(|c| {})", self.carriers[0].value("Output", "c"));
        }
        let value = |(i, c): (usize, &Carrier)| {
            let name = c.name().replace('<', "::<");
            format!("        y{i}: {},\n", c.value(&name, &format!("y[{i}]")))
        };
        format!("Outputs {{\n{}    }}", self.carriers.iter().enumerate().map(value).collect::<String>())
    }
}

/// The types, and the function from values to values.
pub(super) fn text(sides: &[Side; 2]) -> String {
    let [inputs, outputs] = sides;
    format!(
        "{}{}/// The outputs for the inputs; inputs beyond their formats are saturated.\npub fn run(x: &Inputs) -> Outputs {{\n    \
         let y = run_codes(&{});\n    {}\n}}\n\n",
        inputs.types(),
        outputs.types(),
        inputs.codes(),
        outputs.values()
    )
}
