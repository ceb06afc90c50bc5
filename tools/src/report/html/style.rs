//! The style sheet, which stands in the page: nothing is fetched.

/// Rules for light, dark, paper and phones.
pub const CSS: &str = include_str!("style.css");
