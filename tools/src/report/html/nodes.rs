//! Nodes of the network's drawing: kinds by shape and colour, places in a column.

use super::svg;
use maud::{Markup, html};

/// Most nodes that are drawn of a layer.
const MOST: usize = 16;

/// A kind of node: of a neuron, or an end of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An input.
    Input,
    /// A sum without an activation.
    Linear,
    /// A sum with an activation.
    Ordinary,
    /// The square of such an activation.
    Amplifying,
    /// Such an activation h as h / (h² + b).
    Attenuating,
    /// A sum and a function in one table.
    Fused,
    /// A kind that this program does not know.
    Other,
    /// The decision between scores.
    Decision,
}

impl Kind {
    /// The kind by its word in a plan.
    pub fn of(word: &str) -> Kind {
        match word {
            "linear" => Kind::Linear,
            "ordinary" => Kind::Ordinary,
            "amplifying" => Kind::Amplifying,
            "attenuating" => Kind::Attenuating,
            "fused" => Kind::Fused,
            _ => Kind::Other,
        }
    }

    /// What the legend calls it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Input => "input",
            Kind::Linear => "linear: a weighted sum",
            Kind::Ordinary => "ordinary: h, an activation of the sum",
            Kind::Amplifying => "amplifying: h²",
            Kind::Attenuating => "attenuating: h / (h² + b)",
            Kind::Fused => "fused: a table of the sum outright",
            Kind::Other => "other",
            Kind::Decision => "the largest score wins",
        }
    }

    /// The class that colours it.
    fn class(self) -> &'static str {
        match self {
            Kind::Input => "node n-input",
            Kind::Linear => "node n-linear",
            Kind::Ordinary => "node c-1",
            Kind::Amplifying => "node c-2",
            Kind::Attenuating => "node c-3",
            Kind::Fused => "node c-4",
            Kind::Other => "node c-5",
            Kind::Decision => "node n-decision",
        }
    }

    /// Its outline around a point.
    fn outline(self, (x, y): (f64, f64), r: f64) -> String {
        let shape = |points: &[(f64, f64)]| {
            let points: Vec<(f64, f64)> = points.iter().map(|(u, v)| (x + r * u, y + r * v)).collect();
            format!("{}Z", svg::line(&points))
        };
        match self {
            Kind::Amplifying => shape(&[(0.0, -1.15), (1.1, 0.85), (-1.1, 0.85)]),
            Kind::Attenuating => shape(&[(0.0, 1.15), (1.1, -0.85), (-1.1, -0.85)]),
            Kind::Fused => shape(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
            Kind::Other | Kind::Decision => shape(&[(0.0, -1.2), (1.2, 0.0), (0.0, 1.2), (-1.2, 0.0)]),
            Kind::Input => shape(&[(-0.6, -0.6), (0.6, -0.6), (0.6, 0.6), (-0.6, 0.6)]),
            Kind::Linear | Kind::Ordinary => {
                let (left, right) = (svg::px(x - r), svg::px(x + r));
                let (y, r) = (svg::px(y), svg::px(r));
                format!("M{left} {y}A{r} {r} 0 1 1 {right} {y}A{r} {r} 0 1 1 {left} {y}Z")
            }
        }
    }

    /// The node at a point.
    pub fn node(self, at: (f64, f64)) -> Markup {
        svg::path(self.class(), &self.outline(at, 7.0))
    }

    /// The node beside its name.
    pub fn key(self) -> Markup {
        html! {
            span class="key" {
                svg viewBox="0 0 22 18" aria-hidden="true" {
                    (svg::path(self.class(), &self.outline((11.0, 9.0), 7.0)))
                }
                (self.name())
            }
        }
    }
}

/// Kinds with how many nodes there are of each, in the order of the layer.
pub type Kinds = Vec<(Kind, usize)>;

/// How many nodes there are in all.
pub fn total(kinds: &Kinds) -> usize {
    kinds.iter().fold(0, |all, (_, n)| all.saturating_add(*n))
}

/// The nodes that are drawn, with their numbers in the layer: of many the first and the last, between them a gap.
pub fn drawn(kinds: &Kinds) -> Vec<Option<(usize, Kind)>> {
    let all = total(kinds);
    let kind_of = |n: usize| {
        let mut left = n;
        let found = kinds.iter().find(|(_, count)| {
            let here = left < *count;
            left = left.saturating_sub(*count);
            here
        });
        found.map_or(Kind::Other, |(kind, _)| *kind)
    };
    if all <= MOST {
        return (0..all).map(|n| Some((n, kind_of(n)))).collect();
    }
    let half = MOST / 2;
    let last = (all - (MOST - half - 1)..all).map(|n| Some((n, kind_of(n))));
    (0..half).map(|n| Some((n, kind_of(n)))).chain([None]).chain(last).collect()
}
