//! What a plan loses against its network, in plain words.

use gainstage_golden::quant::Rounded;
use schemars::JsonSchema;
use serde::Serialize;

/// The errors of network and plan on the same samples, and whether they are close enough.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Loss {
    /// Whether no more is lost than is allowed.
    pub held: bool,
    /// What is compared.
    pub measure: Measure,
    /// The output that loses too much, of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<usize>,
    /// The figure of the real-valued network.
    pub float: f64,
    /// The figure of the integers.
    pub fixed: f64,
    /// What may be lost: a share of the network's error, or of the samples.
    pub allowed: f64,
    /// The step of the outputs, which is never too much; 0 for classes.
    pub step: f64,
    /// The rounding that loses most, where too much is lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most: Option<Most>,
    /// What would help, where too much is lost.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub help: Vec<String>,
}

/// What errors are measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Mean absolute error, in the units of the data.
    MeanAbsoluteError,
    /// Share of the samples whose class is found.
    Accuracy,
}

/// The rounding that loses most.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Most {
    /// The layer, from 0.
    pub layer: usize,
    /// Whether it is the last one.
    pub last: bool,
    /// What is rounded.
    pub value: Rounded,
    /// The share of the loss that would go if this were exact.
    pub share: f64,
}

impl std::fmt::Display for Most {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let value = match self.value {
            Rounded::Input => return write!(f, "the inputs, {}", Gone(self.share)),
            Rounded::Weights => "the weights",
            Rounded::Z => "z, the sums in front of the activations,",
            Rounded::H => "h, the results of the activations,",
            Rounded::Y => "y, the outputs",
        };
        let last = if self.last { " (the outputs of the network)" } else { "" };
        write!(f, "{value} of layer {}{last}, {}", self.layer, Gone(self.share))
    }
}

/// What would go without a rounding.
struct Gone(f64);

impl std::fmt::Display for Gone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            share if share >= 0.2 => {
                write!(f, "without whose rounding {:.0} % of the loss would be gone", 100.0 * share.min(1.0))
            }
            _ => f.write_str("whose rounding alone would lose most; others lose as much"),
        }
    }
}

impl Loss {
    /// The figures, and the limit.
    fn figures(&self) -> String {
        match self.measure {
            Measure::MeanAbsoluteError => format!(
                "mean absolute error{} {:.6} where the real-valued network has {:.6}; {:.6} is {}",
                self.output.map_or(String::new(), |o| format!(" of y{o}")),
                self.fixed,
                self.float,
                (self.float * (1.0 + self.allowed)).max(self.float + self.step),
                if self.held { "allowed" } else { "the most that is let pass" },
            ),
            Measure::Accuracy => format!(
                "accuracy {:.2} % where the real-valued network has {:.2} %; {:.2} % is {}",
                100.0 * self.fixed,
                100.0 * self.float,
                100.0 * (self.float - self.allowed).max(0.0),
                if self.held { "enough" } else { "the least that is let pass" },
            ),
        }
    }
}

impl std::fmt::Display for Loss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.held {
            return write!(f, "Quantized: {}", self.figures());
        }
        write!(f, "TOO MUCH IS LOST by quantization: {}", self.figures())?;
        if let Some(most) = &self.most {
            write!(f, "\n  Most is lost by {most}")?;
        }
        if !self.help.is_empty() {
            write!(f, "\n  What would help: {}", self.help.join("; "))?;
        }
        write!(f, "\n  --max-loss PERCENT (max-loss in [quantize]) lets a greater loss pass")
    }
}
