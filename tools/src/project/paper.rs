//! The first paper's ten networks: how they are trained here, and their project files.

use super::template::Template;
use gainstage_golden::func::Kind;
use gainstage_golden::net::{PaperNetwork, Topology};
use gainstage_golden::train::{Init, TrainConfig};

/// Hidden layers beyond which a network of ordinary neurons is trained as one of few points.
const DEEP: usize = 6;

/// How networks of the paper are trained by our protocol. With two inputs and few points, weight decay keeps a network from learning the points by heart. Ordinary
/// neurons alone need more of it there, and in many layers, falling in the polish, and the paper's small weights at the
/// start: otherwise most networks stay at what is smoothest.
pub fn recipe(two_inputs: bool, topology: &Topology) -> TrainConfig {
    let ordinary = topology.hidden.iter().flat_map(|l| &l.neurons).all(|n| n.kind == Kind::Ordinary);
    let deep = topology.hidden.len() > DEEP;
    let base = TrainConfig {
        restarts: 64,
        halve_at: vec![0.1, 0.3],
        epochs: 20_000,
        polish: 200,
        consensus: 3,
        ..TrainConfig::default()
    };
    let plane = TrainConfig { l2: 0.002, ..base.clone() };
    let smooth = TrainConfig { epochs: 30_000, init: Init::Paper, ..plane.clone() };
    match (two_inputs, ordinary) {
        (false, true) if deep => {
            TrainConfig { restarts: 32, halve_at: vec![0.2, 0.5], polish: 30, anneal: 0.03, ..smooth }
        }
        (false, _) => base,
        (true, false) => TrainConfig { rate: 0.003, polish: 100, ..plane },
        (true, true) => TrainConfig { polish: 50, anneal: 1.0, ..smooth },
    }
}

/// Keys of a recipe, in the order of a project file.
const KEYS: [&str; 9] =
    ["init", "rate", "l2", "epochs", "polish", "anneal", "restarts", "halve-at", "consensus"];

/// A recipe as lines of `[train]`: what is not usual, and the epochs.
fn written(recipe: &TrainConfig) -> String {
    let table = |config| toml::Table::try_from(config).unwrap_or_default();
    let (recipe, usual) = (table(recipe), table(&TrainConfig::default()));
    let lines = KEYS.iter().filter(|&&key| key == "epochs" || recipe.get(key) != usual.get(key));
    lines.filter_map(|key| Some(format!("{key} = {}", recipe.get(*key)?))).collect::<Vec<_>>().join("\n")
}

/// A template for each of the ten.
pub fn templates() -> impl Iterator<Item = Template> {
    PaperNetwork::all().into_iter().map(|n| Template {
        name: format!("network{}", n.number).into(),
        summary: summary(&n).into(),
        toml: project(&n).into(),
        files: &[],
    })
}

fn summary(n: &PaperNetwork) -> String {
    let s = &n.shape;
    let layers = match s.typed_layers {
        Some([first, last]) => format!(" in layers {first} to {last}"),
        None => String::new(),
    };
    format!(
        "Network {} of Jung & Kwon: {}, {} hidden layers of {}, {} amplifying and {} attenuating{layers}",
        n.number,
        n.target.name(),
        s.depth,
        s.neurons,
        s.amplifying,
        s.attenuating
    )
}

fn project(n: &PaperNetwork) -> String {
    let s = &n.shape;
    let [first, last] = s.typed_layers.unwrap_or([1, s.depth]);
    let typed = s.amplifying + s.attenuating > 0;
    let plain = |count| layers(count, s.neurons - 1, 0, 0);
    let hidden = match typed {
        false => plain(s.depth),
        true => {
            let ordinary = s.neurons - 1 - s.amplifying - s.attenuating;
            let middle = layers(last - first + 1, ordinary, s.amplifying, s.attenuating);
            [plain(first - 1), middle, plain(s.depth - last)].concat()
        }
    };
    let (number, target, points) = (n.number, n.target.name(), n.target.paper_points());
    let settle = if n.target.inputs() == 1 { 50 } else { 100 };
    let topology = Topology::paper(s).expect("a network of the paper");
    let ours = written(&recipe(n.target.inputs() == 2, &topology));
    format!(
        r#"# {summary}.
# The paper's result on its grid: MAE {mae:.6}, SD {sd:.6}.
name = "network{number}"

[data]
generator = "{target}"
points = {points}
seed = 1

[network]
bias = "first"
hidden = [
{hidden}]

# For the paper's own protocol, put these lines in place of the others:
#   protocol = "jung-kwon"
#   settle = {settle}
[train]
{ours}
seed = 1

# As close as these networks come to their targets, 18 bits would lose more than training won; 22 do not.
[quantize]
bits = 22
formats = "neuron"
guard-bits = 2

[build]
target = "ecp5"
clock = 100
"#,
        summary = summary(n),
        mae = n.mae,
        sd = n.sd
    )
}

/// A line of `hidden`; none for no layers.
fn layers(repeat: usize, ordinary: usize, amplifying: usize, attenuating: usize) -> String {
    if repeat == 0 {
        return String::new();
    }
    let count = |name: &str, n: usize| if n > 0 { format!(", {name} = {n}") } else { String::new() };
    format!(
        "  {{ repeat = {repeat}, linear = 1{}{}{}, activation = \"psoftplus(0.3)\" }},\n",
        count("ordinary", ordinary),
        count("amplifying", amplifying),
        count("attenuating", attenuating)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;
    use gainstage_golden::train::Protocol;
    use std::path::Path;

    #[test]
    fn the_projects_have_the_papers_shapes() {
        for (template, network) in templates().zip(PaperNetwork::all()) {
            let project = Project::parse(&template.toml, Path::new("t")).unwrap_or_else(|e| panic!("{e}"));
            let shape = project.network.topology(network.target.inputs(), 1).expect("a shape");
            assert_eq!(shape, Topology::paper(&network.shape).expect("a shape"), "{}", template.name);
        }
    }

    #[test]
    fn the_projects_say_how_the_networks_are_trained() {
        for (template, network) in templates().zip(PaperNetwork::all()) {
            let project = Project::parse(&template.toml, Path::new("t")).unwrap_or_else(|e| panic!("{e}"));
            let topology = Topology::paper(&network.shape).expect("a shape");
            assert_eq!(project.train, recipe(network.target.inputs() == 2, &topology), "{}", template.name);
        }
    }

    #[test]
    fn the_papers_protocol_can_be_put_in() {
        let template = templates().last().expect("ten");
        let (head, tail) = template.toml.split_once("rate = 0.003").expect("ours");
        let (_, tail) = tail.split_once("consensus = 3").expect("ours");
        let text = format!("{head}protocol = \"jung-kwon\"\nsettle = 100{tail}");
        let project = Project::parse(&text, Path::new("t")).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((project.train.protocol, project.train.epochs), (Protocol::JungKwon, 200_000));
    }
}
