//! Numbers as people read them.

/// The minus sign, as wide as a digit.
const MINUS: &str = "\u{2212}";

/// A space that keeps a number and its unit in one line.
const SPACE: &str = "\u{a0}";

/// A number in four significant digits; whole digits are never cut off below a million.
pub fn short(v: f64) -> String {
    digits(v, 4)
}

/// A number in so many significant digits.
pub fn digits(v: f64, significant: i32) -> String {
    let size = v.abs();
    if size == 0.0 || !v.is_finite() {
        return fixed(v, 0);
    }
    if !(1e-4..1e6).contains(&size) {
        return scientific(v, significant);
    }
    let places = (significant - 1 - size.log10().floor() as i32).max(0) as usize;
    let text = fixed(v, places);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// A number as a setting is written: all of its digits, no separators.
pub fn plain(v: f64) -> String {
    match v.abs() {
        0.0 => "0".into(),
        size if (1e-4..1e12).contains(&size) => format!("{v}"),
        _ => format!("{v:e}"),
    }
}

/// A number with so many digits behind the point, and a comma between thousands; a dash where it is not finite.
pub fn fixed(v: f64, places: usize) -> String {
    if !v.is_finite() {
        return "-".into();
    }
    let text = format!("{:.places$}", v.abs());
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(w, r)| (w, Some(r)));
    let zero = text.chars().all(|c| matches!(c, '0' | '.'));
    let sign = if v < 0.0 && !zero { MINUS } else { "" };
    let point = rest.map_or_else(String::new, |r| format!(".{r}"));
    format!("{sign}{}{point}", thousands(whole))
}

/// A mantissa and a power of ten.
fn scientific(v: f64, significant: i32) -> String {
    let places = (significant - 1).max(0) as usize;
    let text = format!("{:.places$e}", v.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mantissa = match mantissa.contains('.') {
        true => mantissa.trim_end_matches('0').trim_end_matches('.'),
        false => mantissa,
    };
    let sign = if v < 0.0 { MINUS } else { "" };
    match mantissa {
        "1" => format!("{sign}{}", power(exponent)),
        _ => format!("{sign}{mantissa}\u{202f}×\u{202f}{}", power(exponent)),
    }
}

/// A power of ten with its exponent raised.
pub fn power(exponent: &str) -> String {
    let raised = exponent.chars().map(|c| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '0' | '4'..='9' => char::from_u32(0x2070 + c.to_digit(10).unwrap_or(0)).unwrap_or(c),
        other => other,
    });
    format!("10{}", raised.collect::<String>())
}

/// Digits with a comma between thousands.
fn thousands(whole: &str) -> String {
    let digits = whole.chars().count();
    let mut text = String::new();
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (digits - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(c);
    }
    text
}

/// A count.
pub fn count(n: u64) -> String {
    thousands(&n.to_string())
}

/// A count with its noun, whose plural ends in s.
pub fn counted(n: u64, noun: &str) -> String {
    format!("{}{SPACE}{noun}{}", count(n), if n == 1 { "" } else { "s" })
}

/// A figure whose best value is 1, with so many digits that less than 1 does not look like it.
pub fn up_to_one(v: f64) -> String {
    let text = short(v);
    if text == "1" && v < 1.0 { fixed(v, ((1.0 - v).log10().abs().ceil() as usize).min(15)) } else { text }
}

/// A share in percent with two digits behind the point, or more where it would look like all of it.
pub fn percent(share: f64) -> String {
    let v = 100.0 * share;
    match v.abs() {
        size if (99.995..100.0).contains(&size) => {
            format!("{}{SPACE}%", fixed(v, ((100.0 - size).log10().abs().ceil() as usize).clamp(3, 13)))
        }
        0.0 => format!("0{SPACE}%"),
        size if size < 0.01 => format!("{}{SPACE}%", digits(v, 2)),
        _ => format!("{}{SPACE}%", fixed(v, 2)),
    }
}

/// A share in percent, in three digits: for figures beside others.
pub fn rough_percent(share: f64) -> String {
    format!("{}{SPACE}%", digits(100.0 * share, 3))
}

/// A number with its unit, if it has one.
pub fn with_unit(v: f64, unit: Option<&str>) -> String {
    unit.map_or_else(|| short(v), |unit| format!("{}{SPACE}{unit}", short(v)))
}

/// A time in seconds.
pub fn seconds(v: f64) -> String {
    format!("{}{SPACE}s", digits(v, 3))
}

/// A fixed-point format such as `s18.12`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Format {
    /// Whether codes are in two's complement.
    pub signed: bool,
    /// Bits of a code.
    pub width: i32,
    /// Bits behind the point; less than 0 where a step is more than 1.
    pub frac: i32,
}

impl Format {
    /// A format from its name.
    pub fn parse(text: &str) -> Option<Format> {
        let (signed, rest) = match text.strip_prefix('s') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('u')?),
        };
        let (width, frac) = rest.split_once('.')?;
        let (width, frac) = (width.parse().ok()?, frac.parse().ok()?);
        let sane = (1..=128).contains(&width) && (-256..=256).contains(&frac);
        sane.then_some(Format { signed, width, frac })
    }

    /// The value of one step.
    pub fn step(&self) -> f64 {
        2f64.powi(-self.frac)
    }

    /// The least and the largest code.
    pub fn codes(&self) -> (f64, f64) {
        match self.signed {
            true => (-(2f64.powi(self.width - 1)), 2f64.powi(self.width - 1) - 1.0),
            false => (0.0, 2f64.powi(self.width) - 1.0),
        }
    }

    /// The least and the largest value.
    pub fn range(&self) -> (f64, f64) {
        let (low, high) = self.codes();
        (low * self.step(), high * self.step())
    }

    /// The code of a value: rounded to the nearest, ties away from zero, and clamped.
    pub fn code(&self, v: f64) -> f64 {
        let (low, high) = self.codes();
        (v / self.step()).round().clamp(low, high)
    }
}
