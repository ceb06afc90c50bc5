//! The networks of the first paper's tables, with what it publishes of them.

use super::PaperShape;
use crate::data::Target;

/// A network of the first paper (Jung & Kwon).
#[derive(Clone, Debug, PartialEq)]
pub struct PaperNetwork {
    /// Its number in the tables, 1 to 10.
    pub number: usize,
    /// The function it learns.
    pub target: Target,
    /// Its shape.
    pub shape: PaperShape,
    /// The published mean absolute error on the evaluation grid: the best of ten.
    pub mae: f64,
    /// The published standard deviation of the error on the grid.
    pub sd: f64,
}

/// Layers, amplifying and attenuating neurons per typed layer, first and last typed layer, MAE and SD.
type Row = (usize, usize, usize, Option<[usize; 2]>, f64, f64);

const ROWS: [Row; 10] = [
    (5, 0, 0, None, 0.085079, 0.102091),
    (5, 1, 0, None, 0.048816, 0.066942),
    (5, 0, 1, None, 0.072480, 0.090168),
    (5, 5, 0, None, 0.005758, 0.013647),
    (5, 4, 1, None, 0.005485, 0.008369),
    (5, 0, 5, None, 0.013222, 0.023051),
    (9, 0, 0, None, 0.003283, 0.006276),
    (9, 4, 1, Some([1, 5]), 0.002212, 0.005303),
    (6, 0, 0, None, 0.238485, 0.382490),
    (6, 3, 1, Some([2, 5]), 0.056000, 0.089219),
];

impl PaperNetwork {
    /// The ten networks, in the order of the tables: 1 to 8 learn equation 6, 9 and 10 Ackley's function.
    pub fn all() -> Vec<PaperNetwork> {
        let network = |(i, &(depth, amplifying, attenuating, typed_layers, mae, sd)): (usize, &Row)| {
            let target = if i < 8 { Target::Eq6 } else { Target::Ackley };
            let shape = PaperShape::new(target.inputs(), 1, 10, depth);
            let shape = PaperShape { amplifying, attenuating, typed_layers, ..shape };
            PaperNetwork { number: i + 1, target, shape, mae, sd }
        };
        ROWS.iter().enumerate().map(network).collect()
    }

    /// The network of a number, if there is one.
    pub fn get(number: usize) -> Option<PaperNetwork> {
        PaperNetwork::all().into_iter().find(|n| n.number == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::Topology;

    #[test]
    fn all_ten_are_shapes_and_networks_5_8_and_10_have_the_papers_weights() {
        let weights = |n: &PaperNetwork| Topology::paper(&n.shape).expect("a shape").zeros().parameters();
        let all = PaperNetwork::all();
        assert_eq!(all.iter().map(|n| n.number).collect::<Vec<_>>(), (1..=10).collect::<Vec<_>>());
        assert_eq!([5, 8, 10].map(|n| weights(&all[n - 1])), [430, 830, 540]);
        assert!(PaperNetwork::get(0).is_none() && PaperNetwork::get(11).is_none());
    }
}
