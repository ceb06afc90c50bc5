use super::*;
use std::process::Command;

/// Asks a calculator of the open tools; nothing where it is not installed.
fn ask(program: &str, args: &[String]) -> Option<String> {
    let program = std::env::var(program.to_uppercase().replace('-', "_")).unwrap_or_else(|_| program.into());
    let output = Command::new(program).args(args).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The number after a label in a calculator's table.
fn number(text: &str, label: &str) -> f64 {
    let rest = text.split(label).nth(1).unwrap_or_else(|| panic!("no {label} in {text}"));
    rest.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("{label}: {rest}"))
}

#[test]
fn ice40_settings_are_as_near_as_those_of_icepll() {
    if ask("icepll", &["-i".into(), "12".into(), "-o".into(), "24".into()]).is_none() {
        println!("skipped: icepll is not installed");
        return;
    }
    for input in [12.0, 25.0, 48.0, 100.0] {
        for wanted in [16.0, 24.0, 30.0, 33.3, 48.0, 60.0, 101.7, 275.0] {
            let text = ask("icepll", &["-i".into(), input.to_string(), "-o".into(), wanted.to_string()]);
            // The label comes twice: requested, achieved.
            let text = text.expect("icepll runs");
            let achieved = number(
                text.rsplit_once("F_PLLOUT:").map_or("", |(before, _)| &text[before.len()..]),
                "F_PLLOUT:",
            );
            let ours = ice40::find(input, wanted).expect("in range").pll(input, true);
            // icepll goes below the least output of the data sheet.
            let theirs_counts = (16.0..=275.0).contains(&achieved);
            assert!(
                !theirs_counts || (ours.output_mhz - wanted).abs() <= (achieved - wanted).abs() + 6e-4,
                "{input} -> {wanted}: {} against {achieved}",
                ours.output_mhz
            );
        }
    }
}

#[test]
fn the_loop_filter_is_that_of_icepll() {
    let Some(text) = ask("icepll", &["-i".into(), "12".into(), "-o".into(), "24".into()]) else {
        println!("skipped: icepll is not installed");
        return;
    };
    let ours = ice40::find(12.0, 24.0).expect("in range").pll(12.0, true);
    let parameters = ours.primitive.expect("a PLL").parameters;
    for (name, label) in
        [("DIVR", "DIVR:"), ("DIVF", "DIVF:"), ("DIVQ", "DIVQ:"), ("FILTER_RANGE", "FILTER_RANGE:")]
    {
        let (_, value) = parameters.iter().find(|(n, _)| *n == name).expect("there");
        let value: f64 = value.split('d').nth(1).and_then(|v| v.parse().ok()).expect("a number");
        assert_eq!(value, number(&text, label), "{name}");
    }
}

#[test]
fn ecp5_settings_are_as_near_as_those_of_ecppll() {
    for (input, wanted) in
        [(25.0, 50.0), (25.0, 100.0), (48.0, 110.0), (25.0, 133.3), (100.0, 62.5), (12.0, 400.0)]
    {
        let args = [
            "-i".into(),
            f64::to_string(&input),
            "-o".into(),
            f64::to_string(&wanted),
            "-f".into(),
            "/dev/null".into(),
        ];
        let ours = ecp5::find(input, wanted).expect("in range").pll(input);
        assert!(
            (ours.output_mhz - wanted).abs() <= 0.01 * wanted,
            "{input} -> {wanted}: {}",
            ours.output_mhz
        );
        assert!((400.0..=800.0).contains(&ours.vco_mhz));
        let Some(text) = ask("ecppll", &args) else {
            println!("skipped: ecppll is not installed");
            return;
        };
        let theirs = number(&text, "clkout0 frequency:");
        // Above 400 MHz, the end of the output's range, ecppll still gives what it found.
        assert!(
            theirs > 400.0 || (ours.output_mhz - wanted).abs() <= (theirs - wanted).abs() + 1e-3,
            "{input} -> {wanted}: {} against {theirs}",
            ours.output_mhz
        );
    }
}

/// The data sheet's arithmetic with the printed parameters.
#[test]
fn an_mmcm_gives_what_its_parameters_say() {
    for (input, wanted) in [(12.0, 100.0), (100.0, 120.0), (100.0, 62.5), (12.0, 48.0), (100.0, 33.3)] {
        let found = mmcm::find(input, wanted).expect("in range").pll(input);
        let p = found.primitive.expect("an MMCM").parameters;
        let get = |name: &str| -> f64 {
            p.iter().find(|(n, _)| *n == name).and_then(|(_, v)| v.parse().ok()).expect("a number")
        };
        let vco = input * get("CLKFBOUT_MULT_F") / get("DIVCLK_DIVIDE");
        assert!((600.0..=1200.0).contains(&vco) && (10.0..=450.0).contains(&(input / get("DIVCLK_DIVIDE"))));
        assert!((vco / get("CLKOUT0_DIVIDE_F") - found.output_mhz).abs() < 1e-6);
        assert!((found.output_mhz / wanted - 1.0).abs() < 0.002, "{input} -> {wanted}: {}", found.output_mhz);
    }
}

#[test]
fn a_clock_out_of_reach_names_the_nearest() {
    let board = Board::find("icebreaker").expect("shipped");
    let text = find(&board, 7.0).expect_err("below the range").to_string();
    assert_eq!(
        text,
        "the PLL cannot make 7 MHz out of 12 MHz: the nearest is 16.125 MHz; ask for that, or for 12"
    );
    assert!(find(&board, 12.0).expect("the oscillator").primitive.is_none());
}
