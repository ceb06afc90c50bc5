//! The decision between scores as a Rust function.

use crate::num::Format;
use crate::plan::Argmax;

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
    let values = match count {
        1 => "[(0, 0), (1, s[0])]".to_owned(),
        _ => {
            let value = |(i, by): (usize, u32)| match by {
                0 => format!("({i}, s[{i}])"),
                by => format!("({i}, s[{i}] << {by})"),
            };
            let all: Vec<String> = Argmax::shifts(scores).into_iter().enumerate().map(value).collect();
            format!("[{}]", all.join(", "))
        }
    };
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
