//! What scores become on the way out: classes in order, margins and probabilities, against numbers computed another way.

mod common;

use common::{random_codes, random_plan, ratio, scaled};
use gainstage_golden::approx::Table;
use gainstage_golden::num::Format;
use gainstage_golden::plan::{Argmax, Engine, Plan};
use gainstage_golden::quant::with_softmax;

#[test]
fn classes_in_order_and_margins_are_those_of_rational_numbers() {
    let (mut seen, mut samples) = (std::collections::BTreeSet::new(), 0);
    for seed in 0..40 {
        let Some(plan) = random_plan(seed) else { continue };
        let (scores, formats) = (Engine::new(&plan), plan.score_formats());
        let (count, margin) = (Argmax::count(formats.len()), seed % 2 == 0);
        let top = 1 + seed as usize / 2 % count;
        let plan = Plan { argmax: Some(Argmax { top, margin, ..Argmax::default() }), ..plan };
        if plan.validate().is_err() {
            continue;
        }
        seen.insert((count, top, margin));
        // Few codes, so that scores are often equal.
        let few = |x: Vec<i64>| -> Vec<i64> { x.into_iter().map(|x| x % 2).collect() };
        let x = [random_codes(&plan, 100, seed), few(random_codes(&plan, 100, seed))].concat();
        let x: Vec<i64> = x
            .iter()
            .zip(plan.inputs.iter().cycle())
            .map(|(&x, f)| x.clamp(f.min_code(), f.max_code()))
            .collect();
        let outputs = plan.output_formats();
        let (y, decided) = (scores.run(&x), Engine::new(&plan).run(&x));
        let rows =
            x.chunks(plan.inputs.len()).zip(y.chunks(formats.len())).zip(decided.chunks(outputs.len()));
        for ((x, y), found) in rows {
            assert_eq!(plan.trace(x).last().unwrap(), found, "seed {seed}, inputs {x:?}");
            let mut values: Vec<_> =
                y.iter().zip(&formats).map(|(&y, f)| scaled(ratio(y as i128), -f.frac)).collect();
            if values.len() == 1 {
                values.insert(0, ratio(0));
            }
            let classes: Vec<usize> = found[..top].iter().map(|&c| c as usize).collect();
            for (k, &class) in classes.iter().enumerate() {
                // Those before it are larger, or as large and lower; so many and no others.
                let before =
                    |&o: &usize| values[o] > values[class] || (values[o] == values[class] && o < class);
                assert_eq!((0..count).filter(before).count(), k, "seed {seed}, scores {y:?}");
            }
            if margin {
                let mut sorted = values.clone();
                sorted.sort();
                let lead = sorted[count - 1].clone() - sorted[count - 2].clone();
                assert_eq!(
                    scaled(ratio(found[top] as i128), -outputs[top].frac),
                    lead,
                    "seed {seed}, scores {y:?}"
                );
            }
            assert!(found.iter().zip(&outputs).all(|(&c, f)| f.codes().contains(&c)), "{found:?}");
            samples += 1;
        }
    }
    assert!(seen.len() >= 8 && samples >= 4000, "{seen:?}, {samples} samples");
}

/// Against the softmax of the scores in `f64`, whose errors are far below an ulp of 16 bits, and against the rounded quotient
/// of rational numbers.
#[test]
fn probabilities_are_those_of_the_scores() {
    let (mut plans, mut samples, mut worst, mut saturated) = (0, 0, 0.0f64, 0);
    for seed in 0..60 {
        let Some(plan) = random_plan(seed) else { continue };
        let (scores, formats) = (Engine::new(&plan), plan.score_formats());
        let bits = 2 + seed as u32 % 15;
        let unit = [1.0, 0.25, 1.5][seed as usize % 3];
        let Ok(plan) = with_softmax(plan, bits, unit, Vec::new(), &Default::default()) else { continue };
        let softmax = plan.softmax.clone().unwrap();
        let table = &plan.tables[softmax.table];
        assert!(table.check_certificate() == Ok(true) && table.certificate.worst_ulp < 1.0);
        let bound = softmax.worst_error(table, &formats);
        assert!(bound < 0.8, "seed {seed}: {bound}");
        let x = random_codes(&plan, 100, seed);
        let (y, found) = (scores.run(&x), Engine::new(&plan).run(&x));
        let count = Argmax::count(formats.len());
        plans += 1;
        for ((x, y), found) in
            x.chunks(plan.inputs.len()).zip(y.chunks(formats.len())).zip(found.chunks(count))
        {
            assert_eq!(plan.trace(x).last().unwrap(), found, "seed {seed}, inputs {x:?}");
            let mut values: Vec<f64> = y.iter().zip(&formats).map(|(&y, f)| f.value(y)).collect();
            if values.len() == 1 {
                values.insert(0, 0.0);
            }
            let largest = values.iter().copied().fold(f64::MIN, f64::max);
            let parts: Vec<f64> = values.iter().map(|v| libm::exp(unit * (v - largest))).collect();
            let total: f64 = parts.iter().sum();
            let exact: Vec<i64> = values.iter().map(|v| part(table, softmax.z, largest - v)).collect();
            let sum: i64 = exact.iter().sum();
            for ((&code, p), e) in found.iter().zip(parts.iter().map(|e| e / total)).zip(&exact) {
                let most = (1i64 << bits) - 1;
                // 2^bits·e / sum + 1/2, floor.
                let quotient = ratio(i128::from(*e) << bits) / ratio(sum.into()) + ratio(1) / ratio(2);
                let rounded: i64 = quotient.floor().to_integer().try_into().unwrap();
                assert_eq!(code, rounded.min(most), "seed {seed}, scores {y:?}");
                let error = (rounded as f64 - libm::ldexp(p, bits as i32)).abs();
                assert!(error <= bound + 1e-6, "seed {seed}, scores {y:?}: {error} ulp, {bound} stated");
                worst = worst.max(error);
                saturated += u32::from(rounded > most);
            }
            let away = found.iter().sum::<i64>() - (1 << bits);
            assert!(2 * away.unsigned_abs() as usize <= count, "seed {seed}: the sum is off by {away}");
            samples += 1;
        }
    }
    println!("{plans} plans, {samples} samples, at most {worst} ulp");
    assert!(
        plans > 30 && samples > 3000 && worst > 0.5 && saturated > 0,
        "{plans} {samples} {worst} {saturated}"
    );
}

/// The table's code for a distance of values, rounded half up to z and saturated: in `f64`, which holds all of them.
fn part(table: &Table, z: Format, distance: f64) -> i64 {
    let code = (distance * 2f64.powi(z.frac) + 0.5).floor().min(z.max_code() as f64);
    table.eval(code as i64)
}
