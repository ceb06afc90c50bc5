//! Figures 1, 4 and 6: what the networks make of their targets, drawn.

use super::checkpoint::Entry;
use super::{Method, Report, Setting};
use crate::report::{Anchor, Chart, Svg, Table, error_map, span};
use gainstage_golden::data::{Samples, Target};
use gainstage_golden::document::write_atomic;
use gainstage_golden::func::Activation;
use gainstage_golden::net::{PaperNetwork, PaperShape, Topology};
use std::fmt::Write;

/// Figure 1: sin 3x + sin 6x with leaky ReLU, a network of straight pieces.
///
/// # Errors
/// As [`Setting::run`]; a place that cannot be written.
pub fn figure1(setting: &Setting) -> anyhow::Result<Report> {
    let activation = Activation::LeakyRelu { slope: 0.3 };
    let topology = Topology::paper(&PaperShape { activation, ..PaperShape::new(1, 1, 7, 4) })?;
    let run = |method: &Method| setting.run("Figure 1", Target::Figure1, &topology, *method);
    let entries = setting.methods.iter().map(run).collect::<anyhow::Result<Vec<_>>>()?;
    curves("figure1", Target::Figure1, &entries, setting)
}

/// Figure 4: equation 6 by Network 1 (ordinary neurons) and Network 5 (all kinds).
///
/// # Errors
/// As [`figure1`].
pub fn figure4(setting: &Setting) -> anyhow::Result<Report> {
    curves("figure4", Target::Eq6, &entries(&[1, 5], setting)?, setting)
}

/// Figure 6: Ackley's function by Network 9 (ordinary neurons) and Network 10 (all kinds).
///
/// # Errors
/// As [`figure1`].
pub fn figure6(setting: &Setting) -> anyhow::Result<Report> {
    let entries = entries(&[9, 10], setting)?;
    let grid = Target::Ackley.grid();
    let outputs = outputs(&entries, &grid)?;
    let mut report = report("figure6", &entries, &grid, &outputs, setting)?;
    for (entry, (name, y)) in entries.iter().zip(&outputs) {
        let file = format!(
            "figure6-{}-{}.svg",
            entry.key.name.to_lowercase().replace(' ', ""),
            entry.key.method.name()
        );
        let path = setting.out.join(file);
        let title = format!("{name}: error over x0 (across) and x1 (up)");
        write_atomic(&path, error_map(&title, grid.x(), grid.y(), y).as_bytes())?;
        report.files.push(path);
    }
    Ok(report)
}

fn entries(numbers: &[usize], setting: &Setting) -> anyhow::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for network in numbers.iter().filter_map(|n| PaperNetwork::get(*n)) {
        let topology = Topology::paper(&network.shape)?;
        for method in &setting.methods {
            entries.push(setting.run(
                &format!("Network {}", network.number),
                network.target,
                &topology,
                *method,
            )?);
        }
    }
    Ok(entries)
}

/// A name and the outputs on the grid for each entry.
fn outputs(entries: &[Entry], grid: &Samples) -> anyhow::Result<Vec<(String, Vec<f64>)>> {
    let output = |e: &Entry| {
        let name = format!("{}, {}", e.key.name, e.key.method.name());
        Ok((name, e.counted()?.network.eval_all(grid.x())))
    };
    entries.iter().map(output).collect()
}

/// The text, and the CSV file with every output on the grid.
fn report(
    name: &str,
    entries: &[Entry],
    grid: &Samples,
    outputs: &[(String, Vec<f64>)],
    setting: &Setting,
) -> anyhow::Result<Report> {
    let mut table = Table::new(&["network", "by", "MAE", "SD", "largest", "seconds"]);
    let mut json = Vec::new();
    for e in entries {
        let c = e.counted()?;
        let figures = [c.grid.mae, c.grid.sd, c.grid.max].map(|v| format!("{v:.6}"));
        let head = [e.key.name.clone(), e.key.method.name().to_owned()];
        table.row(head.into_iter().chain(figures).chain([format!("{:.0}", e.seconds)]));
        json.push(serde_json::json!({
            "name": e.key.name, "method": e.key.method, "mae": c.grid.mae, "sd": c.grid.sd, "max": c.grid.max,
            "restart": c.restart, "seconds": e.seconds, "config": e.key.config, "version": e.record.version,
            "instructions": e.record.instructions,
        }));
    }
    let mut csv: String = (0..grid.inputs()).map(|i| format!("x{i},")).collect();
    csv += "target";
    // Writing to a string cannot fail.
    outputs.iter().for_each(|(name, _)| {
        _ = write!(csv, ",{}", name.to_lowercase().replace(", ", "-").replace(' ', ""))
    });
    for row in 0..grid.rows() {
        csv.push('\n');
        grid.input(row).iter().for_each(|x| _ = write!(csv, "{x},"));
        let _ = write!(csv, "{}", grid.y()[row]);
        outputs.iter().for_each(|(_, y)| _ = write!(csv, ",{}", y[row]));
    }
    csv.push('\n');
    let path = setting.out.join(format!("{name}.csv"));
    write_atomic(&path, csv.as_bytes())?;
    Ok(Report { text: table.to_string(), json: json.into(), files: vec![path] })
}

const COLOURS: [&str; 4] = ["#ff7f0e", "#2ca02c", "#d62728", "#1f77b4"];

/// Above the target with the outputs, below the errors.
fn curves(name: &str, target: Target, entries: &[Entry], setting: &Setting) -> anyhow::Result<Report> {
    let grid = target.grid();
    let outputs = outputs(entries, &grid)?;
    let mut report = report(name, entries, &grid, &outputs, setting)?;
    let over = |y: &[f64]| grid.x().iter().copied().zip(y.iter().copied()).collect::<Vec<_>>();
    let errors: Vec<Vec<f64>> =
        outputs.iter().map(|(_, y)| y.iter().zip(grid.y()).map(|(y, t)| y - t).collect()).collect();
    let (x, across) = (span(grid.x().iter().copied()), (80.0, 936.0));
    let mut svg = Svg::new(960.0, 660.0);
    let values = grid.y().iter().chain(outputs.iter().flat_map(|o| &o.1)).copied();
    let upper = Chart { across, down: (60.0, 360.0), x, y: span(values) };
    upper.axes(&mut svg, target.summary());
    upper.curve(&mut svg, &over(grid.y()), "#bbbbbb", 5.0);
    let lower = Chart { across, down: (420.0, 620.0), x, y: span(errors.iter().flatten().copied()) };
    lower.axes(&mut svg, "errors");
    for (k, ((name, y), error)) in outputs.iter().zip(&errors).enumerate() {
        let colour = COLOURS[k % COLOURS.len()];
        upper.curve(&mut svg, &over(y), colour, 1.2);
        lower.curve(&mut svg, &over(error), colour, 1.0);
        let at = 80.0 + 210.0 * k as f64;
        svg.polyline(&[(at, 22.0), (at + 18.0, 22.0)], colour, 3.0);
        svg.text((at + 23.0, 26.0), Anchor::Start, name);
    }
    let path = setting.out.join(format!("{name}.svg"));
    write_atomic(&path, svg.finish().as_bytes())?;
    report.files.push(path);
    Ok(report)
}
