//! Reading waveforms back.

use crate::SimError;
use crate::cycles::UNKNOWN;
use gainstage_golden::num::Format;
use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use vcd::{Command, IdCode, Scope, ScopeItem, Value};

/// A signal whose value is wanted.
pub(crate) struct Wanted<'a> {
    /// Instances and signal below the top module, with `.` between.
    pub(crate) signal: &'a str,
    pub(crate) format: Format,
    /// The moment, in the file's units.
    pub(crate) time: u64,
}

/// The codes of `wanted` in a VCD file: the outer `None` if the file lacks the signal or ends before that
/// time, [`UNKNOWN`] if the value has unknown bits. `top` is the name of the scope that signals are below.
pub(crate) fn read(path: &Path, top: &str, wanted: &[Wanted]) -> Result<Vec<Option<i64>>, SimError> {
    let file = File::open(path).map_err(SimError::reading(path))?;
    let format = |e: std::io::Error| SimError::Format { path: path.to_path_buf(), problem: e.to_string() };
    let mut parser = vcd::Parser::new(BufReader::new(file));
    let header = parser.parse_header().map_err(format)?;
    let Some(top) = header.items.iter().find_map(|item| scope(item, top)) else {
        return Ok(vec![None; wanted.len()]);
    };
    let mut by_id: HashMap<IdCode, Vec<usize>> = HashMap::new();
    for (i, w) in wanted.iter().enumerate() {
        if let Some(id) = variable(top, w.signal) {
            by_id.entry(id).or_default().push(i);
        }
    }
    let mut codes = vec![None; wanted.len()];
    let mut now = 0;
    let last = wanted.iter().map(|w| w.time).max().unwrap_or(0);
    for command in parser {
        let (id, bits) = match command.map_err(format)? {
            Command::Timestamp(time) => {
                now = time;
                if now > last {
                    break;
                }
                continue;
            }
            Command::ChangeScalar(id, bit) => (id, vec![bit]),
            Command::ChangeVector(id, bits) => (id, bits.iter().collect()),
            _ => continue,
        };
        for &i in by_id.get(&id).into_iter().flatten() {
            if now <= wanted[i].time {
                codes[i] = Some(code(&bits, wanted[i].format));
            }
        }
    }
    Ok(codes.into_iter().zip(wanted).map(|(code, w)| code.filter(|_| now >= w.time)).collect())
}

fn scope<'a>(item: &'a ScopeItem, name: &str) -> Option<&'a Scope> {
    let ScopeItem::Scope(scope) = item else { return None };
    if scope.identifier == name {
        return Some(scope);
    }
    scope.items.iter().find_map(|inner| self::scope(inner, name))
}

fn variable(top: &Scope, signal: &str) -> Option<IdCode> {
    let mut here = top;
    let mut parts = signal.split('.').peekable();
    while let Some(part) = parts.next() {
        let last = parts.peek().is_none();
        let found = here.items.iter().find_map(|item| match item {
            ScopeItem::Var(v) if last && v.reference == part => Some(Err(v.code)),
            ScopeItem::Scope(s) if !last && s.identifier == part => Some(Ok(s)),
            _ => None,
        });
        match found? {
            Ok(scope) => here = scope,
            Err(id) => return Some(id),
        }
    }
    None
}

/// Bits, the highest first; leading zeros (or leading `x`) may be left out.
fn code(bits: &[Value], format: Format) -> i64 {
    if bits.iter().any(|b| matches!(b, Value::X | Value::Z)) {
        return UNKNOWN;
    }
    let raw = bits.iter().fold(0i64, |v, b| v << 1 | i64::from(*b == Value::V1));
    let unused = 64 - format.width;
    let left = raw << unused;
    if format.signed { left >> unused } else { (left as u64 >> unused) as i64 }
}
