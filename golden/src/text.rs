//! Words for messages.

use std::fmt::Display;

/// `1 input`, `2 inputs`: a number with its noun, whose plural ends in s.
pub fn count<N: Display + PartialEq + From<u8>>(n: N, noun: &str) -> String {
    let plural = if n == N::from(1) { "" } else { "s" };
    format!("{n} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn only_one_is_singular() {
        assert_eq!(count(1usize, "input"), "1 input");
        assert_eq!(count(0u32, "clock"), "0 clocks");
        assert_eq!(count(2i64, "neuron"), "2 neurons");
        assert_eq!(count(-1, "bit"), "-1 bits");
    }
}
