//! Which input codes a circuit is tried with: corners, every code where there are few, data, seeded random.
//!
//! A [`Vectors`] is a list that is computed where it is read, so threads take pieces of it and a long list
//! needs no memory. The same calls with the same seeds give the same list on every machine.

use crate::SimError;
use gainstage_golden::num::Format;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Input spaces of at most this many codes are tried whole.
pub const EXHAUSTIVE_LIMIT: u64 = 1 << 20;

/// The most rows of corner codes: all combinations if they are fewer, else a sample.
const CORNER_LIMIT: u64 = 4096;

/// Random rows that share a random stream: the grain of random access.
const BLOCK: u64 = 1024;

/// Where rows come from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// Extreme and peculiar codes: least, greatest, 0, ±1, powers of two and their neighbours.
    Corners,
    /// Every combination of codes.
    Exhaustive,
    /// Given rows.
    Data,
    /// Seeded random codes, three quarters of them uniform, the others of random magnitude.
    Random,
}

#[derive(Clone, Debug)]
enum Rows {
    Listed(Vec<i64>),
    Counted,
    Drawn(u64),
}

#[derive(Clone, Debug)]
struct Part {
    kind: Kind,
    start: u64,
    count: u64,
    rows: Rows,
}

/// A list of rows, each a code for every input.
#[derive(Clone, Debug)]
pub struct Vectors {
    formats: Vec<Format>,
    parts: Vec<Part>,
}

impl Vectors {
    /// An empty list for inputs of these formats.
    pub fn new(formats: Vec<Format>) -> Vectors {
        Vectors { formats, parts: Vec::new() }
    }

    /// What a verification uses: corners, every code if they are at most [`EXHAUSTIVE_LIMIT`], the rows of
    /// `data` (one after the other), and `random` random rows.
    pub fn standard(formats: Vec<Format>, data: &[i64], random: u64, seed: u64) -> Result<Vectors, SimError> {
        Ok(Vectors::new(formats).corners(seed).exhaustive().data(data)?.random(random, seed))
    }

    /// Adds corner codes: all combinations if they are few, else some of them.
    pub fn corners(self, seed: u64) -> Vectors {
        let codes: Vec<Vec<i64>> = self.formats.iter().map(|&f| corner_codes(f)).collect();
        let all = codes.iter().try_fold(1u64, |n, c| n.checked_mul(c.len() as u64)).unwrap_or(u64::MAX);
        let mut rows = Vec::new();
        if all <= CORNER_LIMIT {
            for index in 0..all {
                pick(index, codes.iter().map(|c| c.len() as u64), |input, i| {
                    rows.push(codes[input][i as usize])
                });
            }
        } else {
            // Each code of each input at least once with all others at one end, then a sample.
            let ends: [fn(Format) -> i64; 3] = [Format::min_code, Format::max_code, |_| 0];
            ends.iter().for_each(|end| rows.extend(self.formats.iter().map(|&f| end(f))));
            let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0xc042_4e25);
            let listed = codes.iter().map(Vec::len).max().unwrap_or(0);
            for i in 0..CORNER_LIMIT as usize {
                let mut any = |c: &Vec<i64>| c[rng.random_range(0..c.len())];
                rows.extend(codes.iter().map(|c| if i < listed { c[i % c.len()] } else { any(c) }));
            }
        }
        let count = (rows.len() / self.formats.len().max(1)) as u64;
        self.add(Kind::Corners, count, Rows::Listed(rows))
    }

    /// Adds every combination of codes if they are at most [`EXHAUSTIVE_LIMIT`], else nothing.
    pub fn exhaustive(self) -> Vectors {
        let bits: u32 = self.formats.iter().map(|f| f.width).sum();
        match 1u64.checked_shl(bits).filter(|&n| n <= EXHAUSTIVE_LIMIT) {
            Some(count) => self.add(Kind::Exhaustive, count, Rows::Counted),
            None => self,
        }
    }

    /// Adds given rows, one after the other. Codes outside their format are an error.
    pub fn data(self, rows: &[i64]) -> Result<Vectors, SimError> {
        let inputs = self.formats.len();
        if inputs == 0 || !rows.len().is_multiple_of(inputs) {
            let problem = format!("{} codes for {inputs} inputs; give whole rows", rows.len());
            return Err(SimError::Vectors { problem });
        }
        for (i, (&code, format)) in rows.iter().zip(self.formats.iter().cycle()).enumerate() {
            if !format.contains(code) {
                let (row, input) = (i / inputs, i % inputs);
                let problem = format!(
                    "row {row}, input {input}: code {code} is not of format {format}; quantize the data"
                );
                return Err(SimError::Vectors { problem });
            }
        }
        let count = (rows.len() / inputs) as u64;
        Ok(self.add(Kind::Data, count, Rows::Listed(rows.to_vec())))
    }

    /// Adds `count` random rows.
    pub fn random(self, count: u64, seed: u64) -> Vectors {
        self.add(Kind::Random, count, Rows::Drawn(seed))
    }

    fn add(mut self, kind: Kind, count: u64, rows: Rows) -> Vectors {
        let start = self.len();
        if count > 0 {
            self.parts.push(Part { kind, start, count, rows });
        }
        self
    }

    /// The number of rows.
    pub fn len(&self) -> u64 {
        self.parts.last().map_or(0, |p| p.start + p.count)
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The formats of the inputs.
    pub fn formats(&self) -> &[Format] {
        &self.formats
    }

    /// How many rows of which kind, in order.
    pub fn kinds(&self) -> impl Iterator<Item = (Kind, u64)> + '_ {
        self.parts.iter().map(|p| (p.kind, p.count))
    }

    /// A list of about `count` rows, taken evenly from this one: for slow simulators.
    pub fn sample(&self, count: u64) -> Vectors {
        let step = self.len().div_ceil(count.max(1)).max(1);
        let mut rows = vec![0; self.formats.len()];
        let mut listed = Vec::new();
        for start in (0..self.len()).step_by(usize::try_from(step).unwrap_or(usize::MAX)) {
            self.fill(start, &mut rows);
            listed.extend_from_slice(&rows);
        }
        let count = self.len().div_ceil(step);
        Vectors::new(self.formats.clone()).add(Kind::Data, count, Rows::Listed(listed))
    }

    /// Writes the rows from number `start` on into `out`, whose length is a multiple of the inputs.
    ///
    /// # Panics
    /// If the list ends before `out`.
    pub fn fill(&self, start: u64, out: &mut [i64]) {
        let inputs = self.formats.len();
        let end = start + (out.len() / inputs) as u64;
        assert!(end <= self.len(), "rows {start}..{end} of {}", self.len());
        for part in &self.parts {
            let (from, to) = (start.max(part.start), end.min(part.start + part.count));
            if from < to {
                let place = (from - start) as usize * inputs..(to - start) as usize * inputs;
                self.fill_part(part, from - part.start, &mut out[place]);
            }
        }
    }

    fn fill_part(&self, part: &Part, start: u64, out: &mut [i64]) {
        let inputs = self.formats.len();
        match &part.rows {
            Rows::Listed(rows) => {
                let at = start as usize * inputs;
                out.copy_from_slice(&rows[at..at + out.len()]);
            }
            Rows::Counted => {
                for (index, row) in (start..).zip(out.chunks_exact_mut(inputs)) {
                    let counts = self.formats.iter().map(|f| 1 << f.width);
                    pick(index, counts, |i, code| row[i] = self.formats[i].min_code() + code as i64);
                }
            }
            Rows::Drawn(seed) => self.draw(*seed, start, out),
        }
    }

    fn draw(&self, seed: u64, start: u64, out: &mut [i64]) {
        let inputs = self.formats.len();
        let mut row = vec![0; inputs];
        let mut left = out.chunks_exact_mut(inputs);
        for block in start / BLOCK.. {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(block);
            for index in block * BLOCK..(block + 1) * BLOCK {
                random_row(&self.formats, &mut rng, &mut row);
                if index >= start {
                    match left.next() {
                        Some(place) => place.copy_from_slice(&row),
                        None => return,
                    }
                }
            }
        }
    }
}

/// Fills a row with random codes.
pub(crate) fn random_row(formats: &[Format], rng: &mut impl Rng, row: &mut [i64]) {
    for (code, f) in row.iter_mut().zip(formats) {
        let bits: u64 = rng.random();
        let uniform = f.min_code() + (bits & ((1 << f.width) - 1)) as i64;
        // Bits that the code did not use decide its magnitude.
        let magnitude = if bits >> 62 == 0 { (bits >> 48) as u32 % f.width } else { 0 };
        *code = uniform >> magnitude;
    }
}

/// Splits `index` into digits, the last of them the fastest.
fn pick(
    index: u64,
    counts: impl DoubleEndedIterator<Item = u64> + ExactSizeIterator,
    mut digit: impl FnMut(usize, u64),
) {
    let mut digits: Vec<u64> = Vec::with_capacity(counts.len());
    let mut rest = index;
    for count in counts.rev() {
        digits.push(rest % count);
        rest /= count;
    }
    digits.iter().rev().enumerate().for_each(|(i, &d)| digit(i, d));
}

/// The corner codes of one format, ascending.
fn corner_codes(f: Format) -> Vec<i64> {
    let powers = (0..f.width).flat_map(|i| [1i64 << i, (1 << i) - 1, (1 << i) + 1]);
    let mut codes: Vec<i64> = powers.flat_map(|p| [p, -p]).collect();
    codes.extend([0, f.min_code(), f.min_code() + 1, f.max_code() - 1, f.max_code()]);
    codes.retain(|&c| f.contains(c));
    codes.sort_unstable();
    codes.dedup();
    codes
}

#[cfg(test)]
mod tests;
