//! A certified table: `cargo run --release --example table`
//!
//! A piecewise polynomial of tanh from `s12.8` to `s12.10`, off by less than one ulp of its output for every input code.

use gainstage_golden::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (input, output) = (Format::new(true, 12, 8)?, Format::new(true, 12, 10)?);
    let tanh = Function::new(Activation::Tanh, Kind::Ordinary);
    let table = approximate(&tanh, input, output, &Demand::default())?;
    let found = &table.certificate;
    println!(
        "{} input codes: worst error {:.3} ulp at code {}, {:.1} % correctly rounded",
        found.codes,
        found.worst_ulp,
        found.worst_code,
        100.0 * found.correctly_rounded
    );
    for code in [-300, -1, 0, 1, 300] {
        let x = code as f64 / 256.0;
        println!("tanh({x:8.4}) = {:8.4}, table {:8.4}", x.tanh(), table.eval(code) as f64 / 1024.0);
    }
    Ok(())
}
