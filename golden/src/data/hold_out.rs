//! Some of the samples: those of given rows, and those that are kept away from training, to tell how good its result is on what
//! it has not seen.

use super::Samples;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;

impl Samples {
    /// The samples of these rows, in this order; `None` if there are none or one is not there.
    pub fn select(&self, rows: &[usize]) -> Option<Samples> {
        if rows.is_empty() || rows.iter().any(|&r| r >= self.rows()) {
            return None;
        }
        let (mut x, mut y) =
            (Vec::with_capacity(rows.len() * self.inputs), Vec::with_capacity(rows.len() * self.outputs));
        for &row in rows {
            x.extend_from_slice(self.input(row));
            y.extend_from_slice(self.target(row));
        }
        Some(Samples { x: Arc::new(x), y: Arc::new(y), ..self.clone() })
    }

    /// The samples to train on, and a seeded share of each class, or of all samples, to judge by; both in the order that they
    /// have here. No class loses its last sample. All of them and none if either part would be empty.
    pub fn hold_out(self, share: f64, seed: u64) -> (Samples, Option<Samples>) {
        let labels = self.labels();
        let classes = self.classes().len().max(1);
        let mut rows: Vec<Vec<usize>> = vec![Vec::new(); classes];
        (0..self.rows()).for_each(|row| rows[labels.get(row).copied().unwrap_or(0)].push(row));
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut held = vec![false; self.rows()];
        for rows in &mut rows {
            rows.shuffle(&mut random);
            let count = (share * rows.len() as f64).round() as usize;
            rows.iter().take(count.min(rows.len().saturating_sub(1))).for_each(|&row| held[row] = true);
        }
        drop((labels, rows));
        self.parted(&held)
    }

    /// The samples that are not marked, and those that are. What stays does so where it is: samples may be half of the memory.
    fn parted(self, marked: &[bool]) -> (Samples, Option<Samples>) {
        if marked.iter().all(|&m| m) || !marked.contains(&true) {
            return (self, None);
        }
        let (mut x, mut y) = (Arc::unwrap_or_clone(self.x), Arc::unwrap_or_clone(self.y));
        let (of_x, of_y) = (taken_out(&mut x, self.inputs, marked), taken_out(&mut y, self.outputs, marked));
        let rest = Samples { x: Arc::new(x), y: Arc::new(y), ..self };
        let out = Samples { x: Arc::new(of_x), y: Arc::new(of_y), ..rest.clone() };
        (rest, Some(out))
    }
}

/// Takes the marked rows out of row-major values.
fn taken_out(values: &mut Vec<f64>, width: usize, marked: &[bool]) -> Vec<f64> {
    let mut out = Vec::with_capacity(width * marked.iter().filter(|&&m| m).count());
    let mut end = 0;
    for (row, &marked) in marked.iter().enumerate() {
        let from = row * width..(row + 1) * width;
        if marked {
            out.extend_from_slice(&values[from]);
        } else {
            values.copy_within(from, end);
            end += width;
        }
    }
    values.truncate(end);
    values.shrink_to_fit();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sample_is_in_one_part_and_each_class_in_both() {
        let labels: Vec<usize> = (0..113).map(|i| usize::from(i % 10 == 0) + usize::from(i == 50)).collect();
        let x: Vec<f64> = (0..113).map(f64::from).collect();
        let names = ["a", "b", "c"].map(str::to_owned).to_vec();
        let samples = Samples::labelled(1, x.clone(), &labels, names).expect("samples");
        let two = |(train, test): (Samples, Option<Samples>)| (train, test.expect("two parts"));
        let (train, test) = two(samples.clone().hold_out(0.2, 1));
        let of = |s: &Samples| [0, 1, 2].map(|class| s.labels().iter().filter(|&&l| l == class).count());
        // 101, 11 and 1 of the classes.
        assert_eq!((of(&train), of(&test)), ([81, 9, 1], [20, 2, 0]));
        let mut all = [train.x(), test.x()].concat();
        all.sort_by(f64::total_cmp);
        assert_eq!(all, x);
        assert!(test.x().is_sorted() && train.x().is_sorted());
        // In place or not: the same.
        let again = samples.clone();
        assert_eq!(two(samples.hold_out(0.2, 1)), (train, test.clone()));
        assert_ne!(two(again.hold_out(0.2, 2)).1, test);
    }

    #[test]
    fn values_are_held_out_too_and_a_single_one_is_not() {
        let samples = |rows: usize| Samples::new(1, 1, vec![0.5; rows], vec![1.0; rows]).expect("samples");
        let rows = |(train, test): (Samples, Option<Samples>)| (train.rows(), test.map(|t| t.rows()));
        assert_eq!(rows(samples(10).hold_out(0.2, 1)), (8, Some(2)));
        assert_eq!(rows(samples(1).hold_out(0.5, 1)), (1, None));
        assert_eq!(rows(samples(10).hold_out(0.0, 1)), (10, None));
        assert_eq!(rows(samples(10).hold_out(1.0, 1)), (1, Some(9)));
    }
}
