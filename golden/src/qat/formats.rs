//! Formats that are better: binary points move, one at a time, while the error of the integers falls.
//!
//! A format that holds the largest value ever seen has steps that all the others pay for. Here every format of weights, of arguments
//! and of results is tried with steps of half and of twice the size (what lies beyond saturates), and what lowers the error is kept:
//! step sizes are learned (Esser et al. 2020), by trial, because they are powers of two.

use super::course::{Course, Ground};
use crate::approx::{Demand, approximate};
use crate::num::Format;
use crate::plan::{Plan, Stage, Tail};
use crate::watch;

/// Arguments of more bits keep their tables: looking for others takes longer than training.
const TABLE_BITS: u32 = 12;

/// Which formats may move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Freedom {
    /// None.
    None,
    /// Those of inputs, and of weights and outputs of each neuron; those of arguments and activations of a layer together.
    #[default]
    Neuron,
    /// All, of each neuron.
    Value,
}

/// What moves.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Point {
    /// An input, with its subtraction if there is one.
    Input(usize),
    Weights,
    /// The argument of an activation, or the result of a linear neuron.
    Argument,
    /// What an activation gives.
    Result,
}

/// A format that is smaller by this share of the error is kept.
const GAIN: f64 = 1e-3;

type Place = (usize, usize);

/// The course with better formats, and how many moved.
pub(super) fn moved(
    mut course: Course,
    ground: &Ground,
    freedom: Freedom,
    demand: &Demand,
) -> (Course, usize) {
    if freedom == Freedom::None {
        return (course, 0);
    }
    let (mut least, mut count) = (course.error(ground, &ground.some), 0);
    for (point, places) in groups(&course.plan, freedom) {
        for by in [1, -1] {
            // As long as it helps.
            loop {
                watch::check();
                let Some(other) = tried(&course, ground, point, &places, by, demand) else { break };
                let error = other.error(ground, &ground.some);
                if error >= least * (1.0 - GAIN) {
                    break;
                }
                (least, course, count) = (error, other, count + 1);
            }
        }
    }
    (course, count)
}

/// What may move, each with the neurons that it moves of.
fn groups(plan: &Plan, freedom: Freedom) -> Vec<(Point, Vec<Place>)> {
    let mut groups: Vec<_> = (0..plan.inputs.len()).map(|i| (Point::Input(i), Vec::new())).collect();
    for (l, layer) in plan.layers.iter().enumerate() {
        let subtracts = is_subtraction(plan, l);
        let (linear, activated): (Vec<Place>, Vec<Place>) = (0..layer.neurons.len())
            .map(|n| (l, n))
            .partition(|&(l, n)| matches!(plan.layers[l].neurons[n].stage, Stage::Linear { .. }));
        if subtracts {
            continue;
        }
        groups.extend(linear.iter().chain(&activated).map(|&place| (Point::Weights, vec![place])));
        groups.extend(linear.into_iter().map(|place| (Point::Argument, vec![place])));
        for point in [Point::Argument, Point::Result] {
            match freedom {
                Freedom::Value => groups.extend(activated.iter().map(|&place| (point, vec![place]))),
                _ if activated.is_empty() => {}
                _ => groups.push((point, activated.clone())),
            }
        }
    }
    groups
}

/// Whether a layer subtracts offsets.
fn is_subtraction(plan: &Plan, l: usize) -> bool {
    l == 0 && plan.layers[0].neurons.iter().all(|n| n.weight.width <= 2 && !n.weight.signed)
}

/// The course with the binary point of something moved; nothing where it cannot be had.
fn tried(
    course: &Course,
    ground: &Ground,
    point: Point,
    places: &[Place],
    by: i32,
    demand: &Demand,
) -> Option<Course> {
    let mut plan = Plan::clone(&course.plan);
    if let Point::Input(i) = point {
        if !is_subtraction(&plan, 0) {
            plan.inputs[i] = moved_by(plan.inputs[i], by)?;
            return course.with(plan, &[], Some(ground.x));
        }
        // The port has the steps of what is subtracted, and still holds every value.
        let port = plan.inputs[i];
        plan.inputs[i] = Format::new(port.signed, port.width.checked_add_signed(by)?, port.frac + by).ok()?;
        let Stage::Linear { y } = &mut plan.layers[0].neurons[i].stage else { return None };
        *y = moved_by(*y, by)?;
        return course.with(plan, &[(0, i)], Some(ground.x));
    }
    places.iter().try_for_each(|&place| move_point(&mut plan, place, point, by, demand))?;
    course.with(plan, places, None)
}

fn moved_by(f: Format, by: i32) -> Option<Format> {
    Format::new(f.signed, f.width, f.frac + by).ok()
}

fn move_point(plan: &mut Plan, (l, n): Place, point: Point, by: i32, demand: &Demand) -> Option<()> {
    let neuron = plan.layers[l].neurons[n].clone();
    if point == Point::Weights {
        plan.layers[l].neurons[n].weight = moved_by(neuron.weight, by)?;
        return Some(());
    }
    let argument = point == Point::Argument;
    let both =
        |z: Format, y: Format| Some(if argument { (moved_by(z, by)?, y) } else { (z, moved_by(y, by)?) });
    let stage = match neuron.stage {
        Stage::Linear { y } => Stage::Linear { y: moved_by(y, by)? },
        Stage::Fused { z, table } => {
            let (z, y) = both(z, plan.tables[table].output)?;
            Stage::Fused { z, table: other(plan, table, z, y, demand)? }
        }
        Stage::Activated { z, table: Some(table), h, tail: Tail::Ordinary, y } if h == y => {
            let (z, h) = both(z, h)?;
            let table = Some(other(plan, table, z, h, demand)?);
            Stage::Activated { z, table, h, tail: Tail::Ordinary, y: h }
        }
        Stage::Activated { z, table, h, tail, y } if !argument => {
            Stage::Activated { z, table, h, tail, y: moved_by(y, by)? }
        }
        Stage::Activated { .. } => return None,
    };
    plan.layers[l].neurons[n].stage = stage;
    Some(())
}

/// The index of the table of the same function between other formats.
fn other(plan: &mut Plan, table: usize, z: Format, y: Format, demand: &Demand) -> Option<usize> {
    if z.width > TABLE_BITS {
        return None;
    }
    let function = plan.tables[table].function();
    let there = plan.tables.iter().position(|t| t.input == z && t.output == y && t.function() == function);
    there.or_else(|| {
        plan.tables.push(approximate(&function, z, y, demand).ok()?);
        Some(plan.tables.len() - 1)
    })
}

/// Takes the tables away that no neuron has any more.
pub(super) fn tidy(plan: &mut Plan) {
    let mut kept = Vec::new();
    for stage in plan.layers.iter_mut().flat_map(|l| &mut l.neurons).map(|n| &mut n.stage) {
        if let Stage::Fused { table, .. } | Stage::Activated { table: Some(table), .. } = stage {
            let at = kept.iter().position(|k| k == table).unwrap_or_else(|| {
                kept.push(*table);
                kept.len() - 1
            });
            *table = at;
        }
    }
    plan.tables = kept.into_iter().map(|k| plan.tables[k].clone()).collect();
}
