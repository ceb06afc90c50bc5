//! What comes out of scores, as a Rust function: classes, or probabilities.

use crate::num::Format;
use crate::plan::{Argmax, Softmax};

/// The function `decide`: every score in units of the finest, so that codes compare like values.
pub(super) fn text(argmax: &Argmax, scores: &[Format]) -> String {
    if argmax.is_plain() { one(scores) } else { several(argmax, scores) }
}

/// One class.
fn one(scores: &[Format]) -> String {
    let count = scores.len();
    let body = if count == 1 {
        "    i64::from(s[0] > 0)\n".to_owned()
    } else {
        format!(
            "    let shifts: [u32; {count}] = {:?};\n    let mut best = (0, i64::MIN);\n    \
             for (i, (&s, by)) in (0..).zip(s.iter().zip(shifts)) {{\n        \
             if s << by > best.1 {{\n            best = (i, s << by);\n        }}\n    }}\n    best.0\n",
            Argmax::shifts(scores)
        )
    };
    format!(
        "/// The largest score's index; of equal ones the lowest. One score is compared with 0.\n\
         fn decide(s: &[i64; {count}]) -> i64 {{\n{body}}}\n"
    )
}

/// What an [`Argmax`] with more outputs gives.
fn several(argmax: &Argmax, scores: &[Format]) -> String {
    let (kept, count) = (argmax.kept(), scores.len());
    let values: Vec<String> =
        values(scores).into_iter().enumerate().map(|(i, value)| format!("({i}, {value})")).collect();
    let values = format!("[{}]", values.join(", "));
    let mut outputs: Vec<String> = (0..argmax.top).map(|k| format!("best[{k}].0")).collect();
    outputs.extend(argmax.margin.then(|| "best[0].1 - best[1].1".to_owned()));
    format!(
        "/// Indices of the largest scores in order, of equal ones the lower first{}.\n\
         /// One score is compared with 0.\n\
         fn decide(s: &[i64; {count}]) -> [i64; OUTPUTS] {{\n    \
         let values: [(i64, i64); {}] = {values};\n    let mut best = [(0, i64::MIN); {kept}];\n    \
         // From the last class to the first: one that is not below those behind it stands before them.\n    \
         for mut value in values.into_iter().rev() {{\n        for held in &mut best {{\n            \
         if value.1 >= held.1 {{\n                core::mem::swap(&mut value, held);\n            }}\n        \
         }}\n    }}\n    [{}]\n}}\n",
        if argmax.margin { "; then the first less the second" } else { "" },
        Argmax::count(count),
        outputs.join(", ")
    )
}

/// The function `shares`: probabilities. `share` is the expression of a share of a value `v` and the largest, `most`.
pub(super) fn shares(softmax: &Softmax, scores: &[Format], share: &str) -> String {
    let values = values(scores);
    format!(
        "/// Probabilities: exp of how far each score is below the largest, over the sum of all. A single score is that\n\
         /// of class 1.\n\
         fn shares(s: &[i64; {}]) -> [i64; OUTPUTS] {{\n    let values: [i64; {}] = [{}];\n    \
         let most = values.into_iter().fold(i64::MIN, i64::max);\n    let parts = values.map(|v| {share});\n    \
         let sum: i64 = parts.iter().sum();\n    \
         parts.map(|part| clamp(((part << {}) + sum).checked_div(2 * sum).unwrap_or(0), 0, {}))\n}}\n",
        scores.len(),
        values.len(),
        values.join(", "),
        softmax.bits + 1,
        softmax.format().max_code()
    )
}

/// Expressions of what is compared, for each class.
fn values(scores: &[Format]) -> Vec<String> {
    if scores.len() == 1 {
        return vec!["0".into(), "s[0]".into()];
    }
    let value = |(i, by): (usize, u32)| if by == 0 { format!("s[{i}]") } else { format!("s[{i}] << {by}") };
    Argmax::shifts(scores).into_iter().enumerate().map(value).collect()
}
