//! Buffers of 16 or 32 bits that span -1 to 1, as libraries for signal processing have them, beside the codes.

use super::layers::Writer;
use crate::export::steps::requantize;
use crate::num::Format;
use crate::plan::{Meaning, Output, Plan};
use std::fmt::Write;

/// A buffer's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Buffers {
    /// `int16_t` with 15 fraction bits.
    Q15,
    /// `int32_t` with 31 fraction bits.
    Q31,
}

/// The outputs of one side, or its inputs.
struct Port {
    code: Format,
    element: Format,
}

impl Buffers {
    pub(super) fn name(self) -> &'static str {
        match self {
            Buffers::Q15 => "q15",
            Buffers::Q31 => "q31",
        }
    }

    /// Bits of an element.
    pub(super) fn bits(self) -> u32 {
        match self {
            Buffers::Q15 => 16,
            Buffers::Q31 => 32,
        }
    }

    /// The format of the elements of a port: the least power of two that no value of the port reaches stands for 1.
    pub fn element(self, code: Format) -> Format {
        let bits = self.bits();
        Format { signed: true, width: bits, frac: bits as i32 - 1 - full_scale(code) }
    }

    /// What the header says of it and declares.
    pub(super) fn header(self, plan: &Plan) -> String {
        let (name, q, bits) = (&plan.name, self.name(), self.bits());
        let mut text = format!(
            "/* The same for {q} buffers: int{bits}_t that span -1 to 1, in units of each port's full scale. Inputs are rounded\n \
             * half up to codes and saturated, outputs likewise.\n *\n"
        );
        let inputs = plan.inputs.iter().map(|&format| Output { meaning: Meaning::Value, format }).collect();
        for (letter, ports) in [('x', inputs), ('y', plan.outputs())] {
            for (i, Output { meaning, format }) in ports.into_iter().enumerate() {
                let said = match meaning {
                    Meaning::Class => "the index of the class, as it is".to_owned(),
                    Meaning::Value | Meaning::Margin | Meaning::Probability => {
                        let unit = -self.element(format).frac;
                        format!("full scale 2^{}: a value is q * 2^{unit}", full_scale(format))
                    }
                };
                // Writing to a string cannot fail.
                let _ = writeln!(text, " *   {letter}[{i}]  {said}");
            }
        }
        text + &format!(" */\nvoid {name}_run_{q}(const int{bits}_t *x, int{bits}_t *y);\n\n")
    }

    /// The function, written behind the one for codes.
    pub(super) fn source(self, plan: &Plan, writer: &mut Writer<'_>) -> String {
        let (name, q, bits) = (&plan.name, self.name(), self.bits());
        let port = |&code: &Format| Port { code, element: self.element(code) };
        let (inputs, outputs): (Vec<Port>, _) = (plan.inputs.iter().map(port).collect(), plan.outputs());
        let mut text = format!(
            "void {name}_run_{q}(const int{bits}_t *x, int{bits}_t *y)\n{{\n    int64_t from[{}], to[{}];\n",
            inputs.len(),
            outputs.len()
        );
        for (i, p) in inputs.iter().enumerate() {
            text.push_str(&writer.steps(
                &[requantize(p.element.frac, p.code)],
                format!("(int64_t)x[{i}]"),
                &format!("from[{i}]"),
            ));
        }
        let _ = writeln!(text, "    {name}_run(from, to);");
        for (i, output) in outputs.iter().enumerate() {
            // A class is a small index.
            if output.meaning != Meaning::Class {
                let p = port(&output.format);
                let (value, y) = (format!("to[{i}]"), format!("to[{i}]"));
                text.push_str(&writer.steps(&[requantize(p.code.frac, p.element)], value, &y));
            }
            let _ = writeln!(text, "    y[{i}] = (int{bits}_t)to[{i}];");
        }
        text + "}\n"
    }
}

/// The exponent of the least power of two above every value's magnitude (that of the least code may equal it).
fn full_scale(f: Format) -> i32 {
    f.width as i32 - i32::from(f.signed) - f.frac
}
