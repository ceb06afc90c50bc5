//! Project files for the first paper's ten networks.

use super::template::Template;
use gainstage_golden::net::PaperNetwork;

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
    let deep = s.depth > 6;
    let ours = match (n.target.inputs(), typed) {
        (1, false) if deep => "init = \"paper\"\nl2 = 0.002\nepochs = 30000\npolish = 30\nanneal = 0.03",
        (1, _) => "epochs = 20000\npolish = 200",
        (_, true) => "rate = 0.003\nl2 = 0.002\nepochs = 20000\npolish = 100",
        (_, false) => "init = \"paper\"\nl2 = 0.002\nepochs = 30000\npolish = 50\nanneal = 1.0",
    };
    let restarts = match (n.target.inputs(), typed) {
        (1, false) if deep => "restarts = 32\nhalve-at = [0.2, 0.5]",
        _ => "restarts = 64\nhalve-at = [0.1, 0.3]",
    };
    let ours = format!("{ours}\n{restarts}\nconsensus = 3");
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
    use gainstage_golden::net::Topology;
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
    fn the_papers_protocol_can_be_put_in() {
        let template = templates().last().expect("ten");
        let (head, tail) = template.toml.split_once("rate = 0.003").expect("ours");
        let (_, tail) = tail.split_once("consensus = 3").expect("ours");
        let text = format!("{head}protocol = \"jung-kwon\"\nsettle = 100{tail}");
        let project = Project::parse(&text, Path::new("t")).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((project.train.protocol, project.train.epochs), (Protocol::JungKwon, 200_000));
    }
}
