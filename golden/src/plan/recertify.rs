//! The certificates of a plan, run again: what a file says of its tables is held against what they do.

use super::Plan;
use crate::approx::{Certificate, Table, TableError, resolution};

/// Codes of all tables together that are run again, one by one. Beyond, codes spread over a table are.
const MOST_CODES: u64 = 1 << 20;

/// Codes that are run of a table that is not run as a whole.
const SAMPLE: i64 = 1 << 16;

/// What was run to judge a plan's certificates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recertified {
    /// Tables of which every code was run.
    pub whole: usize,
    /// Tables of which only a part was run.
    pub sampled: Vec<Sampled>,
}

/// A table that is too large to be run as a whole beside the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sampled {
    /// Its number.
    pub table: usize,
    /// Codes that were run.
    pub run: u64,
    /// Codes that it has.
    pub codes: u64,
}

/// A certificate that does not say what its table does.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// A claim that is not true.
    #[error(
        "table {table} is not what its certificate says: as {function} from {input} to {output} it claims {claim}, but {truth}: \
         quantize again, or write into the certificate what holds"
    )]
    False {
        /// Its number.
        table: usize,
        /// The real function that it names.
        function: String,
        /// Format of the argument.
        input: crate::num::Format,
        /// Format of the result.
        output: crate::num::Format,
        /// What it says of itself.
        claim: String,
        /// What running it showed.
        truth: String,
    },
    /// A table that cannot be judged.
    #[error("table {table}: {source}")]
    Unknown {
        /// Its number.
        table: usize,
        /// Why.
        source: TableError,
    },
}

impl Plan {
    /// Runs the certificates of all tables again and compares every claim: number of codes, worst error and where it is,
    /// share of correctly rounded codes. Tables beyond 2^20 codes in all are sampled, which the result says.
    ///
    /// # Errors
    /// The first table whose certificate claims what does not hold, with claim and truth.
    pub fn recertify(&self) -> Result<Recertified, CertificateError> {
        let mut done = Recertified::default();
        let mut left = MOST_CODES;
        for (number, table) in self.tables.iter().enumerate() {
            let codes = 1u64 << table.input.width;
            let judged = Judged { number, table, codes };
            if codes <= left {
                left -= codes;
                judged.whole()?;
                done.whole += 1;
            } else {
                let run = judged.sampled()?;
                done.sampled.push(Sampled { table: number, run, codes });
            }
        }
        Ok(done)
    }
}

struct Judged<'a> {
    number: usize,
    table: &'a Table,
    codes: u64,
}

impl Judged<'_> {
    fn claim(&self) -> &Certificate {
        &self.table.certificate
    }

    fn wrong(&self, claim: String, truth: String) -> CertificateError {
        let (input, output) = (self.table.input, self.table.output);
        CertificateError::False {
            table: self.number,
            function: self.table.function().to_string(),
            input,
            output,
            claim,
            truth,
        }
    }

    fn unknown(&self, source: TableError) -> CertificateError {
        CertificateError::Unknown { table: self.number, source }
    }

    /// Two errors are the same within what a certificate resolves.
    fn same(&self, a: f64, b: f64) -> bool {
        (a - b).abs() <= resolution(self.table.output) + 1e-9 * a.abs().max(b.abs())
    }

    fn whole(&self) -> Result<(), CertificateError> {
        let (claim, truth) = (self.claim(), self.table.certify().map_err(|e| self.unknown(e))?);
        self.counted()?;
        if !self.same(claim.worst_ulp, truth.worst_ulp) {
            return Err(self.wrong(
                ulp(claim.worst_ulp),
                format!("{} at code {}", ulp(truth.worst_ulp), truth.worst_code),
            ));
        }
        self.placed(truth.worst_ulp)?;
        let (says, is) = (claim.correctly_rounded, truth.correctly_rounded);
        // NaN claims nothing that could hold.
        if (says - is).abs() * self.codes as f64 <= 0.5 {
            Ok(())
        } else {
            Err(self.wrong(share(says), share(is)))
        }
    }

    /// The claims as far as codes spread over the table can contradict them. Gives how many were run.
    fn sampled(&self) -> Result<u64, CertificateError> {
        self.counted()?;
        let (min, max) = (self.table.input.min_code(), self.table.input.max_code());
        let all = || spread(min, max);
        let (worst, right) = self.table.sample(all()).map_err(|e| self.unknown(e))?;
        let (claim, run) = (self.claim(), all().count() as u64);
        if worst > claim.worst_ulp && !self.same(worst, claim.worst_ulp) {
            return Err(
                self.wrong(ulp(claim.worst_ulp), format!("{} codes of it alone show {}", run, ulp(worst)))
            );
        }
        self.placed(claim.worst_ulp)?;
        let (says, is) = (claim.correctly_rounded, right as f64 / run as f64);
        // Ten deviations of a share that is drawn, and not less than a few codes.
        let slack = 10.0 * (is.max(1e-3) * (1.0 - is).max(1e-3) / run as f64).sqrt();
        let good = (says - is).abs() <= slack;
        if good {
            Ok(run)
        } else {
            Err(self.wrong(share(says), format!("{run} codes of it show {}", share(is))))
        }
    }

    fn counted(&self) -> Result<(), CertificateError> {
        let claim = self.claim().codes;
        if claim == self.codes {
            Ok(())
        } else {
            Err(self.wrong(format!("{claim} codes"), format!("{} are run", self.codes)))
        }
    }

    /// The code that is said to have the worst error has it.
    fn placed(&self, worst: f64) -> Result<(), CertificateError> {
        let code = self.claim().worst_code;
        let claim = format!("{} at code {code}", ulp(self.claim().worst_ulp));
        if !self.table.input.contains(code) {
            return Err(self.wrong(claim, format!("{} has no such code", self.table.input)));
        }
        let (error, _) = self.table.sample([code].into_iter()).map_err(|e| self.unknown(e))?;
        if self.same(error, worst) {
            Ok(())
        } else {
            Err(self.wrong(claim, format!("it is {} there", ulp(error))))
        }
    }
}

/// About [`SAMPLE`] codes of a range and its ends: one of every so many, drawn by a hash of its number. At equal distances they would
/// repeat a few remainders where a slope is a simple ratio, and tell a share of rounded results that only these have.
fn spread(min: i64, max: i64) -> impl Iterator<Item = i64> {
    let step = ((max - min) / SAMPLE).max(1);
    let drawn = move |i: i64| {
        let hash = (i as u64).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let hash = (hash ^ (hash >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 32;
        min + i * step + (hash % step as u64) as i64
    };
    let inner = (0..=(max - min) / step).map(drawn).filter(move |&code| code > min && code < max);
    std::iter::once(min).chain(inner).chain([max])
}

fn ulp(error: f64) -> String {
    format!("{error:.6} ulp")
}

fn share(of: f64) -> String {
    format!("{:.4} % correctly rounded", 100.0 * of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_are_spread_meet_all_remainders_alike() {
        let (min, max) = (-(1i64 << 19), (1i64 << 19) - 1);
        let all: Vec<i64> = spread(min, max).collect();
        assert!(all.windows(2).all(|w| w[0] < w[1]));
        assert_eq!((all[0], all[all.len() - 1]), (min, max));
        assert!((all.len() as i64 - SAMPLE).abs() < SAMPLE / 10, "{}", all.len());
        for of in [2, 3, 4, 5, 7, 15, 16, 20] {
            for rest in 0..of {
                let share = all.iter().filter(|&&code| code.rem_euclid(of) == rest).count() as f64;
                let usual = all.len() as f64 / of as f64;
                assert!((share - usual).abs() < 5.0 * usual.sqrt(), "{rest} of {of}: {share}, not {usual}");
            }
        }
        // Fewer codes than are drawn are all of them.
        assert_eq!(spread(-8, 7).collect::<Vec<_>>(), (-8..=7).collect::<Vec<_>>());
    }
}
