//! Class weights: samples of rare classes count as often as it takes for all classes to count alike.

use super::Samples;

impl Samples {
    /// Rows to train on or to select by, each as often as it counts: where classes are [balanced](Samples::balanced), those of
    /// a class with `n` of the rows stand `m / n` times, rounded, `m` being the rows of the most frequent class. Repeats follow
    /// all the rows, in their order. To be called on each part after a split, lest one sample be in two parts.
    pub fn counted(&self, rows: &[usize]) -> Vec<usize> {
        let mut counted = rows.to_vec();
        if !self.is_balanced() || self.classes().is_empty() {
            return counted;
        }
        let labels = self.labels();
        let mut sizes = vec![0usize; self.classes().len()];
        rows.iter().for_each(|&row| sizes[labels[row]] += 1);
        let most = sizes.iter().copied().max().unwrap_or(0);
        let times = |row: usize| (most as f64 / sizes[labels[row]] as f64).round() as usize;
        // Passes through the rows that are still wanted, so that no sample stands beside itself.
        let (mut left, mut pass) = (counted.clone(), 1);
        loop {
            left.retain(|&row| pass < times(row));
            if left.is_empty() {
                return counted;
            }
            counted.extend(&left);
            pass += 1;
        }
    }

    /// All samples, each as often as it counts: for what divides them no more.
    pub fn repeated(&self) -> Samples {
        if !self.is_balanced() || self.classes().is_empty() {
            return self.clone();
        }
        let all: Vec<usize> = (0..self.rows()).collect();
        self.select(&self.counted(&all)).unwrap_or_else(|| self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> Samples {
        let labels = [0, 0, 0, 1, 0, 0, 0, 2, 2, 1];
        let names = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
        Samples::labelled(1, (0..10).map(f64::from).collect(), &labels, names).expect("samples")
    }

    #[test]
    fn rare_classes_count_as_often_as_the_most_frequent() {
        let all: Vec<usize> = (0..10).collect();
        let counted = samples().balanced(true).counted(&all);
        let times = |row: usize| counted.iter().filter(|&&r| r == row).count();
        // 6 of a, 2 of b, 2 of c, none of d.
        assert_eq!(all.iter().map(|&r| times(r)).collect::<Vec<_>>(), [1, 1, 1, 3, 1, 1, 1, 3, 3, 3]);
        assert_eq!(counted[..10], all[..]);
        assert_eq!(samples().balanced(true).repeated().rows(), counted.len());
        // Of a part its own numbers decide: 2 of a, 1 of b.
        assert_eq!(samples().balanced(true).counted(&[0, 1, 3]), [0, 1, 3, 3]);
    }

    #[test]
    fn without_weights_and_for_values_all_count_once() {
        assert_eq!(samples().counted(&[3, 1]), [3, 1]);
        let values = Samples::new(1, 1, vec![1.0, 2.0], vec![0.0, 1.0]).expect("samples").balanced(true);
        assert_eq!(values.counted(&[1, 0]), [1, 0]);
        let one = samples().balanced(true).select(&[0, 3, 4]).expect("a part");
        assert!(one.is_balanced() && one.with_one_target().is_balanced());
    }
}
