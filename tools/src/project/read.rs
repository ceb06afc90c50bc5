//! All faults of a project file at once.
//!
//! The reader of TOML stops at the first value that makes no sense. That value is then taken out of what was read, and the
//! rest is tried again, until nothing is left to find fault with.

use super::contradiction::Contradiction;
use super::error::{Fault, Told, first_word, key_in_table_at, root, start};
use super::{Architecture, Build, Project};
use gainstage_golden::document::{Misfit, plain};
use gainstage_golden::fault::Coded;
use gainstage_golden::net::{NetError, Topology};
use gainstage_golden::train::Standardise;
use gainstage_hdl::device::Divider;
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, Deserializer};

/// Stands in for a table that a project must have, once its absence or its fault was told.
const FILLER: &str =
    "name = \"x\"\n[data]\ngenerator = \"figure1\"\n[network]\nhidden = [{ ordinary = 1 }]\n";

/// More faults than anyone reads.
const MOST_FAULTS: usize = 50;

/// The project, or all that is wrong with the text.
pub(super) fn read(text: &str) -> Result<Project, Vec<Fault>> {
    let syntax = |e: toml::de::Error| {
        let told = Told { message: plain(e.message().trim()), code: Misfit::Syntax.code() };
        vec![Fault::at(text, e.span().map_or(0, |s| s.start), told)]
    };
    let mut table = DeTable::parse(text).map_err(syntax)?;
    let standardise_given = match table.get_ref().get("train").map(Spanned::get_ref) {
        Some(DeValue::Table(train)) => train.contains_key("standardise"),
        _ => false,
    };
    let unheard = unheard(table.get_ref());
    let mut faults = Vec::new();
    // What is no longer there, or stands in for what was not.
    let mut gone: Vec<String> = Vec::new();
    // The tables from which something was taken: what is then wrong with one as a whole may be for that.
    let mut touched: Vec<usize> = Vec::new();
    let project = loop {
        let error = match Project::deserialize(Deserializer::from(table.clone())) {
            Ok(project) => break Some(Project { standardise_given, unheard: unheard.clone(), ..project }),
            Err(e) if faults.len() < MOST_FAULTS => e,
            Err(_) => break None,
        };
        let message = plain(error.message().trim());
        let at = error.span().map_or(0, |s| s.start);
        // What is checked of a table as a whole is told of the table; the message begins with the key it is about.
        let at = root(text).and_then(|root| key_in_table_at(&root, at, first_word(&message))).unwrap_or(at);
        let at = culprit(&table, at, &message, &gone).unwrap_or(at);
        let lacks = ["name", "data", "hidden"].into_iter().find(|&k| missing(&message) == Some(k));
        // What was taken out for its fault is not missing.
        let follows = match lacks {
            Some(key) => gone.iter().any(|g| g == key),
            None => touched.contains(&at),
        };
        if !follows {
            let code = Misfit::of(error.message()).code();
            faults.push(Fault::at(text, at, Told { message, code }));
        }
        match lacks {
            Some(key) => {
                // The network's only key that must be there stands for all of it.
                let stands = if key == "hidden" { "network" } else { key };
                fill(table.get_mut(), stands);
                gone.extend([key.to_owned(), stands.to_owned()]);
            }
            None => match take_out(table.get_mut(), at, &gone, &mut touched) {
                Some(key) => gone.push(key),
                None => break None,
            },
        }
    };
    if let Some(project) = &project {
        let shape = !gone.iter().any(|g| ["network", "hidden", ELEMENT].contains(&g.as_str()));
        faults.extend(project.name.check().err().map(|e| Fault::at(text, start(text, "name"), Told::of(&e))));
        faults.extend(project.faults(shape).into_iter().map(|(table, told)| Fault::value(text, table, told)));
    }
    faults.sort_by_key(Fault::place);
    faults.dedup();
    project.filter(|_| faults.is_empty()).ok_or(faults)
}

/// The keys of a project that only networks of neurons listen to; the decision between scores is for all.
fn unheard(table: &DeTable) -> Vec<String> {
    let of = |name: &'static str| match table.get(name).map(Spanned::get_ref) {
        Some(DeValue::Table(inner)) => inner
            .keys()
            .map(|key| key.get_ref().to_string())
            .filter(|k| !["argmax", "top", "margin", "softmax", "softmax-bits"].contains(&k.as_str()))
            .map(|k| format!("{k} in [{name}]"))
            .collect(),
        _ => Vec::new(),
    };
    ["train", "learned", "quantize"].into_iter().flat_map(of).collect()
}

/// The key that a message says is missing.
fn missing(message: &str) -> Option<&str> {
    message.strip_prefix("missing field `")?.split('`').next()
}

/// Puts what stands in for a key into the table at the top.
fn fill(table: &mut DeTable, key: &str) {
    let found = root(FILLER).and_then(|filler| filler.into_iter().find(|(k, _)| k.get_ref() == key));
    if let Some((key, value)) = found {
        table.insert(key, value);
    }
}

/// What [`take_out`] calls an element of a list.
const ELEMENT: &str = "[]";

/// The place of the element at fault in the list at a byte of the text, since such faults are told of the list: the one
/// without which there is another message, or none.
fn culprit(table: &Spanned<DeTable>, at: usize, message: &str, gone: &[String]) -> Option<usize> {
    let starts = table.get_ref().values().find_map(|value| elements(value, at))?;
    starts.into_iter().find(|&start| {
        let mut without = table.clone();
        take_out(without.get_mut(), start, gone, &mut Vec::new());
        match Project::deserialize(Deserializer::from(without)) {
            Ok(_) => true,
            Err(e) => plain(e.message().trim()) != message || e.span().is_none_or(|s| s.start != at),
        }
    })
}

/// The places of the elements of the list at a byte of the text.
fn elements(value: &Spanned<DeValue>, at: usize) -> Option<Vec<usize>> {
    match value.get_ref() {
        DeValue::Array(items) if value.span().start == at => {
            Some(items.iter().map(|item| item.span().start).collect())
        }
        DeValue::Array(items) => items.iter().find_map(|item| elements(item, at)),
        DeValue::Table(inner) => inner.values().find_map(|item| elements(item, at)),
        _ => None,
    }
}

/// Takes out the innermost key or element of a list that stands at a byte of the text, and names it; notes the tables around
/// it. What stands in for a key of `gone` is not of this text.
fn take_out(table: &mut DeTable, at: usize, gone: &[String], touched: &mut Vec<usize>) -> Option<String> {
    let ours = |key: &str| !gone.iter().any(|g| g == key);
    let mut inner = table.iter_mut().filter(|(key, _)| ours(key.get_ref()));
    if let Some(inner) = inner.find_map(|(_, value)| take_out_of(value, at, touched)) {
        return Some(inner);
    }
    let here = |key: std::ops::Range<usize>, value: &Spanned<DeValue>| {
        let scalar = !matches!(value.get_ref(), DeValue::Table(_));
        key.contains(&at) || value.span().start == at || (scalar && value.span().contains(&at))
    };
    let mut outer = table.iter().filter(|(key, _)| ours(key.get_ref()));
    let found = outer.find(|(key, value)| here(key.span(), value));
    let key = found.map(|(key, _)| key.get_ref().to_string())?;
    table.remove(key.as_str());
    Some(key)
}

fn take_out_of(value: &mut Spanned<DeValue>, at: usize, touched: &mut Vec<usize>) -> Option<String> {
    let start = value.span().start;
    match value.get_mut() {
        DeValue::Table(inner) => {
            let name = take_out(inner, at, &[], touched)?;
            touched.push(start);
            Some(name)
        }
        DeValue::Array(items) => {
            if let Some(inner) = items.iter_mut().find_map(|item| take_out_of(item, at, touched)) {
                return Some(inner);
            }
            let i = items.iter().position(|item| item.span().contains(&at) && start != at)?;
            let all = std::mem::replace(items, DeArray::new());
            all.into_iter().enumerate().filter(|(k, _)| *k != i).for_each(|(_, item)| items.push(item));
            Some(ELEMENT.to_owned())
        }
        _ => None,
    }
}

impl Project {
    /// What no single value shows, each with its table. `shape` says whether the network is that of the file.
    fn faults(&self, shape: bool) -> Vec<(&'static str, Told)> {
        let mut faults = Vec::new();
        faults.extend(self.train.faults().iter().map(|e| ("train", Told::of(e))));
        // Learned edges are no layers of neurons.
        let shape = shape && self.network.edges().is_none();
        // The smallest network of this shape: what is wrong with it is wrong with all.
        let topology = self.network.topology(1, 1);
        if let (true, Err(e)) = (shape, &topology) {
            let message = e.to_string().trim_start_matches("[network]: ").to_owned();
            faults.push(("network", Told { message, code: e.downcast_ref().and_then(NetError::code) }));
        }
        let topology = topology.ok().filter(|_| shape);
        let layers = topology.as_ref().map(|t| t.hidden.len() + 1);
        faults.extend(self.quantize.faults(layers).iter().map(|e| ("quantize", Told::of(e))));
        let place = topology.and_then(|t| self.without_bias(&t));
        faults.extend(place.map(|place| ("train", Told::of(&Contradiction::Biases(place)))));
        faults.extend(self.build.faults(layers).iter().map(|e| ("build", Told::of(e))));
        faults
    }

    /// Where a bias is lacking that standardised values are undone in.
    fn without_bias(&self, topology: &Topology) -> Option<&'static str> {
        let first = topology.hidden.first().map_or(topology.output_bias, |l| l.bias);
        match self.train.standardise {
            Standardise::None => None,
            _ if !first => Some("the first layer"),
            Standardise::Both if !topology.output_bias => Some("the outputs"),
            _ => None,
        }
    }
}

impl Build {
    /// What is at fault in the table.
    fn faults(&self, layers: Option<usize>) -> Vec<Contradiction> {
        let mut faults = Vec::new();
        if let Some(rate) = self.rate.filter(|r| !(r.is_finite() && *r > 0.0)) {
            faults.push(Contradiction::Rate(rate));
        }
        if self.interval == Some(0) {
            faults.push(Contradiction::Interval);
        }
        let fits = self.reuse.len() <= 1 || layers.is_none_or(|n| n == self.reuse.len());
        if self.reuse.contains(&0) || !fits {
            faults.push(Contradiction::Reuse { found: self.reuse.clone(), layers });
        }
        if !self.reuse.is_empty() && self.arch == Some(Architecture::Auto) {
            faults.push(Contradiction::ReuseChosen);
        }
        if self.weights == gainstage_hdl::units::Multiplier::Dsp && self.dsp == Some(false) {
            faults.push(Contradiction::Multipliers);
        }
        let wrong = |r: &u32| !(1..=64).contains(r) || self.divider == Divider::Corrected;
        faults.extend(self.divider_rows.filter(wrong).map(Contradiction::DividerRows));
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::ProjectError;
    use std::path::Path;

    fn said(text: &str) -> Vec<String> {
        match Project::parse(text, Path::new("p.toml")) {
            Ok(_) => Vec::new(),
            Err(e @ ProjectError::Faults { .. }) => {
                // All but the first have their codes before their places.
                let told = |l: &str| {
                    let at = l.find("p.toml:").filter(|&at| at == 0 || l.starts_with("error[GS"))?;
                    Some(l[at..].to_owned())
                };
                e.to_string().lines().filter_map(told).collect()
            }
            Err(e) => panic!("{e}"),
        }
    }

    #[test]
    fn every_fault_is_told_at_its_place() {
        let found = said(
            "name = \"net\"\n[data]\ngenerator = \"eq6\"\npoints = 0\n[network]\nhidden = [\n  { ordinary = 0 },\n  \
             { ordinary = 2, activation = \"what\" },\n]\n[train]\nrate = -1\nepochs = 0\nbitz = 3\n[quantize]\nbits = \
             99\nguard-bits = 99\n[build]\nrate = -1\nclock = 0\n[learned]\nnodes = 1\nsweeps = 0\n",
        );
        let expected = [
            ("4:10", "points is 0"),
            ("7:3", "the layer has 0 neurons"),
            ("8:32", "\"what\" is no activation"),
            ("11:8", "rate is -1"),
            ("12:10", "epochs is 0"),
            ("13:1", "unknown field `bitz`"),
            ("15:8", "a width of 99 bits"),
            ("16:14", "guard-bits = 99"),
            ("18:8", "rate is -1"),
            ("19:9", "a clock of 0 MHz"),
            ("21:9", "nodes is 1"),
            ("22:10", "sweeps is 0"),
        ];
        for (place, message) in expected {
            let line = format!("p.toml:{place}: ");
            assert!(
                found.iter().any(|f| f.starts_with(&line) && f.contains(message)),
                "{place} {message}: {found:#?}"
            );
        }
        assert_eq!(found.len(), expected.len(), "{found:#?}");
    }

    #[test]
    fn what_is_missing_is_told_once_and_the_rest_is_read() {
        let found = said("[quantize]\nbits = 1\nguard-bits = 13\n");
        for message in ["missing field `name`", "missing field `data`", "width of 1", "use at most 12"] {
            assert_eq!(found.iter().filter(|f| f.contains(message)).count(), 1, "{message}: {found:#?}");
        }
        assert_eq!(found.len(), 4, "{found:#?}");
        let found = said("name = \"n\"\n[data]\n[network]\nhidden = 3\n[verify]\nvectors = -1\n");
        assert_eq!(found.len(), 3, "{found:#?}");
    }

    #[test]
    fn what_shows_only_in_the_whole_is_found_too() {
        let base = "name = \"n\"\n[data]\ngenerator = \"eq6\"\n[network]\nbias = \"first\"\nhidden = [{ ordinary = 1 }]\n";
        for (more, message) in [
            (
                "[quantize]\nlayers = [{ layer = 2, z = 9 }]\n",
                "layers names layer 2, but the network has layers 0 to 1",
            ),
            ("[train]\nstandardise = \"both\"\n", "standardise needs biases in the outputs"),
            ("[build]\nweights = \"dsp\"\ndsp = false\n", "weights = \"dsp\" needs hard multipliers"),
            ("[build]\nreuse = [1, 2, 3]\n", "reuse is [1, 2, 3]: give one number, or 2, one for each layer"),
            ("[build]\ninterval = 0\n", "interval is 0"),
        ] {
            let found = said(&format!("{base}{more}"));
            assert!(found.len() == 1 && found[0].contains(message), "{found:#?}");
        }
        assert!(said(base).is_empty());
    }
}
