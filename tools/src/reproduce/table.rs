//! Tables 1 and 2: the ten networks.

use super::checkpoint::Entry;
use super::{Method, Report, Setting};
use crate::report::{Anchor, Svg, Table};
use gainstage_golden::document::write_atomic;
use gainstage_golden::net::{PaperNetwork, Topology};
use std::fmt::Write;

/// Trains the networks of these numbers and compares them with the paper; `name` is that of the files.
///
/// # Errors
/// As [`Setting::run`]; a place that cannot be written.
pub fn tables(name: &str, numbers: &[usize], setting: &Setting) -> anyhow::Result<Report> {
    let mut rows = Vec::new();
    for network in PaperNetwork::all().into_iter().filter(|n| numbers.contains(&n.number)) {
        let topology = Topology::paper(&network.shape)?;
        let title = format!("Network {}", network.number);
        let run = |method: &Method| setting.run(&title, network.target, &topology, *method);
        let entries = setting.methods.iter().map(run).collect::<anyhow::Result<Vec<_>>>()?;
        rows.push((network, entries));
    }
    let files = ["csv", "svg"].map(|end| setting.out.join(format!("{name}.{end}")));
    let report = Report { text: text(&rows)?, json: json(&rows)?, files: files.to_vec() };
    write_atomic(&files[0], csv(&rows)?.as_bytes())?;
    write_atomic(&files[1], bars(&rows)?.as_bytes())?;
    Ok(report)
}

type Row = (PaperNetwork, Vec<Entry>);

fn text(rows: &[Row]) -> anyhow::Result<String> {
    let head =
        ["network", "by", "MAE", "SD", "MAE / paper's", "median MAE", "best MAE", "networks", "seconds"];
    let mut table = Table::new(&head);
    let six = |v: f64| format!("{v:.6}");
    for (network, entries) in rows {
        let number = network.number.to_string();
        table.row([number.clone(), "paper".into(), six(network.mae), six(network.sd), "1.000".into()]);
        for e in entries {
            let counted = e.counted()?.grid;
            let share = format!("{:.3}", counted.mae / network.mae);
            let (median, best) = (six(e.median()), six(e.best()?.grid.mae));
            let count = format!("{} of {}", e.candidates.len(), e.key.config.restarts);
            let seconds = format!("{:.0}", e.seconds);
            let by = e.key.method.name().to_owned();
            table.row([
                number.clone(),
                by,
                six(counted.mae),
                six(counted.sd),
                share,
                median,
                best,
                count,
                seconds,
            ]);
        }
    }
    Ok(format!(
        "{table}\njung-kwon: the best of its networks on the grid, as the paper reports. gainstage: selected by training \
         data.\n"
    ))
}

fn json(rows: &[Row]) -> anyhow::Result<serde_json::Value> {
    let mut all = Vec::new();
    for (network, entries) in rows {
        for e in entries {
            let (counted, best) = (e.counted()?, e.best()?);
            all.push(serde_json::json!({
                "network": network.number,
                "method": e.key.method,
                "paper": { "mae": network.mae, "sd": network.sd },
                "mae": counted.grid.mae,
                "sd": counted.grid.sd,
                "max": counted.grid.max,
                "restart": counted.restart,
                "median_mae": e.median(),
                "best_mae": best.grid.mae,
                "seconds": e.seconds,
                "config": e.key.config,
                "version": e.record.version,
                "instructions": e.record.instructions,
            }));
        }
    }
    Ok(serde_json::Value::Array(all))
}

fn csv(rows: &[Row]) -> anyhow::Result<String> {
    let mut out = String::from(
        "network,target,depth,neurons,amplifying,attenuating,by,mae,sd,max,median_mae,best_mae,restart,networks,seed,seconds\n",
    );
    for (n, entries) in rows {
        let s = &n.shape;
        let shape = format!(
            "{},{},{},{},{},{}",
            n.number,
            n.target.name(),
            s.depth,
            s.neurons,
            s.amplifying,
            s.attenuating
        );
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{shape},paper,{},{},,,,,10,,", n.mae, n.sd);
        for e in entries {
            let c = e.counted()?;
            let (median, best) = (e.median(), e.best()?.grid.mae);
            let (count, config) = (e.candidates.len(), &e.key.config);
            let _ = writeln!(
                out,
                "{shape},{},{},{},{},{median},{best},{},{count},{},{:.1}",
                e.key.method.name(),
                c.grid.mae,
                c.grid.sd,
                c.grid.max,
                c.restart,
                config.seed,
                e.seconds
            );
        }
    }
    Ok(out)
}

const COLOURS: [(&str, &str); 3] = [("paper", "#999999"), ("jung-kwon", "#d62728"), ("gainstage", "#1f77b4")];

/// The MAE of each network as bars over decades.
fn bars(rows: &[Row]) -> anyhow::Result<String> {
    let (left, top, height, slot) = (80.0, 50.0, 360.0, 90.0);
    let (low, high) = (-4.5, 0.0);
    let mut svg = Svg::new(left + slot * rows.len() as f64 + 40.0, top + height + 50.0);
    let y = |mae: f64| top + height * (high - mae.log10().clamp(low, high)) / (high - low);
    let right = left + slot * rows.len() as f64;
    for decade in -4..=0 {
        let at = y(10f64.powi(decade));
        svg.polyline(&[(left, at), (right, at)], "#dddddd", 1.0);
        svg.text((left - 8.0, at + 4.0), Anchor::End, &format!("1e{decade}"));
    }
    for (i, (network, entries)) in rows.iter().enumerate() {
        let x = left + slot * i as f64;
        let mut values = vec![("paper", network.mae)];
        for e in entries {
            values.push((e.key.method.name(), e.counted()?.grid.mae));
        }
        for (name, mae) in values {
            let Some(k) = COLOURS.iter().position(|c| c.0 == name) else { continue };
            let corner = (x + 10.0 + 24.0 * k as f64, y(mae));
            svg.rectangle(corner, (20.0, top + height - corner.1), COLOURS[k].1);
        }
        svg.text((x + 45.0, top + height + 18.0), Anchor::Middle, &format!("Network {}", network.number));
    }
    for (k, (name, colour)) in COLOURS.into_iter().enumerate() {
        let x = left + 110.0 * k as f64;
        svg.rectangle((x, 16.0), (14.0, 14.0), colour);
        svg.text((x + 20.0, 28.0), Anchor::Start, name);
    }
    svg.text((left, top - 6.0), Anchor::Start, "mean absolute error on the evaluation grid");
    Ok(svg.finish())
}
