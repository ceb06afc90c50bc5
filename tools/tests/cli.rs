//! What the command says: help, and the message and exit code for every kind of bad input.
//!
//! `TRYCMD=overwrite cargo test -p gainstage --test cli` takes new texts over; read the difference before you keep it.

#[test]
fn help_and_errors() {
    let cases = trycmd::TestCases::new();
    // The width of help must not follow the terminal that the tests run in, nor messages the speed of the machine.
    cases
        .env("COLUMNS", "100")
        .env("LC_ALL", "C")
        .env("GAINSTAGE_PROGRESS", "off")
        .case("tests/cmd/*.trycmd");
    drop(cases);
    let place = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cmd/input.in");
    for entry in std::fs::read_dir(place).expect("the cases' files") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(!name.contains("out") && !name.starts_with(".gainstage"), "a refused command left {name}");
    }
}
