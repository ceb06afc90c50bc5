//! Codes of names, formats, functions and tables.

use crate::approx::{ApproxError, TableError};
use crate::data::NamesError;
use crate::faults;
use crate::func::{FunctionError, ParseError};
use crate::names::NameError;
use crate::num::FormatError;

faults! {
    "Names of designs", NameError {
        101 Self::Shape { .. } => "a name that is no plain word",
            "The name of a design becomes that of a Verilog module, of C functions and of files.",
            "plan.json: /name = \"my-net\"",
            "Use a letter, then letters, digits or single `_`, at most 64 in all.";
        102 Self::Capitals { .. } => "a name with capitals",
            "VHDL, C's include guards and some file systems do not tell capitals, so that two designs \
             could meet.",
            "plan.json: /name = \"Net\"",
            "Use small letters; the message has a name that could be.";
        103 Self::Taken { .. } => "a name that means something else",
            "The word is a keyword, a header or a port in one of the languages that a design is written in.",
            "plan.json: /name = \"module\"",
            "Use another name; the message has one.";
    }
}

faults! {
    "Names of inputs and outputs", NamesError {
        111 Self::Count { .. } => "not one name for each input or output",
            "Names are matched by their position.",
            "plan.json: /names = {\"inputs\": [\"a\"], \"outputs\": []}",
            "Give one name each, or none.";
        112 Self::Letters { .. } => "a name without visible letters",
            "Names of inputs and outputs stand in reports and in comments of generated files.",
            "plan.json: /names = {\"inputs\": [\"a\", \"\"], \"outputs\": []}",
            "Give visible letters.";
    }
}

faults! {
    "Fixed-point formats", FormatError {
        201 Self::Width(_) => "a width that no format has",
            "Codes have 2 to 48 bits: wider ones would leave the exact 63-bit integers behind them.",
            "$ gainstage table explain --function tanh --from s60.4 --to s8.4",
            "Use 2 to 48 bits.";
        202 Self::Frac(_) => "a binary point too far away",
            "The point is at most 64 bits from the code, on either side.",
            "$ gainstage table explain --function tanh --from s8.400 --to s8.4",
            "Use fewer fraction bits, or scale the values.";
        203 Self::Text(_) => "a text that is no format",
            "Formats are written as s18.12 or u18.12: the sign, the width, the bits behind the point.",
            "$ gainstage table explain --function tanh --from 18.12 --to s8.4",
            "Write s for signed or u for unsigned, the width, a point, and the fraction bits.";
    }
}

faults! {
    "Functions", FunctionError {
        211 Self::NotFinite { .. } => "a parameter that is not finite",
            "A slope or a weight that is NaN or infinite defines no function.",
            "$ gainstage table explain --function 'psoftplus(inf)' --from s8.4 --to s8.4",
            "Use a finite number.";
        212 Self::Formula { .. } => "a formula that is no expression",
            "The text in braces cannot be read as an expression of x. The message names the character.",
            "$ gainstage table explain --function '{x*}' --from s8.4 --to s8.4",
            "Correct the expression there.";
        213 Self::Domain { .. } => "a domain that is no interval",
            "The part of the axis of a formula is given as lo:hi.",
            "$ gainstage table explain --function '{ln(x), 4:0.1}' --from s8.4 --to s8.4",
            "Give two finite numbers, the smaller first.";
        214 Self::Constant(_) => "an attenuator's b that is not above zero",
            "The attenuator computes h/(h²+b), which has no bound where b is 0 or negative.",
            "model.json: /network/layers/0/neurons/1/kind/attenuating/b = 0",
            "Use a finite number above zero; 1 is usual.";
        215 Self::Lengths { .. } => "a learned activation without enough points",
            "A learned activation is a curve through points: at least two, one ordinate each.",
            "model.json: /network/layers/0/neurons/0/activation = {\"learned\": {\"interpolation\": \
             \"linear\", \"nodes\": [0], \"ordinates\": [1]}}",
            "Give at least two nodes and one ordinate each.";
        216 Self::Order { .. } => "nodes that do not increase",
            "The nodes of a learned activation cut the axis from left to right.",
            "model.json: /network/layers/0/neurons/0/activation = {\"learned\": {\"interpolation\": \
             \"linear\", \"nodes\": [1, 0], \"ordinates\": [0, 0]}}",
            "Sort the nodes, and remove those that stand twice.";
        217 Self::Point { .. } => "a point that is not finite",
            "A node or an ordinate is NaN or infinite.",
            "(library) a Learned with an infinite ordinate; JSON has no such numbers",
            "Use a finite number.";
        218 Self::Steep { .. } => "a step that is too steep",
            "The difference or the slope between two neighbouring points leaves the numbers.",
            "model.json: /network/layers/0/neurons/0/activation = {\"learned\": {\"interpolation\": \
             \"linear\", \"nodes\": [0, 1e-300], \"ordinates\": [-1e300, 1e300]}}",
            "Move the nodes apart, or their ordinates closer.";
    }
}

faults! {
    "Functions as text", ParseError {
        221 Self::Activation(_) => "a text that is no activation",
            "There is no activation of this name.",
            "$ gainstage table explain --function softmax --from s8.4 --to s8.4",
            "Use one of those in the message, or an expression in braces.";
        222 Self::Kind(_) => "a text that is no kind of neuron",
            "A neuron is ordinary, amplifying or attenuating.",
            "$ gainstage table explain --function 'tanh*squaring' --from s8.4 --to s8.4",
            "Use one of those in the message.";
        223 Self::Parameter { .. } => "a parameter that cannot be read",
            "What stands in the parentheses or braces is no number, or the name takes none.",
            "$ gainstage table explain --function 'psoftplus(a)' --from s8.4 --to s8.4",
            "Correct the parameter as the message says.";
        via Self::Value(e) => e.code();
    }
}

faults! {
    "Tables", TableError {
        231 Self::Width { .. } => "a table's format that is too wide",
            "Tables are certified by running every input code: at most 24 bits in, and 40 out so that a \
             double can tell half an ulp.",
            "$ gainstage table explain --function tanh --from s30.20 --to s8.4",
            "Use a narrower format.";
        232 Self::Value { .. } => "a number of a table out of range",
            "A shift, a guard, a slope or an address of a table is beyond what a circuit has.",
            "plan.json: /tables/0/guard = 99",
            "Use a value as the message says, or quantize again.";
        233 Self::Row { .. } => "a segment with too few or too many coefficients",
            "A polynomial of n Horner steps has n + 1 coefficients.",
            "plan.json: /tables/0/segments/0 = [1]",
            "Give each segment as many coefficients as the message says.";
        234 Self::Segments { .. } => "segments that no argument reaches",
            "The table has more segments than its argument can address.",
            "plan.json: /tables/0/segment_bits = 8",
            "Remove the rest, or quantize again.";
        235 Self::Lowest => "`lowest` where it has no meaning",
            "Only a signed argument that is folded has a most negative code without a mirror image.",
            "plan.json: /tables/0 += {\"fold\": \"offset\", \"lowest\": 0}",
            "Remove `lowest`.";
        236 Self::Enclosure { .. } => "a value whose digits cancel",
            "The certificate needs an interval that holds the real value, and even thousands of bits do \
             not give one.",
            "(formula) one whose digits cancel at every precision, so that no interval decides it",
            "Write the formula without the difference of near numbers, or give it a domain without that \
             point.";
        237 Self::Digits { .. } => "too many values need more digits than a double has",
            "The certificate would take too long.",
            "(formula) differences of near numbers at wide formats, such as {(1+x*1e-14)-1} at 20 bits",
            "Write the formula without differences of near numbers, or use a narrower input format.";
        238 Self::Between { .. } => "a formula with a pole or a jump",
            "Between two codes the function is not continuous, and a table there would be an invention.",
            "$ gainstage table explain --function '{1/(x-0.03)}' --from s8.4 --to s8.4",
            "Give the formula a domain without it.";
        239 Self::Overflow { .. } => "an intermediate that is too wide",
            "C99's int64_t must be able to follow every intermediate: 63 bits.",
            "plan.json: /tables/0/segments/0/1 = 4611686018427387904",
            "Lower the guard bits, the slope or the shifts, or quantize again.";
        via Self::Function(e) => e.code();
    }
}

faults! {
    "Approximations", ApproxError {
        241 Self::Demand { .. } => "a demand that makes no sense",
            "The limit of the error, the degree or the number of segments is beyond what is searched.",
            "(library) approximate with a Demand of degree 9",
            "Use a value as the message says.";
        242 Self::Rounding { .. } => "an error smaller than that of rounding",
            "Even the correctly rounded result of the formats is further away than what is demanded.",
            "(library) approximate with a Demand of max_ulp 0.1",
            "Demand no less than the message says.";
        243 Self::Undefined { .. } => "a function that is not defined at a code",
            "The formula is NaN or infinite at a code of the input format.",
            "$ gainstage table explain --function '{1/x}' --from s8.4 --to s8.4",
            "Give the formula a domain without that point, or use an input format that does not reach it.";
        244 Self::Domain { .. } => "a domain beyond the input format",
            "The ends of the domain must be among the input format's values.",
            "$ gainstage table explain --function '{ln(x), 1:1000}' --from s8.4 --to s8.4",
            "Use fewer fraction bits, or a smaller domain.";
        245 Self::Asymptote { .. } => "an asymptote that is too wide",
            "The straight part of the function needs more bits at the output's precision than a table has.",
            "(library) approximate softplus from s24.-20 to s40.36",
            "Use fewer fraction bits for the output, or a smaller range of the argument.";
        246 Self::Unmet(_) => "a demand that no table meets",
            "All tables of the allowed degrees and sizes are further away.",
            "(library) approximate tanh from s14.10 to s16.14 with degree 0 and a Demand of 0.51 ulp",
            "Do as the message says: another degree, a narrower output, or a larger error.";
        via Self::Function(e) => e.code();
        via Self::Table(e) => e.code();
    }
}
