//! Expressions: what they read. What they compute is for the simulators to say.

use super::Refusal;
use super::lexer::Kind;
use super::module::{Module, Sort};
use super::parser::Parser;

/// Operators between two operands. No division, no power, no comparison of `x`.
const BINARY: &[&str] = &[
    "+", "-", "*", "&", "|", "^", "~^", "==", "!=", "<", ">", "<=", ">=", "<<", ">>", "<<<", ">>>", "&&",
    "||",
];

/// Operators before one.
const UNARY: &[&str] = &["~", "-", "+", "!", "&", "|", "^", "~&", "~|", "~^"];

/// The most brackets and operators within one another.
const DEEPEST: u32 = 200;

/// The widest literal.
const WIDEST: u32 = 1 << 12;

/// Reads an expression; every name in it must be declared, and every selected bit be there.
pub(super) fn expression(p: &mut Parser, m: &Module) -> Result<(), Refusal> {
    choice(p, m, 0)
}

fn choice(p: &mut Parser, m: &Module, depth: u32) -> Result<(), Refusal> {
    if depth > DEEPEST {
        return p.refuse("an expression nested too deeply");
    }
    unary(p, m, depth)?;
    while BINARY.contains(&p.look(0)) {
        p.next();
        unary(p, m, depth)?;
    }
    if p.take("?") {
        choice(p, m, depth + 1)?;
        p.expect(":")?;
        choice(p, m, depth + 1)?;
    }
    Ok(())
}

fn unary(p: &mut Parser, m: &Module, depth: u32) -> Result<(), Refusal> {
    while UNARY.contains(&p.look(0)) {
        p.next();
    }
    let Some(token) = p.peek() else { return p.refuse("the end of the file within an expression") };
    match (token.kind, token.text) {
        (Kind::Number, text) => {
            p.next();
            literal(text).map_err(|problem| Refusal::at(token.line, problem))
        }
        (Kind::Word, _) => operand(p, m, depth),
        (Kind::System, "$signed" | "$unsigned") => {
            p.next();
            grouped(p, m, depth)
        }
        (Kind::Mark, "(") => grouped(p, m, depth),
        (Kind::Mark, "{") => beside(p, m, depth),
        (_, text) => p.refuse(format!("`{text}` where generated Verilog has a value")),
    }
}

fn grouped(p: &mut Parser, m: &Module, depth: u32) -> Result<(), Refusal> {
    p.expect("(")?;
    choice(p, m, depth + 1)?;
    p.expect(")")
}

/// `{a, b}` or `{4{a}}`.
fn beside(p: &mut Parser, m: &Module, depth: u32) -> Result<(), Refusal> {
    p.expect("{")?;
    if p.look(1) == "{" && p.peek().is_some_and(|t| t.kind == Kind::Number) {
        let line = p.line();
        let times = p.integer()?;
        if !(1..=WIDEST).contains(&times) {
            return Err(Refusal::at(line, format!("a value repeated {times} times")));
        }
        beside(p, m, depth + 1)?;
        return p.expect("}");
    }
    loop {
        choice(p, m, depth + 1)?;
        if !p.take(",") {
            return p.expect("}");
        }
    }
}

/// A signal, some of its bits, or a word of a memory.
fn operand(p: &mut Parser, m: &Module, depth: u32) -> Result<(), Refusal> {
    let line = p.line();
    let name = p.name()?;
    let Some(signal) = m.signal(name) else {
        // The results of shared modules are read above their instances: tools check such bits' places.
        if m.is_anywhere(name) {
            return if p.look(0) == "[" { selected(p, name, u32::MAX).map(|_| ()) } else { Ok(()) };
        }
        return Err(Refusal::at(line, format!("`{name}` is not declared before its use")));
    };
    if m.is_clock(name) {
        return Err(Refusal::at(line, format!("the clock `{name}` used as a value")));
    }
    if signal.depth.is_some() {
        p.expect("[")?;
        choice(p, m, depth + 1)?;
        return p.expect("]");
    }
    if signal.sort == Sort::Output {
        return Err(Refusal::at(line, format!("the output `{name}` is read")));
    }
    if p.look(0) == "[" {
        selected(p, name, signal.width)?;
    }
    Ok(())
}

/// `[5]` or `[5:2]` of a signal: the lowest bit and how many.
pub(super) fn selected(p: &mut Parser, name: &str, width: u32) -> Result<(u32, u32), Refusal> {
    let line = p.line();
    p.expect("[")?;
    let hi = p.integer()?;
    let lo = if p.take(":") { p.integer()? } else { hi };
    p.expect("]")?;
    if lo > hi || hi >= width {
        let problem = format!("`{name}[{hi}:{lo}]`, but `{name}` has {width} bits");
        return Err(Refusal::at(line, problem));
    }
    Ok((lo, hi - lo + 1))
}

/// A sized number whose digits fit, without `x` and `z`.
pub(super) fn literal(text: &str) -> Result<(), String> {
    let refused = |why: &str| Err(format!("the number `{text}`: {why}"));
    let Some((size, rest)) = text.split_once('\'') else { return refused("it has no size") };
    let plain = !size.is_empty() && size.bytes().all(|b| b.is_ascii_digit());
    let Some(size) = plain.then(|| size.parse::<u32>().ok()).flatten().filter(|s| (1..=WIDEST).contains(s))
    else {
        return refused("its size");
    };
    let rest = rest.strip_prefix('s').unwrap_or(rest);
    let (Some(base), Some(digits)) = (rest.get(..1), rest.get(1..).filter(|d| !d.is_empty())) else {
        return refused("it has no digits");
    };
    let (radix, bits) = match base {
        "d" => (10, digits.parse::<u128>().ok().map(|v| 128 - v.leading_zeros())),
        "h" | "b" => {
            let (radix, each) = if base == "h" { (16, 4) } else { (2, 1) };
            let significant = digits.trim_start_matches('0');
            let first = significant.get(..1).and_then(|d| u32::from_str_radix(d, radix).ok());
            let bits = |first: u32| (significant.len() as u32 - 1) * each + 32 - first.leading_zeros();
            (radix, Some(first.map_or(0, bits)))
        }
        _ => return refused("its base"),
    };
    match bits {
        Some(bits) if digits.chars().all(|c| c.is_digit(radix)) && bits <= size => Ok(()),
        Some(_) if digits.chars().all(|c| c.is_digit(radix)) => refused("its digits do not fit its size"),
        _ => refused("its digits"),
    }
}
