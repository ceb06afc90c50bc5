//! Samples that are kept away from training, to tell how good its result is on what it has not seen.

use super::Samples;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

impl Samples {
    /// The samples to train on, and a seeded share of each class, or of all samples, to judge by; both in the order that they
    /// have here. No class loses its last sample. None if either part would be empty.
    pub fn hold_out(&self, share: f64, seed: u64) -> Option<(Samples, Samples)> {
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
        let part = |inside: bool| (0..self.rows()).filter(|&row| held[row] == inside).collect::<Vec<_>>();
        Some((self.select(&part(false))?, self.select(&part(true))?))
    }
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
        let (train, test) = samples.hold_out(0.2, 1).expect("two parts");
        let of = |s: &Samples| [0, 1, 2].map(|class| s.labels().iter().filter(|&&l| l == class).count());
        // 101, 11 and 1 of the classes.
        assert_eq!((of(&train), of(&test)), ([81, 9, 1], [20, 2, 0]));
        let mut all = [train.x(), test.x()].concat();
        all.sort_by(f64::total_cmp);
        assert_eq!(all, x);
        assert!(test.x().is_sorted() && train.x().is_sorted());
        assert_eq!(samples.hold_out(0.2, 1), Some((train, test.clone())));
        assert_ne!(samples.hold_out(0.2, 2).map(|(_, test)| test), Some(test));
    }

    #[test]
    fn values_are_held_out_too_and_a_single_one_is_not() {
        let samples = |rows: usize| Samples::new(1, 1, vec![0.5; rows], vec![1.0; rows]).expect("samples");
        let (train, test) = samples(10).hold_out(0.2, 1).expect("two parts");
        assert_eq!((train.rows(), test.rows()), (8, 2));
        assert!(samples(1).hold_out(0.5, 1).is_none() && samples(10).hold_out(0.0, 1).is_none());
        assert_eq!(samples(10).hold_out(1.0, 1).map(|(train, _)| train.rows()), Some(1));
    }
}
