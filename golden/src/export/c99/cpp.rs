//! The same program for C++: a header around the C functions, with arrays whose sizes the compiler checks.

use super::Buffers;
use crate::num::Format;
use crate::plan::Plan;

/// `NAME.hpp`.
pub(super) fn header(plan: &Plan, buffers: Option<Buffers>) -> String {
    let (name, outputs) = (&plan.name, plan.output_formats());
    let (least, most) = (all(&plan.inputs, |f| f.min_code()), all(&plan.inputs, |f| f.max_code()));
    let guard = name.to_ascii_uppercase();
    let mut functions = function(name, "run", 64, "Output codes for input codes");
    if let Some(b) = buffers {
        let run = format!("run_{}", b.name());
        functions.push_str(&function(
            name,
            &run,
            b.bits(),
            &format!("Outputs for inputs in {} buffers", b.name()),
        ));
    }
    format!(
        "// {name}: integer model of a quantized network, for C++11 and later. See {name}.h; compile {name}.c along.\n\
         #ifndef {guard}_HPP\n#define {guard}_HPP\n\n#include \"{name}.h\"\n\n#include <array>\n#include <cstddef>\n#include <cstdint>\n\n\
         namespace {name} {{\n\n\
         constexpr std::size_t inputs = {};\nconstexpr std::size_t outputs = {};\n\n\
         // A value is code * 2^-fraction; the input codes lie from least to most.\n\
         constexpr std::array<int, inputs> input_fraction = {{{{{}}}}};\n\
         constexpr std::array<int, outputs> output_fraction = {{{{{}}}}};\n\
         constexpr std::array<std::int64_t, inputs> input_least = {{{{{least}}}}};\n\
         constexpr std::array<std::int64_t, inputs> input_most = {{{{{most}}}}};\n\n\
         {functions}}} // namespace {name}\n\n#endif\n",
        plan.inputs.len(),
        outputs.len(),
        all(&plan.inputs, |f| f.frac.into()),
        all(&outputs, |f| f.frac.into()),
    )
}

fn function(name: &str, run: &str, bits: u32, what: &str) -> String {
    let array = |count: &str| format!("std::array<std::int{bits}_t, {count}>");
    let (x, y) = (array("inputs"), array("outputs"));
    format!(
        "// {what}.\ninline {y} {run}(const {x} &x)\n{{\n    {y} y{{}};\n    ::{name}_{run}(x.data(), y.data());\n    return y;\n}}\n\n"
    )
}

fn all(formats: &[Format], part: impl Fn(&Format) -> i64) -> String {
    formats.iter().map(|f| part(f).to_string()).collect::<Vec<_>>().join(", ")
}
