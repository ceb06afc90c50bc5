//! What a board file may ask of the programmer: which board, which cable, how fast. A board file may be anybody's, and
//! openFPGALoader can do more: read and write files, erase and unlock memories.

use super::Program;

/// Options with a value, and those without.
const WITH_VALUE: &[&str] = &[
    "-b",
    "--board",
    "-c",
    "--cable",
    "--fpga-part",
    "--freq",
    "--ftdi-channel",
    "--ftdi-serial",
    "--index-chain",
    "--busdev-num",
    "--vid",
    "--pid",
    "--pins",
    "--altsetting",
];
const ALONE: &[&str] = &["--spi", "--dfu", "--verify", "-v", "--verbose", "--quiet"];

/// A name, a number, or numbers with colons between them: nothing that is a path.
fn is_plain(value: &str) -> bool {
    let letters = value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b));
    letters && !value.is_empty() && value.len() <= 64 && !value.starts_with(['-', '.'])
}

impl Program {
    /// What is wrong with the arguments.
    pub(super) fn problem(&self) -> Option<String> {
        let mut args = self.args.iter().map(String::as_str);
        while let Some(arg) = args.next() {
            if ALONE.contains(&arg) {
                continue;
            }
            let (option, value) = match arg.split_once('=') {
                Some((option, value)) => (option, Some(value)),
                None => (arg, None),
            };
            if !WITH_VALUE.contains(&option) {
                let known = [WITH_VALUE, ALONE].concat().join(", ");
                return Some(format!(
                    "{arg:?} is not among what a board file may ask of openFPGALoader: {known}"
                ));
            }
            match value.or_else(|| args.next()) {
                Some(value) if is_plain(value) => (),
                Some(value) => {
                    return Some(format!(
                        "{value:?} cannot be the value of {option}: use letters, digits and -_.:"
                    ));
                }
                None => return Some(format!("{option} has no value: add one, such as \"-b\", \"ulx3s\"")),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Board, SHIPPED};
    use std::path::Path;

    #[test]
    fn only_what_leaves_files_and_memories_alone() {
        let (_, text) = SHIPPED.iter().find(|(name, _)| *name == "ulx3s-85f").expect("shipped");
        let with = |args: &str| {
            let text = text.replace("args = [\"-b\", \"ulx3s\"]", &format!("args = [{args}]"));
            Board::parse(&text, Path::new("mine.toml")).map(|b| b.program.args).map_err(|e| e.to_string())
        };
        for args in [
            "",
            "\"-b\", \"ulx3s\"",
            "\"--board=ulx3s\", \"--freq\", \"6e6\", \"-v\"",
            "\"-c\", \"ft2232\", \"--busdev-num\", \"1:2\"",
        ] {
            with(args).unwrap_or_else(|e| panic!("{args}: {e}"));
        }
        for (args, said) in [
            ("\"--dump-flash\"", "\"--dump-flash\" is not among"),
            ("\"--bulk-erase\"", "not among"),
            ("\"--unprotect-flash\"", "not among"),
            ("\"-b\", \"ulx3s\", \"/etc/passwd\"", "\"/etc/passwd\" is not among"),
            ("\"-o\", \"0\"", "\"-o\" is not among"),
            ("\"-bulx3s\"", "not among"),
            ("\"--probe-firmware\", \"evil\"", "not among"),
            ("\"-b\", \"--bulk-erase\"", "\"--bulk-erase\" cannot be the value of -b"),
            ("\"--cable=../evil\"", "\"../evil\" cannot be the value of --cable"),
            ("\"-c\"", "-c has no value"),
        ] {
            let e = with(args).expect_err(args);
            assert!(e.contains("mine.toml") && e.contains("program.args") && e.contains(said), "{args}: {e}");
        }
    }
}
