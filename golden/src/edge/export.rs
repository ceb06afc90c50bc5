//! From the circuit's integers to a plan: layers of one function a neuron, and layers of sums.

use super::{Circuit, Edge, EdgeError, Output, Port, Sum};
use crate::approx::{Certificate, Fold, Side, Table};
use crate::data::Names;
use crate::func::{Activation, Interpolation, Kind, Learned};
use crate::num::Format;
use crate::plan::{Argmax, Plan, PlanLayer, PlanNeuron, SCHEMA, Stage};

/// Octaves between the weights of a sum that is wiring, at most.
const REACH: i32 = 24;

/// Gives the table of an edge.
pub type Tables<'a> = dyn Fn((usize, usize, usize), &Edge, Format, i32) -> Result<Table, EdgeError> + 'a;

/// The weights 0 and 1.
const ONES: Format = Format { signed: false, width: 2, frac: 0 };

impl Circuit {
    /// The plan whose bits are this circuit's; with `decide` the class comes out instead of the scores.
    ///
    /// # Errors
    /// Formats or sums that the contract refuses.
    pub fn plan(&self, name: &str, decide: bool) -> Result<Plan, EdgeError> {
        self.plan_with(name, decide, &|_, edge, z, frac| constants(edge, z, frac))
    }

    /// The same with tables of the caller's, whose results are those of the edges: they get the place of an edge (layer, sum,
    /// edge), the edge, the format of its argument, and the fraction bits of its results.
    ///
    /// # Errors
    /// As [`Circuit::plan`].
    pub fn plan_with(&self, name: &str, decide: bool, tables: &Tables) -> Result<Plan, EdgeError> {
        let inputs: Vec<Format> = self.ports.iter().map(|p| p.format).collect();
        let mut maker =
            Maker { layers: Vec::new(), tables: Vec::new(), formats: inputs.clone(), ports: &self.ports };
        // Where every value of the layer before is: its place among the formats, and bits dropped from it.
        let mut places: Vec<usize> = (0..inputs.len()).collect();
        maker.reduce(self, &mut places);
        let depth = self.layers.len();
        for (l, layer) in self.layers.iter().enumerate() {
            let read = |j: usize| {
                l + 1 == depth || self.layers[l + 1].sums.iter().flat_map(|s| &s.edges).any(|e| e.source == j)
            };
            let sums: Vec<(usize, &Sum)> = layer.sums.iter().enumerate().filter(|(j, _)| read(*j)).collect();
            if sums.is_empty() {
                continue;
            }
            if layer.is_wiring() && maker.wires(&sums, &places)? {
                places = placed(layer.sums.len(), &sums);
                continue;
            }
            let starts = maker.edges(l, &sums, &places, tables)?;
            // A single function is its own sum.
            let whole =
                |s: &Sum| s.edges.len() == 1 && s.bias == 0 && matches!(s.output, Output::Result { .. });
            if !sums.iter().all(|(_, s)| whole(s)) {
                maker.sums(&sums, &starts)?;
            }
            places = placed(layer.sums.len(), &sums);
        }
        let Maker { layers, tables, .. } = maker;
        let argmax = decide.then(Argmax::default);
        let plan = Plan {
            schema: SCHEMA,
            name: name.to_owned(),
            inputs,
            layers,
            tables,
            argmax,
            softmax: None,
            names: Names::default(),
        };
        plan.validate()?;
        Ok(plan)
    }
}

/// The plan's layers as they grow.
struct Maker<'a> {
    layers: Vec<PlanLayer>,
    tables: Vec<Table>,
    /// Formats of what the next layer reads.
    formats: Vec<Format>,
    ports: &'a [Port],
}

impl Maker<'_> {
    /// A layer that subtracts offsets and holds codes inside their windows, once for all edges of an input.
    fn reduce(&mut self, circuit: &Circuit, places: &mut [usize]) {
        let first = circuit.layers.first().map_or(&[][..], |l| &l.sums[..]);
        let read = |i: &usize| first.iter().flat_map(|s| &s.edges).any(|e| e.source == *i);
        let used: Vec<usize> = (0..self.ports.len()).filter(read).collect();
        if used.iter().all(|&i| self.ports[i].is_plain()) {
            return;
        }
        let neurons = used.iter().map(|&i| {
            let p = self.ports[i];
            let y = Format { signed: false, width: p.bits, frac: p.format.frac - p.shift as i32 };
            self.neuron((ONES, &[(i, 1)]), (-p.offset, p.format.frac), y.frac, Stage::Linear { y })
        });
        let neurons: Vec<PlanNeuron> = neurons.collect();
        used.iter().enumerate().for_each(|(place, &i)| places[i] = place);
        self.push(neurons);
    }

    /// A neuron a function; gives the place of every sum's first.
    fn edges(
        &mut self,
        layer: usize,
        sums: &[(usize, &Sum)],
        places: &[usize],
        tables: &Tables,
    ) -> Result<Vec<usize>, EdgeError> {
        let (mut neurons, mut starts) = (Vec::new(), Vec::new());
        for (j, sum) in sums {
            starts.push(neurons.len());
            for (k, edge) in sum.edges.iter().enumerate() {
                let place = places[edge.source];
                let z = self.formats[place];
                let table = tables((layer, *j, k), edge, z, result_frac(sum))?;
                let index = self.tables.iter().position(|t| *t == table).unwrap_or(self.tables.len());
                if index == self.tables.len() {
                    self.tables.push(table);
                }
                let stage = Stage::Fused { z, table: index };
                neurons.push(self.neuron((ONES, &[(place, 1)]), (0, z.frac), z.frac, stage));
            }
        }
        if !neurons.is_empty() {
            self.push(neurons);
        }
        Ok(starts)
    }

    /// A neuron a sum.
    fn sums(&mut self, sums: &[(usize, &Sum)], starts: &[usize]) -> Result<(), EdgeError> {
        let mut neurons = Vec::new();
        for ((_, sum), &start) in sums.iter().zip(starts) {
            let (frac, y) = (result_frac(sum), result(sum)?);
            let terms: Vec<(usize, i64)> = (start..start + sum.edges.len()).map(|s| (s, 1)).collect();
            neurons.push(self.neuron((ONES, &terms), (sum.bias, frac), y.frac, Stage::Linear { y }));
        }
        self.push(neurons);
        Ok(())
    }

    /// A neuron a sum of arguments that are only shifted: powers of two are its weights. Gives whether that was done: in raw units
    /// they may lie farther apart than the weights of a neuron, and tables bring them together.
    fn wires(&mut self, sums: &[(usize, &Sum)], places: &[usize]) -> Result<bool, EdgeError> {
        let mut neurons = Vec::new();
        for (_, sum) in sums {
            let (frac, y) = (result_frac(sum), result(sum)?);
            let exponent = |e: &Edge| {
                let place = places[e.source];
                e.shift().map(|by| (place, by as i32 + self.formats[place].frac - frac))
            };
            let exponents: Vec<(usize, i32)> = sum.edges.iter().filter_map(exponent).collect();
            let least = exponents.iter().map(|(_, e)| *e).min().unwrap_or(0);
            let most = exponents.iter().map(|(_, e)| *e).max().unwrap_or(0);
            if most - least > REACH {
                return Ok(false);
            }
            let weight = Format::new(false, ((most - least) as u32 + 1).max(2), -least)?;
            let terms: Vec<(usize, i64)> = exponents.iter().map(|(p, e)| (*p, 1 << (e - least))).collect();
            neurons.push(self.neuron((weight, &terms), (sum.bias, frac), y.frac, Stage::Linear { y }));
        }
        self.push(neurons);
        Ok(true)
    }

    /// The sum of weighted values plus a bias and its fraction bits, of which `to` are left, rounded down: half a unit less
    /// than what the contract's rounding half up would add.
    fn neuron(
        &self,
        (weight, terms): (Format, &[(usize, i64)]),
        (bias, frac): (i64, i32),
        to: i32,
        stage: Stage,
    ) -> PlanNeuron {
        let mut weights = vec![0; self.formats.len()];
        terms.iter().for_each(|&(s, w)| weights[s] = w);
        let finest = self.formats.iter().map(|f| f.frac + weight.frac).max().unwrap_or(frac);
        // What leaves i64 is refused with the plan.
        let aligned = bias.checked_mul(1i64.checked_shl((finest - frac).max(0) as u32).unwrap_or(0));
        let half = 1i64.checked_shl((finest - to).max(0) as u32).unwrap_or(0) >> 1;
        PlanNeuron { weight, weights, bias: aligned.unwrap_or(0) - half, stage }
    }

    fn push(&mut self, neurons: Vec<PlanNeuron>) {
        self.formats = neurons
            .iter()
            .map(|n| match n.stage {
                Stage::Linear { y } | Stage::Activated { y, .. } => y,
                Stage::Fused { table, .. } => self.tables[table].output,
            })
            .collect();
        self.layers.push(PlanLayer { neurons });
    }
}

/// Where the values of a layer are among those that leave it; `usize::MAX` if they do not.
fn placed(count: usize, leaving: &[(usize, &Sum)]) -> Vec<usize> {
    let mut places = vec![usize::MAX; count];
    leaving.iter().enumerate().for_each(|(place, (j, _))| places[*j] = place);
    places
}

/// The format of what becomes of a sum.
fn result(sum: &Sum) -> Result<Format, EdgeError> {
    let frac = result_frac(sum);
    match sum.output {
        Output::Argument { shift, bits } => Ok(Format::new(false, bits, frac - shift as i32)?),
        Output::Result { .. } => holding(sum.range(), frac),
    }
}

fn result_frac(sum: &Sum) -> i32 {
    match sum.output {
        Output::Argument { .. } => 0,
        Output::Result { frac } => frac,
    }
}

/// The narrowest format that holds a range of codes.
fn holding((lo, hi): (i64, i64), frac: i32) -> Result<Format, EdgeError> {
    let signed = lo < 0;
    let reach = hi.max(if signed { !lo } else { 0 }).max(0);
    let width = 64 - reach.leading_zeros() + u32::from(signed);
    Ok(Format::new(signed, width.max(2), frac)?)
}

/// A table that is defined by its codes: the function it stands for takes their values, step by step, so that its
/// certificate says that every code is right.
fn constants(edge: &Edge, z: Format, frac: i32) -> Result<Table, EdgeError> {
    let output = holding(edge.range(), frac)?;
    let learned = Learned {
        nodes: z.codes().map(|c| z.value(c)).collect(),
        ordinates: edge.values.iter().map(|&v| output.value(v)).collect(),
        interpolation: Interpolation::Constant,
    };
    let side = |residual| Side { slope: 0, slope_shift: 0, constant: 0, residual };
    let certificate = Certificate { worst_ulp: 0.0, worst_code: 0, correctly_rounded: 1.0, codes: 0 };
    let mut table = Table {
        activation: Activation::Learned(learned),
        kind: Kind::Ordinary,
        input: z,
        output,
        fold: Fold::Offset,
        guard: 0,
        segment_bits: 0,
        tree: None,
        steps: Vec::new(),
        segments: edge.values.iter().map(|&v| vec![v]).collect(),
        positive: side(1),
        negative: side(0),
        lowest: None,
        certificate,
    };
    table.certificate = table.certify()?;
    Ok(table)
}
