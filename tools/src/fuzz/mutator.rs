//! Broken files out of sound ones.

use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The longest input: readers are linear in it, and many short inputs find more than few long ones.
const LONGEST: usize = 1 << 16;

/// Numbers that are at the edge of something.
const NUMBERS: &[&str] = &[
    "0",
    "-1",
    "1",
    "2",
    "48",
    "49",
    "63",
    "64",
    "65",
    "127",
    "128",
    "255",
    "256",
    "4096",
    "65536",
    "16777216",
    "2147483647",
    "2147483648",
    "4294967295",
    "-2147483648",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "1e308",
    "1e999",
    "-1e999",
    "1e-320",
    "NaN",
    "inf",
    "null",
    "true",
    "\"x\"",
    "[]",
    "{}",
];

/// Pieces that parsers stumble over.
const PIECES: &[&str] = &[
    "[",
    "]",
    "{",
    "}",
    "\"",
    "\\",
    "\u{feff}",
    "\0",
    "\r",
    "\n",
    ",",
    ":",
    ";",
    "..",
    "=",
    "@",
    "--",
    "%",
    "/*",
    "*/",
    "//",
    "'",
    "é",
    "[[",
    "[0..ffffff]:0;",
    "@fffffff",
    "END;",
];

/// A source of inputs: the same name and seeds give the same ones.
pub struct Mutator {
    rng: ChaCha8Rng,
    seeds: Vec<Vec<u8>>,
}

/// A short name for an input (FNV-1a).
pub fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |h, &b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

impl Mutator {
    pub fn new(name: &str, seeds: Vec<Vec<u8>>) -> Mutator {
        Mutator { rng: ChaCha8Rng::seed_from_u64(hash(name.as_bytes())), seeds }
    }

    /// The next input: a seed with one to eight changes.
    pub fn input(&mut self) -> Vec<u8> {
        let mut input = self.seeds.choose(&mut self.rng).cloned().unwrap_or_default();
        let changes = 1 << self.rng.random_range(0..=3);
        for _ in 0..self.rng.random_range(1..=changes) {
            self.change(&mut input);
        }
        input.truncate(LONGEST);
        input
    }

    fn place(&mut self, input: &[u8]) -> usize {
        self.rng.random_range(0..=input.len())
    }

    /// A range of at most `most` bytes.
    fn range(&mut self, input: &[u8], most: usize) -> std::ops::Range<usize> {
        let start = self.place(input);
        start..(start + self.rng.random_range(0..=most)).min(input.len())
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        match self.rng.random_range(0..10) {
            0 if !input.is_empty() => {
                let at = self.rng.random_range(0..input.len());
                input[at] ^= 1 << self.rng.random_range(0..8);
            }
            1 if !input.is_empty() => {
                let at = self.rng.random_range(0..input.len());
                input[at] = *[0, 1, 0x7f, 0x80, 0xff].choose(&mut self.rng).unwrap_or(&0);
            }
            2 => {
                let range = self.range(input, 64);
                input.drain(range);
            }
            3 => {
                let range = self.range(input, 256);
                let (copy, at) = (input[range].to_vec(), self.place(input));
                input.splice(at..at, copy);
            }
            4 => {
                let at = self.place(input);
                let piece = *PIECES.choose(&mut self.rng).unwrap_or(&"");
                // Deep nesting shows recursion without a limit.
                let times = if self.rng.random_range(0..8) == 0 { 10_000 } else { 1 };
                input.splice(at..at, piece.bytes().cycle().take(piece.len() * times));
            }
            5 => {
                let other = self.seeds.choose(&mut self.rng).cloned().unwrap_or_default();
                let (from, to) = (self.range(&other, 512), self.range(input, 512));
                input.splice(to, other[from].to_vec());
            }
            6 => {
                let at = self.place(input);
                input.truncate(at);
            }
            _ => self.number(input),
        }
    }

    /// Another number in the place of one.
    fn number(&mut self, input: &mut Vec<u8>) {
        let digit = |b: u8| b.is_ascii_digit() || b"+-.eE".contains(&b);
        let at = self.place(input);
        let Some(start) = (at..input.len()).find(|&i| input[i].is_ascii_digit()) else { return };
        let end = (start..input.len()).find(|&i| !digit(input[i])).unwrap_or(input.len());
        let new = *NUMBERS.choose(&mut self.rng).unwrap_or(&"0");
        input.splice(start..end, new.bytes());
    }
}
