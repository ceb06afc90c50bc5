//! Numbers and times in words, for people.

/// A time, for people.
pub fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 99.5 => format!("{s:.0} s"),
        s if s < 5970.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}

/// A figure in six decimals, or, where those would not show it, in four digits with an exponent.
pub fn brief(v: f64) -> String {
    match v.abs() {
        0.0 => "0".to_owned(),
        a if (1e-3..1e7).contains(&a) => format!("{v:.6}"),
        _ => format!("{v:.3e}"),
    }
}
