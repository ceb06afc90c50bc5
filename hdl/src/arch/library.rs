//! The units a plan needs, made once each and shared by all neurons.

use crate::device::Target;
use crate::expr::{Graph, Sig};
use crate::module::Module;
use crate::units::{self, Attenuation, Products, Rows};
use gainstage_golden::num::Format;
use gainstage_golden::plan::{Argmax, Head, Plan, Softmax, Tail};
use gainstage_golden::text::count;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Modules of tables, squarers and attenuators for one plan and target.
pub struct Library<'a> {
    plan: &'a Plan,
    target: &'a Target,
    /// Whether tables multiply in look-up tables.
    in_logic: bool,
    units: BTreeMap<String, Arc<Module>>,
}

impl<'a> Library<'a> {
    /// An empty library.
    pub fn new(plan: &'a Plan, target: &'a Target) -> Library<'a> {
        Library { plan, target, in_logic: false, units: BTreeMap::new() }
    }

    /// The same, empty, with tables that multiply in look-up tables.
    pub fn in_logic(self) -> Library<'a> {
        Library { in_logic: true, units: BTreeMap::new(), ..self }
    }

    /// Whether what units multiply may take hard multipliers.
    pub fn has_multipliers(&self) -> bool {
        self.target.dsp && !self.in_logic
    }

    /// The plan.
    pub fn plan(&self) -> &'a Plan {
        self.plan
    }

    /// The target.
    pub fn target(&self) -> &'a Target {
        self.target
    }

    /// The module of table `index`.
    pub fn table(&mut self, index: usize) -> Arc<Module> {
        let function = units::function_tag(&self.plan.tables[index].function());
        let mut name = format!("{}_table{index}_{function}", self.plan.name);
        if self.in_logic {
            name += "_logic";
        }
        let (table, target) =
            (&self.plan.tables[index], self.target.clone().with_dsp(self.has_multipliers()));
        self.unit(&name, || table_module(table, &name, &target))
    }

    /// The module of a kind that is not ordinary, from h to y.
    pub fn tail(&mut self, tail: Tail, h: Format, y: Format) -> Option<Arc<Module>> {
        let target = self.target;
        match tail {
            Tail::Ordinary => None,
            Tail::Amplifying => {
                let name = format!("{}_square_{}_{}", self.plan.name, units::tag(h), units::tag(y));
                Some(self.unit(&name, || squarer_module(h, y, &name, target)))
            }
            Tail::Attenuating { b } => {
                let name = format!("{}_attenuate_b{b}_{}_{}", self.plan.name, units::tag(h), units::tag(y));
                Some(self.unit(&name, || attenuator_module(b, h, y, &name, target)))
            }
        }
    }

    fn unit(&mut self, name: &str, make: impl FnOnce() -> Module) -> Arc<Module> {
        self.units.entry(name.to_owned()).or_insert_with(|| Arc::new(make())).clone()
    }
}

/// A table with its registers; its ROM file is called like the module.
pub fn table_module(t: &gainstage_golden::approx::Table, name: &str, target: &Target) -> Module {
    let doc = format!(
        "Piecewise polynomial of degree {} in {}: y = {}.\n\
         Worst error {:.4} ulp at z = {}, {:.2} % of all {} codes correctly rounded.",
        t.steps.len(),
        count(t.segments.len(), "segment"),
        t.function(),
        t.certificate.worst_ulp,
        t.certificate.worst_code,
        100.0 * t.certificate.correctly_rounded,
        t.certificate.codes,
    );
    Module::new(name, &doc, units::table(t, name, &Products::of(target)), target)
}

/// A squarer with its registers.
pub fn squarer_module(h: Format, y: Format, name: &str, target: &Target) -> Module {
    let doc = "Amplifying neuron: y = h^2, rounded half up, saturated.";
    Module::new(name, doc, units::squarer(h, y, &Products::of(target)), target)
}

/// An attenuator with its registers.
pub fn attenuator_module(b: i64, h: Format, y: Format, name: &str, target: &Target) -> Module {
    let unit = units::attenuator(Attenuation { b, h, y }, name, target);
    let doc = format!(
        "Attenuating neuron: y = h/(h^2 + b), correctly rounded half away from zero, saturated.\n\
         b = {b} * 2^{}, by {}.",
        -2 * h.frac,
        if unit.corrected { "a table and a correction" } else { "a restoring divider" }
    );
    Module::new(name, &doc, unit.graph, target)
}

/// The outputs of a network whose last layer has these: themselves, or what the plan's head makes of them.
pub(super) fn headed(g: &mut Graph, library: &mut Library<'_>, scores: Vec<Sig>) -> Vec<Sig> {
    let (plan, target) = (library.plan(), library.target());
    match plan.head() {
        None => scores,
        Some(Head::Argmax(argmax)) => {
            let name = format!("{}_argmax", plan.name);
            let module = argmax_module(argmax, &plan.score_formats(), &name, target);
            g.instance_named(&Arc::new(module), "argmax", &scores)
        }
        Some(Head::Softmax(softmax)) => {
            let module = softmax_module(library, softmax, &format!("{}_shares", plan.name));
            g.instance_named(&Arc::new(module), "shares", &scores)
        }
    }
}

/// The probabilities of the classes with their registers.
fn softmax_module(library: &mut Library<'_>, softmax: &Softmax, name: &str) -> Module {
    let (plan, target) = (library.plan(), library.target());
    let (table, scores) = (&plan.tables[softmax.table], plan.score_formats());
    let divider = format!("{name}_divider");
    let rows = Rows { square: Graph::square, division: target.division, name: &divider, target };
    let share = units::share(softmax, table, Argmax::count(scores.len()), &rows);
    let doc = format!(
        "Share: 2^{} * part / sum, rounded half up, saturated, by a restoring divider.",
        softmax.bits
    );
    let share = Arc::new(Module::new(&divider, &doc, share, target));
    let exp = library.table(softmax.table);
    let doc = format!(
        "Probabilities: exp of how far each score is below the largest, over the sum of all, in {}.\n\
         At most {:.4} ulp from the softmax of the scores, before saturation.",
        softmax.format(),
        softmax.worst_error(table, &scores)
    );
    Module::new(name, &doc, units::softmax(softmax, &scores, &exp, &share), target)
}

/// The decision between scores with its registers.
pub fn argmax_module(argmax: &Argmax, scores: &[Format], name: &str, target: &Target) -> Module {
    let mut doc = match (argmax.top, scores.len()) {
        (1, 2..) => "Class: the index of the largest score; of equal ones the lowest.".to_owned(),
        (1, _) => "Class: 1 where the score is above 0.".to_owned(),
        (top, 2..) => {
            format!("The {top} classes with the largest scores, in order; of equal ones the lower first.")
        }
        _ => "Both classes in order: 1 before 0 where the score is above 0.".to_owned(),
    };
    if argmax.margin {
        doc.push_str(if scores.len() > 1 {
            "\nMargin: the largest score minus the second largest, exact."
        } else {
            "\nMargin: the score without its sign."
        });
    }
    Module::new(name, &doc, units::argmax(argmax, scores), target)
}
