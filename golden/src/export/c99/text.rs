//! Constants and arrays as C text.

use std::fmt::Write;

/// A constant of type `int64_t`, in parentheses where it is negative.
pub(super) fn literal(v: i64) -> String {
    match v {
        // C has no negative constants: this one would be the negation of a number that does not fit.
        i64::MIN => "(-INT64_C(9223372036854775807) - 1)".into(),
        _ if v < 0 => format!("(-INT64_C({}))", v.unsigned_abs()),
        _ => format!("INT64_C({v})"),
    }
}

/// Values between braces, wrapped; each as a plain constant of its array's type.
pub(super) fn list(values: &[i64], bits: u32) -> String {
    let mut text = String::from("{");
    let mut column = 1;
    for (i, &v) in values.iter().enumerate() {
        let value = match bits {
            // The least 32-bit number, too, would be the negation of one that does not fit an int.
            64 => literal(v),
            32 if v == i64::from(i32::MIN) => "(-2147483647 - 1)".into(),
            _ => v.to_string(),
        };
        if i > 0 {
            text.push(',');
            column += 1;
            if column + value.len() > 100 {
                text.push_str("\n     ");
                column = 5;
            } else {
                text.push(' ');
                column += 1;
            }
        }
        column += value.len();
        // Writing to a string cannot fail.
        let _ = write!(text, "{value}");
    }
    text.push('}');
    text
}
