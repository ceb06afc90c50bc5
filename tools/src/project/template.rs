//! Projects to start from: those under `examples/`, as they stand, and the first paper's ten networks.

use std::borrow::Cow;

/// A project to start from.
#[derive(Clone)]
pub struct Template {
    /// Its name on the command line.
    pub name: Cow<'static, str>,
    /// One line about it.
    pub summary: Cow<'static, str>,
    /// The project file.
    pub toml: Cow<'static, str>,
    /// Other files: name and content.
    pub files: &'static [(&'static str, &'static str)],
}

macro_rules! example {
    ($name:literal, $file:literal) => {
        include_str!(concat!("../../examples/", $name, "/", $file))
    };
}

/// The templates of `examples/`, the usual starting point first.
const EXAMPLES: &[Template] = &[
    Template {
        name: Cow::Borrowed("small"),
        summary: Cow::Borrowed("a tiny network on sin 3x + sin 6x; trains in seconds"),
        toml: Cow::Borrowed(example!("small", "gainstage.toml")),
        files: &[],
    },
    Template {
        name: Cow::Borrowed("thermistor"),
        summary: Cow::Borrowed(
            "a sensor: from codes of a 12-bit converter to degrees, as `gainstage demo` builds it",
        ),
        toml: Cow::Borrowed(example!("thermistor", "gainstage.toml")),
        files: &[("ntc.csv", example!("thermistor", "ntc.csv"))],
    },
    Template {
        name: Cow::Borrowed("eq6"),
        summary: Cow::Borrowed("Network 5 of Jung & Kwon: equation 6, 5 hidden layers of 10 neurons"),
        toml: Cow::Borrowed(example!("eq6", "gainstage.toml")),
        files: &[],
    },
    Template {
        name: Cow::Borrowed("figure1"),
        summary: Cow::Borrowed("the network of figure 1: sin 3x + sin 6x, 4 hidden layers of 7, leaky ReLU"),
        toml: Cow::Borrowed(example!("figure1", "gainstage.toml")),
        files: &[],
    },
    Template {
        name: Cow::Borrowed("ackley"),
        summary: Cow::Borrowed(
            "Network 10 of Jung & Kwon: Ackley's function of two variables, 6 hidden layers of 10",
        ),
        toml: Cow::Borrowed(example!("ackley", "gainstage.toml")),
        files: &[],
    },
    Template {
        name: Cow::Borrowed("spirals"),
        summary: Cow::Borrowed("two classes, two spirals: softmax, and the class as the circuit's output"),
        toml: Cow::Borrowed(example!("spirals", "gainstage.toml")),
        files: &[],
    },
    Template {
        name: Cow::Borrowed("iris"),
        summary: Cow::Borrowed(
            "three kinds of iris, told apart by 5 neurons whose activations are learned: no multiplier in them",
        ),
        toml: Cow::Borrowed(example!("iris", "gainstage.toml")),
        files: &[("iris.csv", example!("iris", "iris.csv")), ("SOURCE.md", example!("iris", "SOURCE.md"))],
    },
    Template {
        name: Cow::Borrowed("digits"),
        summary: Cow::Borrowed(
            "handwritten digits of 8 by 8 pixels: 16 neurons, which an iCEBreaker holds with one multiplier",
        ),
        toml: Cow::Borrowed(example!("digits", "neurons.toml")),
        files: &[("digits.csv", example!("digits", "digits.csv"))],
    },
    Template {
        name: Cow::Borrowed("csv"),
        summary: Cow::Borrowed("your own data: samples.csv with columns x0, x1, ..., y0, ..."),
        toml: Cow::Borrowed(example!("csv", "gainstage.toml")),
        files: &[("samples.csv", example!("csv", "samples.csv"))],
    },
];

/// All templates.
pub fn all() -> impl Iterator<Item = Template> {
    EXAMPLES.iter().cloned().chain(super::paper::templates())
}

/// The template of a name.
///
/// # Errors
/// A message that lists the names there are.
pub fn find(name: &str) -> anyhow::Result<Template> {
    all().find(|t| t.name == name).ok_or_else(|| {
        let names: Vec<_> = EXAMPLES.iter().map(|t| t.name.as_ref()).collect();
        anyhow::anyhow!(
            "there is no template {name:?}: use one of {}, network1 to network10",
            names.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;
    use std::path::Path;

    /// Every directory of `examples/`, whether it is a template or not.
    #[test]
    fn every_example_is_a_project_with_data_and_a_shape() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
        let mut found = Vec::new();
        for entry in std::fs::read_dir(root).expect("examples") {
            let place = entry.expect("an entry").path();
            if !place.is_dir() {
                continue;
            }
            let name = place.file_name().expect("a name").to_string_lossy().into_owned();
            let project = Project::read(&place).unwrap_or_else(|e| panic!("{e}"));
            assert!(project.name.0.starts_with(&name), "{name} calls itself {}", project.name.0);
            let sets = project.samples().unwrap_or_else(|e| panic!("{name}: {e:#}"));
            let samples = sets.train;
            assert!(samples.rows() >= 10, "{name}");
            found.push(name);
            if project.network.edges().is_some() {
                assert!(sets.test.is_some(), "{}: nothing is held out", place.display());
                continue;
            }
            let topology = project.network.topology(samples.inputs(), samples.outputs()).expect("a shape");
            project.quantize.layer_bits(topology.hidden.len() + 1).expect("widths");
        }
        let missing: Vec<_> = EXAMPLES.iter().filter(|t| !found.iter().any(|f| *f == t.name)).collect();
        assert!(missing.is_empty() && found.len() > EXAMPLES.len(), "{found:?}");
        assert!(find("big").is_err_and(|e| e.to_string().contains("small, thermistor, eq6")));
    }

    #[test]
    fn eq6_is_the_papers_network_5() {
        let project = Project::parse(&find("eq6").expect("there").toml, Path::new("eq6")).expect("valid");
        let zeros = project.network.topology(1, 1).expect("a shape").zeros();
        assert_eq!(zeros.parameters(), 430);
    }
}
