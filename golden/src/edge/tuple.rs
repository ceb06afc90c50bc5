//! Tuples: a few bits of some inputs side by side, as the argument of one table.
//!
//! A look-up table has six inputs. With six bits of one input it adds a function of that input to a sum; with one bit of each of six
//! inputs it adds what six functions would, and what no sum of them can. Which bits: the input's range is cut where the pieces tell
//! the most about the class. This is the n-tuple method (Bledsoe and Browning, *Pattern recognition and reading by machine*, 1959)
//! with tables that are trained instead of counted.

use super::train::Setting;
use super::{Circuit, Coded, Edge, Layer, Output, Port, Sum};
use crate::num::Format;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Bits of a tuple's argument at most: the inputs of one look-up table.
const BITS: u32 = 6;

/// Standard deviations by which an input must exceed what chance alone tells about the class.
const SURE: f64 = 2.0;

/// Where every input is cut, and which inputs stand side by side.
pub(super) struct Tuples {
    /// For each input the arguments at which the next level begins, ascending; none where it tells nothing.
    cuts: Vec<Vec<u16>>,
    tuples: Vec<Vec<usize>>,
}

impl Tuples {
    /// Tuples of classified samples: each input gives at most `setting.tuple` bits, and stands in `setting.covers` of them, first
    /// beside its neighbours, then beside inputs drawn at random.
    pub fn choose(samples: &Coded, ports: &[Port], setting: &Setting) -> Tuples {
        let cut =
            |(i, port): (usize, &Port)| Pieces::of(samples, i, port.bits).cuts((1 << setting.tuple) - 1);
        let cuts: Vec<Vec<u16>> = ports.iter().enumerate().map(cut).collect();
        let mut order: Vec<usize> = (0..cuts.len()).filter(|&i| !cuts[i].is_empty()).collect();
        let mut random = ChaCha8Rng::seed_from_u64(setting.seed);
        let mut tuples: Vec<Vec<usize>> = Vec::new();
        for cover in 0..setting.covers {
            if cover > 0 {
                order.shuffle(&mut random);
            }
            let mut room = 0;
            for &i in &order {
                if width(&cuts[i]) > room {
                    tuples.push(Vec::new());
                    room = BITS;
                }
                room -= width(&cuts[i]);
                tuples.last_mut().expect("there is room in a tuple").push(i);
            }
        }
        Tuples { cuts, tuples }
    }

    /// What reads a tuple: its argument as it is.
    pub fn ports(&self) -> Vec<Port> {
        let bits = |tuple: &Vec<usize>| tuple.iter().map(|&i| width(&self.cuts[i])).sum::<u32>();
        let port = |bits: u32| {
            let format = Format { signed: false, width: bits, frac: 0 };
            Port { format, offset: 0, shift: 0, bits }
        };
        self.tuples.iter().map(bits).map(port).collect()
    }

    /// Samples as arguments of tuples.
    pub fn coded(&self, samples: &Coded) -> Coded {
        let argument = |row: &[u16], tuple: &Vec<usize>| {
            tuple.iter().rev().fold(0, |all, &i| all << width(&self.cuts[i]) | level(&self.cuts[i], row[i]))
        };
        let row = |s: usize| self.tuples.iter().map(move |tuple| argument(samples.row(s), tuple));
        let x = (0..samples.rows()).flat_map(row).collect();
        Coded { inputs: self.tuples.len(), x, ..samples.clone() }
    }

    /// A circuit of tuples behind what makes these of the inputs: a table gives an input's level, wires join levels.
    pub fn ahead(&self, ports: &[Port], circuit: Circuit) -> Circuit {
        let table = |(i, cuts): (usize, &Vec<u16>)| {
            let values = (0..1u16 << ports[i].bits).map(|c| i64::from(level(cuts, c))).collect();
            let edges = if cuts.is_empty() { Vec::new() } else { vec![Edge { source: i, values }] };
            Sum { bias: 0, edges, output: Output::Result { frac: 0 } }
        };
        let levels = Layer { sums: self.cuts.iter().enumerate().map(table).collect() };
        let join = |tuple: &Vec<usize>| {
            let (mut edges, mut bits) = (Vec::new(), 0);
            for &i in tuple {
                let values = (0..1i64 << width(&self.cuts[i])).map(|level| level << bits).collect();
                edges.push(Edge { source: i, values });
                bits += width(&self.cuts[i]);
            }
            Sum { bias: 0, edges, output: Output::Argument { shift: 0, bits } }
        };
        let joined = Layer { sums: self.tuples.iter().map(join).collect() };
        let layers = [levels, joined].into_iter().chain(circuit.layers).collect();
        Circuit { ports: ports.to_vec(), layers }
    }
}

/// Bits of an input's level.
fn width(cuts: &[u16]) -> u32 {
    usize::BITS - cuts.len().leading_zeros()
}

/// How many cuts an argument has reached.
fn level(cuts: &[u16], argument: u16) -> u16 {
    cuts.partition_point(|&cut| cut <= argument) as u16
}

/// An input's samples, counted by argument and class.
struct Pieces {
    classes: usize,
    /// Of the samples with smaller arguments, how many are of each class; one row more than there are arguments.
    below: Vec<f64>,
}

impl Pieces {
    fn of(samples: &Coded, input: usize, bits: u32) -> Pieces {
        let classes = samples.wanted.len() / samples.rows();
        let mut below = vec![0.0; classes << bits];
        for s in 0..samples.rows() {
            let to = &mut below[samples.row(s)[input] as usize * classes..][..classes];
            to.iter_mut().zip(&samples.wanted[s * classes..]).for_each(|(to, &w)| *to += f64::from(w));
        }
        below.splice(0..0, vec![0.0; classes]);
        (classes..below.len()).for_each(|k| below[k] += below[k - classes]);
        Pieces { classes, below }
    }

    /// At most so many cuts, one after the other where it leaves the least uncertainty; none if chance would tell as much.
    fn cuts(&self, most: usize) -> Vec<u16> {
        let arguments = self.below.len() / self.classes - 1;
        let mut cuts: Vec<usize> = vec![0, arguments];
        for _ in 0..most {
            let gain = |at: usize| {
                let k = cuts.partition_point(|&cut| cut <= at);
                let (from, to) = (cuts[k - 1], cuts[k]);
                self.doubt(from, to) - self.doubt(from, at) - self.doubt(at, to)
            };
            let open = (1..arguments).filter(|at| !cuts.contains(at));
            let best = open.map(|at| (gain(at), at)).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
            let Some((_, at)) = best.filter(|(gain, _)| *gain > 0.0) else { break };
            cuts.insert(cuts.partition_point(|&cut| cut <= at), at);
        }
        let pieces = cuts.windows(2).map(|piece| self.doubt(piece[0], piece[1]));
        // Twice the gain of log-likelihood is distributed as chi-squared where there is nothing to tell (Wilks 1938).
        let told = 2.0 * (self.doubt(0, arguments) - pieces.sum::<f64>());
        let made = cuts.len() - 2;
        let degrees = ((self.classes - 1) * made) as f64;
        // Each is the best of many places, which chance has too.
        let chance =
            degrees + SURE * (2.0 * degrees).sqrt() + 2.0 * made as f64 * libm::log(arguments as f64);
        if told <= chance {
            return Vec::new();
        }
        cuts[1..cuts.len() - 1].iter().map(|&cut| cut as u16).collect()
    }

    /// The entropy of the classes of all samples with arguments from .. to, in nats.
    fn doubt(&self, from: usize, to: usize) -> f64 {
        let counts = || {
            let (a, b) = (&self.below[from * self.classes..], &self.below[to * self.classes..]);
            b.iter().zip(a).take(self.classes).map(|(b, a)| b - a)
        };
        let all: f64 = counts().sum();
        counts().filter(|&n| n > 1e-9).map(|n| -n * libm::log(n / all)).sum()
    }
}

#[cfg(test)]
mod tests;
