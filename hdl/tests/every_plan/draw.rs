//! Random plans: drawn number by number, or sound ones with some numbers changed.

use gainstage_golden::approx::{Certificate, Fold, Side, Step, Table};
use gainstage_golden::data::Names;
use gainstage_golden::func::{Activation, Kind};
use gainstage_golden::net::{RandomShape, random_network};
use gainstage_golden::num::Format;
use gainstage_golden::plan::{Argmax, Plan, PlanLayer, PlanNeuron, SCHEMA, Softmax, Stage, Tail};
use gainstage_golden::quant::{Calibration, Granularity, QuantOptions, quantize_network};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use std::sync::OnceLock;

pub struct Draw(ChaCha8Rng);

/// Sound plans that are changed.
fn sound() -> &'static [Value] {
    static SOUND: OnceLock<Vec<Value>> = OnceLock::new();
    SOUND.get_or_init(|| {
        let one = |seed: u64| {
            let network = random_network(seed, RandomShape { inputs: 2, outputs: 2, hidden: 2, width: 3 });
            let ranges = vec![(-2.0, 2.0); network.layers[0].inputs];
            let granularity = [Granularity::Layer, Granularity::Value][seed as usize % 2];
            let options = QuantOptions {
                name: "p".into(),
                bits: 6 + seed as u32,
                granularity,
                layers: Vec::new(),
                demand: Default::default(),
                kinds: Default::default(),
            };
            let plan = quantize_network(&network, &Calibration::from_box(&ranges), &options).ok()?;
            serde_json::to_value(plan).ok()
        };
        (0..6).filter_map(one).collect()
    })
}

impl Draw {
    pub fn new(seed: u64) -> Draw {
        Draw(ChaCha8Rng::seed_from_u64(seed))
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0.random_range(0..n)
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.0.random_range(0..100) < percent
    }

    fn within(&mut self, lo: i64, hi: i64) -> i64 {
        self.0.random_range(lo..=hi)
    }

    /// A code, the ends and zero often.
    pub fn code(&mut self, f: Format) -> i64 {
        match self.below(6) {
            0 => f.min_code(),
            1 => f.max_code(),
            2 => 0,
            3 => self.within(-3, 3).clamp(f.min_code(), f.max_code()),
            _ => self.within(f.min_code(), f.max_code()),
        }
    }

    fn format(&mut self, widest: u32) -> Format {
        let most = match self.below(10) {
            0..=5 => widest.min(10),
            6..=8 => widest.min(24),
            _ => widest,
        };
        let width = self.within(2, most.into()) as u32;
        let frac = if self.chance(8) { self.within(-64, 64) } else { self.within(-3, i64::from(width) + 3) };
        Format { signed: self.chance(70), width, frac: frac as i32 }
    }

    /// `None`: nothing sound came of it.
    pub fn plan(&mut self) -> Option<Plan> {
        if self.chance(40) { self.changed() } else { self.drawn() }
    }

    /// A sound plan with up to four other numbers.
    fn changed(&mut self) -> Option<Plan> {
        let all = sound();
        let mut value = all[self.below(all.len())].clone();
        for _ in 0..=self.below(4) {
            let mut places = Vec::new();
            numbers(&value, String::new(), &mut places);
            let place = places[self.below(places.len())].clone();
            let old = value.pointer(&place).and_then(Value::as_i64).unwrap_or(0);
            let new = match self.below(7) {
                0 => old.saturating_add(1),
                1 => old.saturating_sub(1),
                2 => old.saturating_mul(2),
                3 => old.saturating_neg(),
                4 => self.within(0, 64),
                5 => self.within(-1 << 20, 1 << 20),
                _ => self.within(-64, 64),
            };
            *value.pointer_mut(&place)? = new.into();
        }
        serde_json::from_value(value).ok()
    }

    fn drawn(&mut self) -> Option<Plan> {
        let count = 1 + self.below(3);
        let inputs: Vec<Format> = (0..count).map(|_| self.format(48)).collect();
        let tables: Vec<Table> = (0..self.below(3)).filter_map(|_| self.table()).collect();
        let mut plan = Plan {
            schema: SCHEMA,
            name: "p".into(),
            inputs,
            layers: Vec::new(),
            tables,
            argmax: None,
            softmax: None,
            names: Names::default(),
        };
        for _ in 0..=self.below(3) {
            let formats = plan.input_formats(plan.layers.len());
            let neurons = (0..=self.below(3)).map(|_| self.neuron(&formats, &plan.tables)).collect();
            plan.layers.push(PlanLayer { neurons });
        }
        if self.chance(10) {
            plan.argmax = Some(Argmax::default());
        }
        // By dice of its own: seeds of plans that failed once draw the same plans for ever.
        let mut headed = plan.clone();
        Draw(self.0.clone()).head(&mut headed);
        plan = if headed.validate().is_ok() { headed } else { plan };
        Some(plan)
    }

    /// More than the class, or probabilities.
    fn head(&mut self, plan: &mut Plan) {
        let count = Argmax::count(plan.score_formats().len());
        if let Some(argmax) = &mut plan.argmax {
            (argmax.top, argmax.margin) = (1 + self.below(count), self.chance(50));
        } else if !plan.tables.is_empty() && self.chance(20) {
            let table = self.below(plan.tables.len());
            let (z, bits) = (plan.tables[table].input, self.within(2, 16) as u32);
            // Any table may say of itself that it is one of exp.
            let exp = Softmax::exp(1.0).expect("a formula");
            plan.tables[table].activation = exp.activation;
            plan.softmax = Some(Softmax { classes: Vec::new(), z, unit: 1.0, table, bits });
        }
    }

    fn neuron(&mut self, inputs: &[Format], tables: &[Table]) -> PlanNeuron {
        let weight = Format { signed: true, ..self.format(24) };
        let weights = inputs.iter().map(|_| self.code(weight)).collect();
        let bias = if self.chance(50) { 0 } else { self.within(-1000, 1000) };
        PlanNeuron { weight, weights, bias, stage: self.stage(tables) }
    }

    fn stage(&mut self, tables: &[Table]) -> Stage {
        let table = (!tables.is_empty() && self.chance(60)).then(|| self.below(tables.len()));
        match (self.below(4), table) {
            (0, Some(table)) => Stage::Fused { z: tables[table].input, table },
            (1, _) => Stage::Linear { y: self.format(48) },
            _ => {
                let z = table.map_or_else(|| self.format(40), |t| tables[t].input);
                let h = table.map_or_else(|| self.format(32), |t| tables[t].output);
                let tail = match self.below(3) {
                    0 => Tail::Ordinary,
                    1 => Tail::Amplifying,
                    _ => Tail::Attenuating { b: 1 << self.below(24) },
                };
                Stage::Activated { z, table, h, tail, y: self.format(40) }
            }
        }
    }

    /// A table that passes validation.
    fn table(&mut self) -> Option<Table> {
        (0..20).map(|_| self.any_table()).find(|t| t.validate().is_ok())
    }

    fn any_table(&mut self) -> Table {
        let (input, output) = (self.format(12), self.format(24));
        let fold = [Fold::Offset, Fold::Magnitude, Fold::Odd][self.below(3)];
        let steps: Vec<Step> =
            (0..self.below(4)).map(|_| Step { t: self.below(3) as u32, s: self.below(9) as u32 }).collect();
        let segment_bits = self.within(0, input.width.into()) as u32;
        let rows = 1 + self.below(1 << (input.width - segment_bits).min(4));
        let large = self.chance(10);
        let most = if large { 1 << 50 } else { 1 << 8 };
        let segments =
            (0..rows).map(|_| (0..=steps.len()).map(|_| self.within(-most, most)).collect()).collect();
        let (positive, negative) = (self.side(), self.side());
        let lowest = (input.signed && fold != Fold::Offset && self.chance(30)).then(|| self.code(output));
        Table {
            activation: Activation::Tanh,
            kind: Kind::Ordinary,
            input,
            output,
            fold,
            guard: self.below(5) as u32,
            segment_bits,
            tree: None,
            steps,
            segments,
            positive,
            negative,
            lowest,
            certificate: Certificate { worst_ulp: 0.0, worst_code: 0, correctly_rounded: 0.0, codes: 0 },
        }
    }

    fn side(&mut self) -> Side {
        let wild = self.chance(10);
        Side {
            slope: if wild { self.within(i64::MIN, i64::MAX) } else { self.within(-9, 9) },
            slope_shift: if wild { self.within(-62, 62) } else { self.within(-5, 5) } as i32,
            constant: if wild { self.within(-1 << 60, 1 << 60) } else { self.within(-99, 99) },
            residual: self.within(-1, 1) as i8,
        }
    }
}

/// JSON pointers of all integers.
fn numbers(value: &Value, at: String, all: &mut Vec<String>) {
    match value {
        Value::Number(n) if n.is_i64() && at != "/schema" => all.push(at),
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                numbers(item, format!("{at}/{i}"), all);
            }
        }
        Value::Object(fields) => {
            for (key, item) in fields {
                numbers(item, format!("{at}/{key}"), all);
            }
        }
        _ => {}
    }
}
