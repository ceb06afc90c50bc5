//! What comes out of scores, as a C function: classes, or probabilities.

use super::layers::Writer;
use super::text::{list, literal};
use crate::export::steps;
use crate::num::Format;
use crate::plan::{Argmax, Softmax};

impl Writer<'_> {
    /// The function `decide` of the scores in `s`: every score in units of the finest, so that codes compare like values.
    /// Returns the bytes of its arrays.
    pub(super) fn decide(&mut self, argmax: &Argmax, scores: &[Format]) -> usize {
        if argmax.is_plain() {
            self.decide_class(scores);
            return 0;
        }
        self.decide_several(argmax, scores);
        16 * argmax.kept()
    }

    /// One class, returned.
    fn decide_class(&mut self, scores: &[Format]) {
        let body = match scores.len() {
            1 => "    return s[0] > 0;\n".into(),
            n => {
                let units = self.units(scores);
                let first = self.constants.read(64, "unit[0]", self.used);
                let each = self.constants.read(64, "unit[i]", self.used);
                format!(
                    "{units}    int64_t best = s[0] * {first};\n    \
                     int i, index = 0;\n    for (i = 1; i < {n}; i++) {{\n        \
                     const int64_t v = s[i] * {each};\n        if (v > best) {{\n            best = v;\n            \
                     index = i;\n        }}\n    }}\n    return index;\n"
                )
            }
        };
        self.out.push_str(
            "/* The largest score's index; of equal ones the lowest. One score is compared with 0. */\n",
        );
        self.out.push_str(&format!("static int64_t decide(const int64_t *s)\n{{\n{body}}}\n\n"));
    }

    /// What an [`Argmax`] with more outputs gives, into `y`. From the last class to the first: one that is not below those
    /// behind it stands before them, so that of equal ones the lower comes first.
    fn decide_several(&mut self, argmax: &Argmax, scores: &[Format]) {
        let (kept, count) = (argmax.kept(), Argmax::count(scores.len()));
        let (units, score) = self.scores(scores);
        let margin = match argmax.margin {
            true => format!("    y[{}] = best[0] - best[1];\n", argmax.top),
            false => String::new(),
        };
        self.out.push_str(&format!(
            "/* Indices of the largest scores in order, of equal ones the lower first{}. One score\n \
             * is compared with 0. */\n\
             static void decide(const int64_t *s, int64_t *y)\n{{\n{units}    int64_t best[{kept}], index[{kept}];\n    \
             int i, k;\n    for (k = 0; k < {kept}; k++) {{\n        best[k] = INT64_MIN;\n        index[k] = 0;\n    }}\n    \
             for (i = {count}; i-- > 0;) {{\n        int64_t v = {score}, at = i;\n        \
             for (k = 0; k < {kept}; k++) {{\n            if (v >= best[k]) {{\n                \
             const int64_t next = best[k], behind = index[k];\n                \
             best[k] = v;\n                index[k] = at;\n                v = next;\n                at = behind;\n            \
             }}\n        }}\n    }}\n    for (k = 0; k < {}; k++) {{\n        y[k] = index[k];\n    }}\n{margin}}}\n\n",
            if argmax.margin { "; then the first less the second" } else { "" },
            argmax.top
        ));
    }

    /// The function `shares` of the scores in `s`: their probabilities.
    pub(super) fn shares(&mut self, softmax: &Softmax, scores: &[Format]) {
        let (count, most) = (Argmax::count(scores.len()), softmax.format().max_code());
        let (units, score) = self.scores(scores);
        let steps = self.steps(&steps::share(softmax, scores), "most - y[i]".into(), "y[i]");
        let steps: String = steps.lines().map(|line| format!("    {line}\n")).collect();
        let each = format!("for (i = 0; i < {count}; i++) {{");
        self.out.push_str(&format!(
            "/* Probabilities: exp of how far each score is below the largest, over the sum of all. A single score\n \
             * is that of class 1. */\n\
             static void shares(const int64_t *s, int64_t *y)\n{{\n{units}    int64_t most = INT64_MIN, sum = 0;\n    \
             int i;\n    {each}\n        y[i] = {score};\n        if (y[i] > most) {{\n            most = y[i];\n        \
             }}\n    }}\n    {each}\n{steps}        sum += y[i];\n    }}\n    {each}\n        \
             y[i] = (y[i] * {} + sum) / (2 * sum);\n        if (y[i] > {most}) {{\n            y[i] = {most};\n        \
             }}\n    }}\n}}\n\n",
            literal(1 << (softmax.bits + 1)),
        ));
    }

    /// What declares the units of the scores, and the score of class `i` in the finest of them.
    fn scores(&mut self, scores: &[Format]) -> (String, String) {
        match scores.len() {
            1 => (String::new(), "i > 0 ? s[0] : 0".to_owned()),
            _ => (self.units(scores), format!("s[i] * {}", self.constants.read(64, "unit[i]", self.used))),
        }
    }

    /// The declaration of what brings each score to the finest point.
    fn units(&mut self, scores: &[Format]) -> String {
        self.weight_bytes += 8 * scores.len();
        let units: Vec<i64> = Argmax::shifts(scores).iter().map(|by| 1 << by).collect();
        let place = self.constants.place();
        format!("    static const int64_t unit[{}]{place} = {};\n", scores.len(), list(&units, 64))
    }
}
