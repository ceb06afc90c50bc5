//! JSON that may lack anything: a field that is missing or of another type is none.

use serde_json::Value;

/// Largest number that is shown: differences and squares of greater ones may be infinite.
const LARGEST: f64 = 1e150;

/// A number, if it is one and can be drawn.
pub fn float(value: &Value) -> Option<f64> {
    value.as_f64().filter(|v| v.abs() < LARGEST)
}

/// The number at a pointer.
pub fn number(value: &Value, pointer: &str) -> Option<f64> {
    value.pointer(pointer).and_then(float)
}

/// The count at a pointer, also where it was written with a point.
pub fn count(value: &Value, pointer: &str) -> Option<u64> {
    let found = value.pointer(pointer)?;
    let whole = |v: &f64| v.fract() == 0.0 && (0.0..9e15).contains(v);
    found.as_u64().or_else(|| found.as_f64().filter(whole).map(|v| v as u64))
}

/// The yes or no at a pointer.
pub fn flag(value: &Value, pointer: &str) -> Option<bool> {
    value.pointer(pointer).and_then(Value::as_bool)
}

/// The text at a pointer, if it is not empty.
pub fn text(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer).and_then(Value::as_str).map(clean).filter(|t| !t.is_empty())
}

/// The elements of the array at a pointer; none where there is no array.
pub fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The texts in the array at a pointer.
pub fn texts(value: &Value, pointer: &str) -> Vec<String> {
    list(value, pointer).iter().filter_map(Value::as_str).map(clean).collect()
}

/// The rows of numbers at a pointer; NaN stands for what is no number.
pub fn rows(value: &Value, pointer: &str) -> Vec<Vec<f64>> {
    let row = |row: &Value| match row.as_array() {
        Some(cells) => cells.iter().map(|v| float(v).unwrap_or(f64::NAN)).collect(),
        None => Vec::new(),
    };
    list(value, pointer).iter().map(row).collect()
}

/// The fields of the object at a pointer as names and short texts, for tables of settings.
pub fn fields(value: &Value, pointer: &str) -> Vec<(String, String)> {
    let object = value.pointer(pointer).and_then(Value::as_object);
    let all = object.into_iter().flatten().map(|(k, v)| (clean(k), shown(v)));
    all.filter(|(_, text)| !text.is_empty()).collect()
}

/// A value as people write it: texts without quotes, numbers in four digits, lists with commas.
fn shown(value: &Value) -> String {
    let inner = |v: &Value| match v {
        Value::String(text) => clean(text),
        Value::Number(_) => float(v).map_or_else(|| "-".into(), super::number::plain),
        Value::Null => "-".into(),
        other => clean(&other.to_string()),
    };
    match value {
        Value::Array(all) => all.iter().map(inner).collect::<Vec<_>>().join(", "),
        Value::Object(all) => {
            let pairs = all.iter().map(|(k, v)| format!("{} {}", clean(k), inner(v)));
            pairs.collect::<Vec<_>>().join(", ")
        }
        one => inner(one),
    }
}

/// A text without what neither HTML nor XML has, and without marks that turn the direction of writing.
pub fn clean(text: &str) -> String {
    let fit = |c: char| match c {
        '\n' | '\t' | '\r' => ' ',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(fit).collect()
}
