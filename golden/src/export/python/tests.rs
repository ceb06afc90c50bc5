//! Of the text only. That the script computes the plan is shown by running it, in `gainstage-sim`.

use super::*;

#[test]
fn any_text_is_a_literal() {
    assert_eq!(string("a \"b\" \\ \n"), "\"a \\\"b\\\" \\\\ \\U0000000a\"");
    assert_eq!(string("°C"), "\"\\U000000b0C\"");
}

#[test]
fn lists_wrap() {
    assert_eq!(list(&[1, -2]), "[1, -2]");
    assert!(list(&[-123_456; 99]).lines().all(|l| l.len() <= 120));
}

#[test]
fn formats_stand_where_numbers_are_rounded() {
    let f = |width, frac| Format::new(true, width, frac).expect("a format");
    let text = python(&Plan::of_squarer("sq", f(10, 4), f(12, 2))).text;
    assert!(
        text.contains("squared, y s12.2") && text.contains("v = narrow(v * v, 6, -2048, 2047)"),
        "{text}"
    );
    assert!(!text.contains("piecewise"), "nothing that is not used");
}

#[test]
fn a_script_does_not_import_itself() {
    let f = Format::new(true, 8, 4).expect("a format");
    assert_eq!(python(&Plan::of_squarer("csv", f, f)).name, "csv_net");
}
