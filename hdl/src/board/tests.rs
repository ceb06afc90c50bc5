use super::*;

#[test]
fn shipped_boards_are_sound_and_their_constraint_files_are_up_to_date() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../constraints");
    for (name, _) in SHIPPED {
        let board = Board::find(name).expect("sound");
        assert_eq!(board.name, *name);
        pll::find(&board, board.clock.system_mhz).expect("its own clock");
        let file = dir.join(format!("{name}.{}", constraints_extension(board.device().family())));
        if std::env::var_os("GAINSTAGE_BLESS").is_some() {
            std::fs::write(&file, board.constraints()).expect("writable");
        }
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(text, board.constraints(), "{}", file.display());
    }
    let files = std::fs::read_dir(dir).expect("there").flatten();
    let tomls = files.filter(|f| f.path().extension().is_some_and(|e| e == "toml")).count();
    assert_eq!(tomls, SHIPPED.len(), "every file is embedded");
}

#[test]
fn part_numbers() {
    let up5k = part::device("iCE40UP5K-SG48").expect("known");
    assert!(matches!(&up5k, Device::Ice40 { size: "up5k", package, .. } if package == "sg48"));
    let ecp5 = part::device("LFE5UM5G-45F-8BG554C").expect("known");
    let Device::Ecp5 { size, package, speed, .. } = &ecp5 else { panic!("{ecp5:?}") };
    assert_eq!((&**size, *package, *speed), ("um5g-45k", "CABGA554", 8));
    assert_eq!(part::device("xc7a35tcpg236-1").expect("known").capacity().dsp, 90);
    for wrong in [
        "",
        "iCE40UP5K",
        "iCE40UP5K-",
        "LFE5U-85F-5BG381C",
        "LFE5U-85-6BG381C",
        "xc7a35t",
        "xc7z010-1",
        "LFE5U-85F-6BG381C-x",
    ] {
        let text = part::device(wrong).expect_err(wrong);
        assert!(text.starts_with(&format!("{wrong:?} is no known part")), "{text}");
    }
}

fn changed(from: &str, to: &str) -> String {
    let (_, text) = SHIPPED[0];
    assert!(text.contains(from), "{from}");
    let path = Path::new("my.toml");
    Board::parse(&text.replacen(from, to, 1), path).expect_err(to).to_string()
}

#[test]
fn faults_name_their_place() {
    let cases = [
        ("title = \"", "title = \"x\\nmodule y; ", "my.toml: title: \"x\\nmodule y; "),
        (
            "tx = \"9\"",
            "tx = \"6\"",
            "my.toml: uart.tx: pin 6 is already uart.rx: every signal needs its own",
        ),
        ("pin = \"35\"", "pin = \"3 5\"", "my.toml: clock.pin: \"3 5\" is no pin"),
        ("SG48", "", "my.toml: part: \"iCE40UP5K-\" is no known part"),
        ("mhz = 12.0", "mhz = nan", "my.toml: clock.mhz: NaN MHz is not supported: use 1 to 1000"),
        ("baud = 1000000", "baud = 1", "my.toml: uart.baud: 1 bits a second are not supported"),
        ("[uart]", "[uarts]", "my.toml: TOML parse error at line 12, column 2"),
    ];
    for (from, to, expected) in cases {
        let text = changed(from, to);
        assert!(text.starts_with(expected), "{text}");
    }
    let text = Board::find("ulx3").expect_err("no such board").to_string();
    assert!(
        text.starts_with("there is no board \"ulx3\": use one of icebreaker, icesugar, ulx3s-85f,"),
        "{text}"
    );
    let text = Board::find("no/such.toml").expect_err("no such file").to_string();
    assert!(text.starts_with("no/such.toml: No such file or directory"), "{text}");
}
