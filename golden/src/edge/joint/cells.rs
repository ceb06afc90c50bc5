//! What is known of every cell of a joint table, in the finest division.

use crate::edge::teach::said;
use crate::edge::train::{self, Setting};
use crate::edge::{Coded, Goal};

/// Networks whose mean tells the likelihoods.
const NETWORKS: u64 = 4;

/// Likelihoods and samples, cell by cell; of the arguments the first input's are the lowest bits.
pub(super) struct Cells {
    widths: Vec<u32>,
    goal: Goal,
    classes: usize,
    /// The likelihood of every class by the networks.
    likely: Vec<f32>,
    /// What the samples in the cell are, each one in all.
    seen: Vec<f32>,
}

impl Cells {
    /// Trains networks with samples of these inputs alone, whose arguments have `widths` bits.
    pub fn learn(
        samples: &Coded,
        goal: &Goal,
        widths: &[u32],
        setting: &Setting,
        stop: &dyn Fn() -> bool,
    ) -> Cells {
        let classes = samples.wanted.len() / samples.rows();
        let cells = 1usize << widths.iter().sum::<u32>();
        let mut seen = vec![0.0; cells * classes];
        for s in 0..samples.rows() {
            let to = &mut seen[place(samples.row(s), widths) * classes..][..classes];
            to.iter_mut().zip(&samples.wanted[s * classes..]).for_each(|(to, w)| *to += w);
        }
        let corner = |cell: usize| {
            let mut rest = cell;
            widths.iter().map(move |w| {
                let argument = rest & ((1 << w) - 1);
                rest >>= w;
                argument as u16
            })
        };
        let all =
            Coded { inputs: widths.len(), x: (0..cells).flat_map(corner).collect(), ..Coded::default() };
        let mut likely = vec![0.0; cells * classes];
        for seed in 0..NETWORKS {
            let setting = Setting { seed: setting.seed ^ seed, ..setting.clone() };
            let network = train::train_real(samples, goal, &setting, stop);
            let told = said(&network, &all, &(0..cells).collect::<Vec<usize>>());
            likely.iter_mut().zip(told).for_each(|(to, v)| *to += v / NETWORKS as f32);
        }
        Cells { widths: widths.to_vec(), goal: goal.clone(), classes, likely, seen }
    }

    /// What the classes are decided by.
    pub fn goal(&self) -> &Goal {
        &self.goal
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The likelihood of every class by the networks, for arguments of a sample.
    pub fn likely(&self, x: &[u16]) -> &[f32] {
        &self.likely[place(x, &self.widths) * self.classes..][..self.classes]
    }

    /// The class of every cell of a table whose arguments keep the upper `bits` of each input; the networks count as `prior` samples
    /// in each.
    pub fn table(&self, bits: &[u32], prior: f64) -> Vec<usize> {
        let total: u32 = bits.iter().sum();
        let inside = self.widths.iter().sum::<u32>() - total;
        let weight = prior / (1u64 << inside) as f64;
        let mut sums = vec![0f64; self.classes << total];
        for (cell, (likely, seen)) in
            self.likely.chunks(self.classes).zip(self.seen.chunks(self.classes)).enumerate()
        {
            let to = &mut sums[coarse(cell, &self.widths, bits) * self.classes..][..self.classes];
            let both = likely.iter().zip(seen);
            to.iter_mut().zip(both).for_each(|(to, (&l, &n))| *to += weight * f64::from(l) + f64::from(n));
        }
        let best = |of: &[f64]| (1..of.len()).fold(0, |best, k| if of[k] > of[best] { k } else { best });
        sums.chunks(self.classes).map(best).collect()
    }
}

/// The cell of arguments.
fn place(x: &[u16], widths: &[u32]) -> usize {
    x.iter().zip(widths).rfold(0, |at, (&x, w)| at << w | x as usize)
}

/// The cell of a table with fewer bits that a cell lies in.
fn coarse(cell: usize, widths: &[u32], bits: &[u32]) -> usize {
    let (mut rest, mut place, mut at) = (cell, 0, 0);
    for (w, b) in widths.iter().zip(bits) {
        at |= (rest & ((1 << w) - 1)) >> (w - b) << place;
        rest >>= w;
        place += b;
    }
    at
}
