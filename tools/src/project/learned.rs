//! `[learned]`: how learned activations are learned.

use gainstage_golden::data::Samples;
use gainstage_golden::func::{Activation, from_text};
use gainstage_golden::learned::{LearnConfig, Loss};
use gainstage_golden::net::Topology;
use serde::{Deserialize, Deserializer, de};

/// The name of an activation that is learned, in `[network]`.
pub const LEARNED: &str = "learned";

/// An activation by name, learned ones included.
pub fn activation<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Activation, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text == LEARNED {
        return Ok(LearnConfig::default().activation());
    }
    from_text(de::value::StringDeserializer::new(text))
}

/// Checked here, so that a fault is reported at its table.
pub fn valid<'de, D: Deserializer<'de>>(deserializer: D) -> Result<LearnConfig, D::Error> {
    let config = LearnConfig::deserialize(deserializer)?;
    config.validate().map_err(de::Error::custom)?;
    Ok(config)
}

/// Whether any hidden neuron is to be learned.
pub fn learns(topology: &Topology) -> bool {
    let neurons = topology.hidden.iter().flat_map(|l| &l.neurons);
    neurons.into_iter().any(|n| matches!(n.activation, Activation::Learned(_)))
}

/// The settings for these samples: classes are learned with a softmax.
pub fn for_samples(config: &LearnConfig, samples: &Samples) -> LearnConfig {
    let loss =
        if samples.classes().len() >= 2 && samples.outputs() >= 2 { Loss::Softmax } else { config.loss };
    LearnConfig { loss, ..config.clone() }
}
