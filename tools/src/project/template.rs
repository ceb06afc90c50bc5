//! Projects to start from: those under `examples/`, as they stand.

/// A project to start from.
pub struct Template {
    /// Its name on the command line.
    pub name: &'static str,
    /// One line about it.
    pub summary: &'static str,
    /// The project file.
    pub toml: &'static str,
    /// Other files: name and content.
    pub files: &'static [(&'static str, &'static str)],
}

macro_rules! example {
    ($name:literal, $file:literal) => {
        include_str!(concat!("../../../examples/", $name, "/", $file))
    };
}

/// All templates, the usual starting point first.
pub const TEMPLATES: &[Template] = &[
    Template {
        name: "small",
        summary: "a tiny network on sin 3x + sin 6x; trains in seconds",
        toml: example!("small", "gainstage.toml"),
        files: &[],
    },
    Template {
        name: "eq6",
        summary: "Network 5 of Jung & Kwon: equation 6, 5 hidden layers of 10 neurons",
        toml: example!("eq6", "gainstage.toml"),
        files: &[],
    },
    Template {
        name: "figure1",
        summary: "the network of figure 1: sin 3x + sin 6x, 4 hidden layers of 7, leaky ReLU",
        toml: example!("figure1", "gainstage.toml"),
        files: &[],
    },
    Template {
        name: "ackley",
        summary: "Network 10 of Jung & Kwon: Ackley's function of two variables, 6 hidden layers of 10",
        toml: example!("ackley", "gainstage.toml"),
        files: &[],
    },
    Template {
        name: "spirals",
        summary: "two classes, two spirals: softmax, and the class as the circuit's output",
        toml: example!("spirals", "gainstage.toml"),
        files: &[],
    },
    Template {
        name: "iris",
        summary: "three kinds of iris, told apart by 5 neurons whose activations are learned: no multiplier in them",
        toml: example!("iris", "gainstage.toml"),
        files: &[("iris.csv", example!("iris", "iris.csv")), ("SOURCE.md", example!("iris", "SOURCE.md"))],
    },
    Template {
        name: "csv",
        summary: "your own data: samples.csv with columns x0, x1, ..., y0, ...",
        toml: example!("csv", "gainstage.toml"),
        files: &[("samples.csv", example!("csv", "samples.csv"))],
    },
];

/// The template of a name.
///
/// # Errors
/// A message that lists the names there are.
pub fn find(name: &str) -> anyhow::Result<&'static Template> {
    TEMPLATES.iter().find(|t| t.name == name).ok_or_else(|| {
        let names: Vec<_> = TEMPLATES.iter().map(|t| t.name).collect();
        anyhow::anyhow!("there is no template {name:?}: use one of {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;
    use std::path::Path;

    #[test]
    fn every_template_is_a_project_with_data_and_a_shape() {
        for template in TEMPLATES {
            let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(template.name);
            let project = Project::read(&place).unwrap_or_else(|e| panic!("{e}"));
            assert!(project.name.0.starts_with(template.name));
            let (samples, _) = project.samples().expect("samples");
            let topology = project.network.topology(samples.inputs(), samples.outputs()).expect("a shape");
            project.quantize.layer_bits(topology.hidden.len() + 1).expect("widths");
        }
        assert!(find("big").is_err_and(|e| e.to_string().contains("small, eq6")));
    }

    #[test]
    fn eq6_is_the_papers_network_5() {
        let project = Project::parse(find("eq6").expect("there").toml, Path::new("eq6")).expect("valid");
        let zeros = project.network.topology(1, 1).expect("a shape").zeros();
        assert_eq!(zeros.parameters(), 430);
    }
}
