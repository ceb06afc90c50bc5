//! `[quantize]`: widths, formats and the demand on tables.

use super::contradiction::{Contradiction, MAX_GUARD_BITS};
use gainstage_golden::approx::{Demand, Segments};
use gainstage_golden::num::{Format, MAX_WIDTH};
use gainstage_golden::quant::{Granularity, Kinds, LayerBits};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the network becomes integers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Quantize {
    /// Total width of the inputs, weights, and z, h and y.
    pub bits: Width,
    /// What shares a format; where nothing is said, a neuron if widths are found, and a layer if they are given.
    pub formats: Option<Granularity>,
    /// How codes are chosen.
    pub method: Method,
    /// Error that tables must stay below, in ulp of their output.
    pub max_ulp: MaxUlp,
    /// What memory tables are made for.
    pub tables: Tables,
    /// Whether weights move to where rounding matters least and correct the rounding of those before them; otherwise all
    /// are rounded to the nearest.
    pub refine: bool,
    /// Whether the coefficients of tables are trained too: the tables are then the activations, and off their functions by what their
    /// certificates say instead of by less than `max_ulp`.
    pub train_tables: bool,
    /// Whether a classifier's output is the class; otherwise its scores come out.
    pub argmax: bool,
    /// How many classes come out, the best first.
    pub top: usize,
    /// Whether the largest score minus the second largest comes out behind the classes.
    pub margin: bool,
    /// Whether a classifier gives the probabilities of its classes.
    pub softmax: bool,
    /// Bits of a probability, all of them behind the point.
    pub softmax_bits: u32,
    /// What computes amplifying and attenuating kinds.
    pub kinds: Kinds,
    /// Bits of table arguments beyond `bits`.
    pub guard_bits: u32,
    /// What may be lost against the real-valued network; by default a quarter of its error, or one percentage point.
    pub max_loss: Option<Percent>,
    /// Widths of single layers.
    pub layers: Vec<Override>,
}

/// A percentage, as a share: a number, or text such as `"5%"`.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Percent(pub f64);

#[derive(Deserialize)]
#[serde(untagged, expecting = "give a percentage such as 5 or \"5%\"")]
enum Written {
    Number(f64),
    Text(String),
}

impl TryFrom<Written> for Percent {
    type Error = String;
    fn try_from(written: Written) -> Result<Percent, String> {
        match written {
            Written::Number(percent) => percent.to_string().parse(),
            Written::Text(text) => text.parse(),
        }
    }
}

impl std::str::FromStr for Percent {
    type Err = String;
    fn from_str(text: &str) -> Result<Percent, String> {
        let number = text.trim().trim_end_matches('%').trim().parse::<f64>().ok();
        let share = number.filter(|p| (0.0..=1e6).contains(p)).map(|p| Percent(p / 100.0));
        share.ok_or_else(|| "give a percentage such as 5%".to_owned())
    }
}

impl Default for Quantize {
    fn default() -> Quantize {
        Quantize {
            bits: Width::Auto,
            formats: None,
            method: Method::Qat,
            max_ulp: MaxUlp(1.0),
            tables: Tables::Logic,
            refine: false,
            train_tables: false,
            argmax: true,
            top: 1,
            margin: false,
            softmax: false,
            softmax_bits: 8,
            kinds: Kinds::Usual,
            guard_bits: 0,
            max_loss: None,
            layers: Vec::new(),
        }
    }
}

/// How the codes of weights and biases are chosen, the most thorough first.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Deserialize,
    Serialize,
    JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Quantization-aware training beside `tune`: the integers are trained, then their codes move; the better of both is kept.
    #[default]
    Qat,
    /// Rounding, and then single codes move while the error of the integers on samples with targets falls.
    Tune,
    /// Post-training quantization alone: rounding.
    Ptq,
}

impl Method {
    /// How codes came about, in words.
    pub fn words(self) -> &'static str {
        match self {
            Method::Qat => "trained as integers",
            Method::Tune => "rounded, then moved",
            Method::Ptq => "rounded",
        }
    }
}

/// What memory tables are made for: it decides which of the tables that meet the demand is taken, and so its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tables {
    /// Look-up tables: few segments, the degree that is cheapest.
    Logic,
    /// Block RAM, where rows cost nothing up to its size: equal segments without a decoder, degree 1, so one product.
    Block,
}

impl Tables {
    /// The demand on every table.
    pub fn demand(self, max_ulp: MaxUlp) -> Demand {
        let any = Demand { max_ulp: max_ulp.0, ..Demand::default() };
        match self {
            Tables::Logic => any,
            Tables::Block => Demand { degree: Some(1), segments: Segments::Equal, ..any },
        }
    }
}

/// Widths of one layer where they differ.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// The layer, from 0; the outputs are the last.
    layer: usize,
    weights: Option<Bits>,
    z: Option<Bits>,
    h: Option<Bits>,
    y: Option<Bits>,
}

/// A width in bits that a format may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "i64")]
pub struct Bits(pub u32);

impl TryFrom<i64> for Bits {
    type Error = String;
    fn try_from(bits: i64) -> Result<Bits, String> {
        match u32::try_from(bits).map(|width| Format::new(true, width, 0)) {
            Ok(Ok(format)) => Ok(Bits(format.width)),
            _ => Err(format!("a width of {bits} bits is not supported: use 2 to {MAX_WIDTH}")),
        }
    }
}

/// A width that is given, or is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "WrittenWidth")]
pub enum Width {
    /// The smallest, layer by layer, that loses little on samples with targets; without such samples [`Width::USUAL`].
    #[default]
    Auto,
    /// This one.
    Bits(Bits),
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "give a number of bits, or \"auto\"")]
enum WrittenWidth {
    Number(i64),
    Text(String),
}

impl TryFrom<WrittenWidth> for Width {
    type Error = String;
    fn try_from(written: WrittenWidth) -> Result<Width, String> {
        match written {
            WrittenWidth::Number(bits) => bits.try_into().map(Width::Bits),
            WrittenWidth::Text(text) => text.parse(),
        }
    }
}

impl std::str::FromStr for Width {
    type Err = String;
    fn from_str(text: &str) -> Result<Width, String> {
        if text == "auto" {
            return Ok(Width::Auto);
        }
        let bits: i64 = text.parse().map_err(|_| format!("{text:?} is neither a number of bits nor auto"))?;
        bits.try_into().map(Width::Bits)
    }
}

impl Width {
    /// The width where nothing is said and nothing can be found out.
    pub const USUAL: u32 = 18;

    /// The number of bits.
    pub fn bits(self) -> u32 {
        match self {
            Width::Auto => Width::USUAL,
            Width::Bits(bits) => bits.0,
        }
    }
}

/// A limit on the error of tables.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "f64")]
pub struct MaxUlp(pub f64);

impl TryFrom<f64> for MaxUlp {
    type Error = String;
    fn try_from(ulp: f64) -> Result<MaxUlp, String> {
        match ulp > 0.5 && ulp <= 1024.0 {
            true => Ok(MaxUlp(ulp)),
            false => Err(format!(
                "an error limit of {ulp} ulp is not supported: use more than 0.5 (correct rounding) and at most \
                 1024; 1 is faithful"
            )),
        }
    }
}

impl std::str::FromStr for MaxUlp {
    type Err = String;
    fn from_str(text: &str) -> Result<MaxUlp, String> {
        text.parse::<f64>().map_err(|_| format!("{text:?} is not a number"))?.try_into()
    }
}

impl Quantize {
    /// What is at fault in the table, for a network with `layers` layers, outputs included, if that is known.
    pub fn faults(&self, layers: Option<usize>) -> Vec<Contradiction> {
        let mut faults = Vec::new();
        if self.guard_bits > MAX_GUARD_BITS {
            faults.push(Contradiction::GuardBits(self.guard_bits));
        }
        faults.extend(self.output_faults());
        for (i, o) in self.layers.iter().enumerate() {
            if let Some(layers) = layers.filter(|&n| o.layer >= n) {
                faults.push(Contradiction::NoLayer { layer: o.layer, last: layers - 1 });
            }
            if self.layers[..i].iter().any(|before| before.layer == o.layer) {
                faults.push(Contradiction::LayerTwice(o.layer));
            }
        }
        faults
    }

    /// What shares a format.
    pub fn granularity(&self) -> Granularity {
        let found = self.bits == Width::Auto && self.layers.is_empty();
        let usual = if found { Granularity::Neuron } else { Granularity::Layer };
        self.formats.unwrap_or(usual)
    }

    /// The same with a width that was found.
    ///
    /// # Panics
    /// Of a width that no format has.
    pub fn at(&self, bits: u32) -> Quantize {
        let bits = Width::Bits(i64::from(bits).try_into().expect("a width of a plan"));
        Quantize { bits, formats: Some(self.granularity()), ..self.clone() }
    }

    /// Widths by layer, for a network with `layers` layers, outputs included.
    ///
    /// # Errors
    /// An override of a layer that is not there, or two of the same layer; too many guard bits.
    pub fn layer_bits(&self, layers: usize) -> anyhow::Result<Vec<LayerBits>> {
        let faults = self.faults(Some(layers));
        if let Some(fault) = faults.into_iter().next() {
            let told = format!("[quantize]: {fault}");
            return Err(anyhow::Error::new(fault).context(told));
        }
        let guarded = LayerBits { guard: Some(self.guard_bits), ..LayerBits::default() };
        let mut all = vec![guarded; layers];
        for o in &self.layers {
            let width = |b: Option<Bits>| b.map(|b| b.0);
            // A width that is given is what it says.
            let guard = guarded.guard.filter(|_| o.z.is_none());
            let (weights, z, h, y) = (width(o.weights), width(o.z), width(o.h), width(o.y));
            all[o.layer] = LayerBits { weights, z, h, y, guard, scores: None };
        }
        Ok(all)
    }
}
