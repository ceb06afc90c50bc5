//! Beyond the range of the samples: what running normalisation of amplifying neurons does to the errors there.
//!
//! No network knows how equation 6 goes on; what differs is how far it runs off. Each way of training is run with and
//! without `normalise`, from the same random weights, and every network is asked in bands above the upper end of the range.

use super::checkpoint::Entry;
use super::{Method, Report, Setting};
use crate::report::{Anchor, Chart, Svg, Table, span};
use gainstage_golden::data::Target;
use gainstage_golden::document::write_atomic;
use gainstage_golden::net::{Network, PaperNetwork, Topology};
use gainstage_golden::train::{Normalise, TrainConfig};
use std::fmt::Write;

/// How far the bands reach above the range, as shares of its width: from one to the next.
const ENDS: [f64; 5] = [0.0, 0.05, 0.1, 0.25, 0.5];
const BANDS: usize = ENDS.len() - 1;

/// Points per band.
const POINTS: usize = 500;

/// Networks trained by our protocol, none of which is abandoned or polished: polishing goes on with the plain network.
const NETWORKS: usize = 16;

const COLOURS: [&str; 4] = ["#d62728", "#2ca02c", "#ff7f0e", "#1f77b4"];

/// All networks of one way of training.
struct Row {
    network: usize,
    label: String,
    entry: Entry,
    /// For each network, its mean absolute error on the paper's grid and in each band.
    errors: Vec<[f64; 1 + BANDS]>,
}

/// Trains Networks of these numbers, of table 1, with and without normalisation.
///
/// # Errors
/// As [`Setting::run`]; a place that cannot be written.
pub fn extrapolation(numbers: &[usize], setting: &Setting) -> anyhow::Result<Report> {
    let mut rows = Vec::new();
    for network in numbers.iter().filter_map(|n| PaperNetwork::get(*n)) {
        let topology = Topology::paper(&network.shape)?;
        for &method in &setting.methods {
            for normalise in [false, true] {
                rows.push(row(&network, &topology, method, normalise, setting)?);
            }
        }
    }
    let files = ["csv", "svg"].map(|end| setting.out.join(format!("extrapolation.{end}")));
    write_atomic(&files[0], csv(&rows).as_bytes())?;
    write_atomic(&files[1], picture(&rows).as_bytes())?;
    Ok(Report { text: text(&rows), json: json(&rows), files: files.to_vec() })
}

fn row(
    network: &PaperNetwork,
    topology: &Topology,
    method: Method,
    normalise: bool,
    setting: &Setting,
) -> anyhow::Result<Row> {
    let target = network.target;
    let config = method.config(target, topology, setting.seed, setting.quick);
    let config = match method {
        Method::JungKwon => TrainConfig { normalise: normalise.into(), ..config },
        Method::Gainstage => {
            let restarts = if setting.quick { config.restarts } else { NETWORKS };
            TrainConfig {
                normalise: normalise.into(),
                restarts,
                halve_at: Vec::new(),
                polish: 0,
                consensus: 0,
                ..config
            }
        }
    };
    let label = if normalise { "normalised" } else { "plain" };
    let title = format!("Network {} {label}", network.number);
    let entry = setting.train(&title, target, topology, method, config)?;
    let errors = entry.candidates.iter().map(|c| {
        let mut errors = [c.grid.mae; 1 + BANDS];
        errors[1..].iter_mut().zip(ENDS.windows(2)).for_each(|(e, ends)| *e = band(target, &c.network, ends));
        errors
    });
    let errors = errors.collect();
    Ok(Row { network: network.number, label: format!("{}, {label}", method.name()), entry, errors })
}

/// The inputs from one end of a band to the other.
fn places(target: Target, ends: &[f64]) -> Vec<f64> {
    let (lo, hi) = target.range();
    let place = |i: usize| ends[0] + (ends[1] - ends[0]) * (i as f64 + 0.5) / POINTS as f64;
    (0..POINTS).map(|i| hi + (hi - lo) * place(i)).collect()
}

/// The mean absolute error in a band.
fn band(target: Target, network: &Network, ends: &[f64]) -> f64 {
    let x = places(target, ends);
    let errors = network.eval_all(&x).into_iter().zip(&x).map(|(y, x)| (y - target.eval(&[*x])).abs());
    errors.sum::<f64>() / x.len() as f64
}

impl Row {
    /// The middle and the largest error, column by column.
    fn middle_and_largest(&self) -> [[f64; 1 + BANDS]; 2] {
        let mut columns = [[f64::NAN; 1 + BANDS]; 2];
        for k in 0..=BANDS {
            let mut all: Vec<f64> = self.errors.iter().map(|e| e[k]).collect();
            all.sort_by(f64::total_cmp);
            if let Some(last) = all.last() {
                (columns[0][k], columns[1][k]) = (all[all.len() / 2], *last);
            }
        }
        columns
    }
}

fn head() -> Vec<String> {
    let bands = ENDS.windows(2).map(|e| format!("{:.0}-{:.0} %", 100.0 * e[0], 100.0 * e[1]));
    ["inside".to_owned()].into_iter().chain(bands).collect()
}

fn text(rows: &[Row]) -> String {
    let names = head();
    let head = ["network", "by", "of its networks"].into_iter().chain(names.iter().map(String::as_str));
    let mut table = Table::new(&head.collect::<Vec<_>>());
    for row in rows {
        for (which, errors) in ["middle", "largest"].into_iter().zip(row.middle_and_largest()) {
            let cells = errors.map(|e| if e < 100.0 { format!("{e:.4}") } else { format!("{e:.1e}") });
            table.row([row.network.to_string(), row.label.clone(), which.into()].into_iter().chain(cells));
        }
    }
    format!(
        "{table}\nMean absolute errors on the paper's grid and in bands above it, by the share of the range: the middle and the \
         largest of the\nnetworks trained. gainstage: {NETWORKS} networks to the end, without polish.\n"
    )
}

fn json(rows: &[Row]) -> serde_json::Value {
    let row = |row: &Row| {
        let [middle, largest] = row.middle_and_largest();
        serde_json::json!({
            "network": row.network, "by": row.label, "columns": head(), "middle": middle, "largest": largest,
            "networks": row.errors.len(), "seconds": row.entry.seconds, "config": row.entry.key.config,
            "version": row.entry.record.version, "instructions": row.entry.record.instructions,
        })
    };
    rows.iter().map(row).collect()
}

fn csv(rows: &[Row]) -> String {
    let mut out = String::from("network,by,normalised,restart,inside");
    // Writing to a string cannot fail.
    ENDS.windows(2).for_each(|e| _ = write!(out, ",band{}to{}", 100.0 * e[0], 100.0 * e[1]));
    out.push('\n');
    for row in rows {
        let key = &row.entry.key;
        for (candidate, errors) in row.entry.candidates.iter().zip(&row.errors) {
            let _ = write!(
                out,
                "{},{},{},{}",
                row.network,
                key.method.name(),
                key.config.normalise != Normalise::None,
                candidate.restart
            );
            errors.iter().for_each(|e| _ = write!(out, ",{e}"));
            out.push('\n');
        }
    }
    out
}

/// The middle error at each place above the range, in decades, for the first of the networks.
fn picture(rows: &[Row]) -> String {
    let target = Target::Eq6;
    let (lo, hi) = target.range();
    let x = places(target, &[ENDS[0], ENDS[BANDS]]);
    let rows: Vec<&Row> = rows.iter().filter(|r| r.network == rows[0].network).collect();
    let curve = |row: &&Row| -> Vec<(f64, f64)> {
        let outputs: Vec<Vec<f64>> = row.entry.candidates.iter().map(|c| c.network.eval_all(&x)).collect();
        let middle = |(i, x): (usize, &f64)| {
            let mut all: Vec<f64> = outputs.iter().map(|y| (y[i] - target.eval(&[*x])).abs()).collect();
            all.sort_by(f64::total_cmp);
            (*x, all[all.len() / 2].max(1e-6).log10())
        };
        x.iter().enumerate().map(middle).collect()
    };
    let curves: Vec<Vec<(f64, f64)>> = rows.iter().map(curve).collect();
    let mut svg = Svg::new(960.0, 420.0);
    let y = span(curves.iter().flatten().map(|p| p.1));
    let chart =
        Chart { across: (80.0, 936.0), down: (50.0, 380.0), x: (hi, hi + (hi - lo) * ENDS[BANDS]), y };
    chart.axes(&mut svg, "decimal logarithm of the middle error, over x above the range of the samples");
    for (k, (row, curve)) in rows.iter().zip(&curves).enumerate() {
        let colour = COLOURS[k % COLOURS.len()];
        chart.curve(&mut svg, curve, colour, 1.5);
        let at = 80.0 + 210.0 * k as f64;
        svg.polyline(&[(at, 22.0), (at + 18.0, 22.0)], colour, 3.0);
        svg.text((at + 23.0, 26.0), Anchor::Start, &row.label);
    }
    svg.finish()
}
