//! What codes mean, for people and programs that know no formats.

use super::Port;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the codes of a data port mean. All of it follows from the port's format: value = code · unit.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Codes {
    /// The port.
    pub port: String,
    /// The value of code 1.
    pub unit: f64,
    /// The least code.
    pub min_code: i64,
    /// The largest code.
    pub max_code: i64,
    /// The value of the least code.
    pub min_value: f64,
    /// The value of the largest code.
    pub max_value: f64,
}

impl Codes {
    /// The rows of some ports, in their order.
    pub fn table<'a>(ports: impl IntoIterator<Item = &'a Port>) -> Vec<Codes> {
        let row = |Port { name, format: f }: &Port| Codes {
            port: name.clone(),
            unit: f.ulp(),
            min_code: f.min_code(),
            max_code: f.max_code(),
            min_value: f.value(f.min_code()),
            max_value: f.value(f.max_code()),
        };
        ports.into_iter().map(row).collect()
    }
}
