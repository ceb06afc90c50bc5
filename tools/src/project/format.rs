//! Formats as people write them.

use gainstage_golden::num::Format;

/// Reads a format written as `s18.12`.
pub fn parse_format(text: &str) -> Result<Format, String> {
    let cure =
        || format!("{text:?} is no format: write s18.12 (signed, 18 bits, 12 behind the point) or u18.12");
    let (signed, rest) = match text.split_at_checked(1) {
        Some(("s", rest)) => (true, rest),
        Some(("u", rest)) => (false, rest),
        _ => return Err(cure()),
    };
    let (width, frac) = rest.split_once('.').ok_or_else(cure)?;
    let (width, frac) = width.parse().ok().zip(frac.parse().ok()).ok_or_else(cure)?;
    Format::new(signed, width, frac).map_err(|e| e.to_string())
}
