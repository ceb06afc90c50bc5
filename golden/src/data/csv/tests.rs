use super::lines::MAX_LINE;
use super::*;
use crate::document::DocumentError;

fn read(text: &str) -> Result<Samples, CsvError> {
    parse_csv(Path::new("d.csv"), text.as_bytes())
}

fn message(text: &str) -> String {
    read(text).expect_err("refused").to_string()
}

#[test]
fn inputs_and_targets() {
    let s = read("x0,x1,y0\n1,2,3\n-4.5,5e-3,6\n").expect("samples");
    assert_eq!((s.inputs(), s.outputs(), s.rows()), (2, 1, 2));
    assert_eq!((s.x(), s.y()), (&[1.0, 2.0, -4.5, 0.005][..], &[3.0, 6.0][..]));
    assert_eq!(read("x0\n7").expect("no targets, no last line end").outputs(), 0);
}

#[test]
fn habits_of_spreadsheets_are_accepted() {
    let plain = read("x0,y0\n1,2\n3,4\n").expect("samples");
    assert_eq!(read("\u{feff}x0,y0\r\n1,2\r\n3,4\r\n").expect("mark and CRLF"), plain);
    assert_eq!(read("sep=;\r\nx0;y0\r\n1;2\r\n3;4\r\n").expect("a separator that is told"), plain);
    assert_eq!(
        message("sep=;\nx0;y0\n1;a\n"),
        "d.csv:3:2: y0: `a` is not a number: write a decimal number such as -1.5 or 2e-3"
    );
    assert_eq!(read("\n\"x0\", \"y0\"\n\n 1 , 2\n\"3\",4\n\n").expect("quotes, blanks"), plain);
}

#[test]
fn headers_that_are_wrong() {
    assert_eq!(
        message("1,2\n3,4\n"),
        "d.csv:1:1: `1` is a number, but the first line must be a header such as `x0,x1,y0`: add one"
    );
    assert_eq!(
        message("x0,x0,y0\n1,2,3\n"),
        "d.csv:1:2: the header has `x0` twice: every column needs a name of its own"
    );
    for (text, place, found, expected) in [
        ("x0 y0\n", "1:1", "x0 y0", "`x0`"),
        ("y0,x0\n", "1:1", "y0", "`x0`"),
        ("\nx0,x2\n", "2:2", "x2", "`x1` or `y0`"),
        ("x0,y0,x1\n", "1:3", "x1", "`y1`"),
        ("x0,\n1,2\n", "1:2", "", "`x1` or `y0`"),
    ] {
        let m = message(text);
        let start = format!("d.csv:{place}: the header has `{found}` where {expected} must stand: ");
        assert!(m.starts_with(&start), "{m}");
    }
}

#[test]
fn values_that_are_wrong() {
    assert_eq!(
        message("x0,x1\n1,2\n\n3,four\n"),
        "d.csv:4:2: x1: `four` is not a number: write a decimal number such as -1.5 or 2e-3"
    );
    assert_eq!(
        message("x0,y0\r\n1,NaN\r\n"),
        "d.csv:2:2: y0: `NaN` is not a number that can be used: remove the sample or mend the value"
    );
    for value in ["inf", "-Infinity", "1e999"] {
        assert_eq!(
            message(&format!("x0\n{value}\n")),
            format!("d.csv:2:1: x0: `{value}` is infinite or too large: remove the sample or mend the value")
        );
    }
    let m = message("x0,y0\n1,\n");
    assert_eq!(m, "d.csv:2:2: y0: the cell has no value (``): fill it in, or remove the line");
    let long = "9z".repeat(500);
    assert!(message(&format!("x0\n{long}\n")).len() < 160);
}

#[test]
fn lines_of_another_width() {
    assert_eq!(
        message("x0,y0\n1,2\n1,2,3\n"),
        "d.csv:3: 3 values, but the header names 2 columns: add or remove values"
    );
    assert!(message("x0,y0\n1\n").starts_with("d.csv:2: 1 value,"));
}

#[test]
fn files_without_samples() {
    for text in ["", "\n \r\n", "\u{feff}"] {
        assert!(message(text).starts_with("d.csv: the file is empty: "), "{text:?}");
    }
    assert!(message("x0,y0\n\n").starts_with("d.csv: there is a header but no sample: "));
    let missing = read_csv(Path::new("no/such.csv")).expect_err("missing").to_string();
    assert!(missing.starts_with("no/such.csv: "), "{missing}");
}

#[test]
fn bytes_that_are_no_text() {
    let e = parse_csv(Path::new("d.csv"), &b"x0\n\xff\xfe\n"[..]).expect_err("not text");
    assert!(matches!((e.line, e.column, e.problem), (2, 1, CsvProblem::Text { .. })));
    let e = parse_csv(Path::new("d.csv"), std::io::repeat(b'7'));
    assert!(matches!(e.expect_err("endless").problem, CsvProblem::LongLine(MAX_LINE)));
}

#[test]
fn what_is_written_reads_back() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("s.csv");
    let x = vec![0.1, -0.0, f64::MAX, f64::from_bits(1), 1.0 / 3.0, 1e-300];
    let samples = Samples::new(2, 1, x, vec![1.0, 2.5e17, -3.0]).expect("samples");
    write_samples(&file, &samples).expect("written");
    let back = read_csv(&file).expect("read");
    let bits = |v: &[f64]| v.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
    assert_eq!((bits(back.x()), bits(back.y())), (bits(samples.x()), bits(samples.y())));
}

#[test]
fn outputs_as_values_and_as_codes() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("y.csv");
    let text = || std::fs::read_to_string(&file).expect("read");
    write_outputs(&file, 2, &[0.1, -2.0, 1e-9, 3.5]).expect("written");
    assert_eq!(text(), "y0,y1\n0.1,-2.0\n1e-9,3.5\n");
    write_outputs(&file, 1, &[-131072i64, 131071]).expect("written");
    assert_eq!(text(), "y0\n-131072\n131071\n");
    let nowhere = file.join("below/a/file.csv");
    assert!(matches!(write_outputs(&nowhere, 1, &[1i64]), Err(DocumentError::Io { .. })));
}

/// A pipe must stay a pipe, and a full place is an error.
#[test]
fn devices_are_written_not_replaced() {
    let (null, full) = (Path::new("/dev/null"), Path::new("/dev/full"));
    if !full.exists() {
        println!("skipped: this system has no /dev/full");
        return;
    }
    write_outputs(null, 1, &[1i64]).expect("written");
    assert!(!std::fs::metadata(null).expect("still there").is_file());
    let m = write_outputs(full, 1, &[1i64]).expect_err("full").to_string();
    assert!(m.starts_with("/dev/full: "), "{m}");
}

#[test]
fn labels_name_classes() {
    let s = read("x0,label\n1,no\n2,yes\n3,maybe\n4,yes\n").expect("samples");
    assert_eq!((s.classes().join(" ").as_str(), s.labels()), ("maybe no yes", vec![1, 2, 0, 2]));
    // Integers in their order, not in that of their digits.
    let s = read("x0,x1,label\n1,0,10\n2,0,9\n3,0,-1\n").expect("samples");
    assert_eq!((s.classes().join(" ").as_str(), s.labels()), ("-1 9 10", vec![2, 1, 0]));
    assert_eq!(parse_csv(Path::new("again"), write::samples_text(&s).as_bytes()).expect("samples"), s);

    let s = read("x0,label\n1,0.0\n2,10.0\n3,2.0\n4,-1e1\n").expect("samples");
    assert_eq!((s.classes().join(" ").as_str(), s.labels()), ("-1e1 0.0 2.0 10.0", vec![1, 3, 2, 0]));
    // Whole numbers beyond a double's 53 bits are different ones; one word among numbers makes all of them words.
    let s = read("x0,label\n1,9007199254740993\n2,9007199254740992\n").expect("samples");
    assert_eq!(s.labels(), [1, 0]);
    let s = read("x0,label\n1,10\n2,2\n3,x\n").expect("samples");
    assert_eq!(s.classes().join(" "), "10 2 x");
    for (one, other) in [("1", "1.0"), ("01", "1"), ("1e1", "10.0"), ("-0", "0.0")] {
        let m = message(&format!("x0,label\n1,{one}\n2,5\n3,{other}\n"));
        let says = |a, b| m.contains(&format!("label: `{a}` and `{b}` are the same number"));
        assert!(says(one, other) || says(other, one), "{m}");
    }
    assert!(message("x0,label\n1,\n").starts_with("d.csv:2:2: label: `` cannot name a class: use 1 to 64"));
    let m = message("x0,y0,label\n1,2,a\n");
    assert!(m.starts_with("d.csv:1:2: the header has `y0` where `x1` or `label` must stand"), "{m}");
    let many: String = (0..300).map(|i| format!("{i},{}\n", i as f64 * 0.1)).collect();
    let m = message(&format!("x0,label\n{many}"));
    assert!(m.starts_with("d.csv: label: 300 different labels, at most 256 are possible"), "{m}");
}

fn columns(inputs: &[&str], targets: &[&str], label: Option<&str>) -> Columns {
    let owned = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
    Columns {
        inputs: owned(inputs),
        targets: owned(targets),
        label: label.map(Into::into),
        skip_missing: false,
    }
}

fn pick(text: &[u8], columns: &Columns) -> Result<Reading, String> {
    parse_columns(Path::new("d.csv"), text, columns).map_err(|e| e.to_string())
}

/// One table, as eleven programs would write it.
#[test]
fn whoever_wrote_it_the_same_numbers_come_out() {
    let wanted = columns(&["volt age", "adc"], &["temp"], None);
    let plain = pick(b"date,adc,temp,volt age\nMon,1,-2.5,0.5\nTue,2,1e3,0.25\n", &wanted).expect("plain");
    assert_eq!(plain.samples.x(), [0.5, 1.0, 0.25, 2.0]);
    assert_eq!((plain.samples.y(), plain.ignored.join(" ").as_str()), (&[-2.5, 1e3][..], "date"));
    assert_eq!(plain.samples.names().inputs, ["volt age", "adc"]);
    let utf16 = |text: &str, big: bool| -> Vec<u8> {
        let bytes = |u: u16| if big { u.to_be_bytes() } else { u.to_le_bytes() };
        std::iter::once('\u{feff}').chain(text.chars()).flat_map(|c| bytes(c as u16)).collect()
    };
    let commas = "date,adc,temp,volt age\nMon,1,-2.5,0.5\nTue,2,1e3,0.25\n";
    for text in [
        "date;adc;temp;volt age\nMon;1;-2,5;0,5\nTue;2;1e3;0,25\n".into(),
        "date;adc;temp;volt age\r\nMon;1;-2.5;0.5\r\nTue;2;1e3;0.25\r\n;;;\r\n;;;\r\n".into(),
        "date\tadc\ttemp\tvolt age\nMon\t1\t-2.5\t0.5\n\nTue\t2\t1e3\t0,25".replace("0,25", "0.25").into(),
        "\u{feff}\"date\",\"adc\",\"temp\",\"volt age\"\n\"Mon\",\"1\",\"-2.5\",\"0.5\"\n\"Tue\",2,1e3,0.25\n".into(),
        "date,adc,temp,volt age\n\"Mon, the \"\"1st\"\"\",1,-2.5,0.5\n\"two\nlines\",2,1e3,0.25\n".into(),
        "date , adc , temp , volt age\n Mon , +1 , -2.5 , .5\n Tue , 2. , 1000 , 0.25\n".into(),
        utf16(commas, true),
        utf16(commas, false),
        b"date,adc,temp,volt age\n\xc4\xf6,1,-2.5,0.5\nTue,2,1e3,0.25\n".to_vec(),
    ] as [Vec<u8>; 9]
    {
        let found = pick(&text, &wanted).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&text)));
        assert_eq!(found.samples, plain.samples, "{}", String::from_utf8_lossy(&text));
    }
}

#[test]
fn columns_are_found_by_name_or_refused() {
    let text = b"a,b,c,d,a\n1,2,3,red,4\n5,6,7,blue,8\n";
    let found = pick(text, &columns(&["c", "b"], &[], Some("d"))).expect("samples");
    assert_eq!((found.samples.x(), found.samples.labels()), (&[3.0, 2.0, 7.0, 6.0][..], vec![1, 0]));
    assert_eq!(
        (found.samples.names().outputs.join(" "), found.ignored.join(" ")),
        ("d".into(), "a a".into())
    );
    for (wanted, problem) in [
        (columns(&["e"], &["b"], None), "d.csv:1: there is no column `e`: the file has a, b, c, d, a"),
        (columns(&["a"], &["b"], None), "d.csv:1:5: the header has `a` twice"),
        (columns(&["b"], &["b"], None), "d.csv:1: column `b` is named twice"),
        (columns(&[], &["b"], None), "d.csv:1:1: the header has `a` twice"),
        (columns(&["d"], &["b"], None), "d.csv:2:4: d: `red` is not a number"),
    ] {
        let found = pick(text, &wanted).map(|_| ()).expect_err("refused");
        assert!(found.starts_with(problem) || found.replace(":1:5", ":1:1").starts_with(problem), "{found}");
    }
    // All but the target are inputs.
    let found = pick(b"a,b,c\n1,2,3\n", &columns(&[], &["b"], None)).expect("samples");
    assert_eq!(found.samples.x(), [1.0, 3.0]);
    let none = pick(b"b\n1\n", &columns(&[], &["b"], None)).map(|_| ()).expect_err("no input");
    assert_eq!(none, "d.csv:1: no column is left for the inputs: a file of samples has at least one");
}

#[test]
fn cells_without_a_value_are_refused_or_their_samples_left_out() {
    let text = b"a,b,note\n1,2,\n,3,x\n4,NA,x\n5,6,?\n";
    let strict = columns(&["a"], &["b"], None);
    let m = pick(text, &strict).map(|_| ()).expect_err("refused");
    assert_eq!(m, "d.csv:3:1: a: the cell has no value (``): fill it in, or remove the line");
    let skip = Columns { skip_missing: true, ..strict };
    let found = pick(text, &skip).expect("samples");
    assert_eq!((found.samples.x(), found.skipped), (&[1.0, 5.0][..], 2));
    let m = pick(b"a,b\n,1\n2,\n", &skip).map(|_| ()).expect_err("nothing left");
    assert!(m.starts_with("d.csv: each of the 2 samples has a cell without a value"), "{m}");
}

#[test]
fn what_is_no_table_is_refused_with_its_line() {
    for (text, problem) in [
        (&b"a;b\n1,5;2\n1.5;2\n"[..], "d.csv:3:1: a: `1.5` has another decimal mark"),
        (b"a;b\n1.234,5;2\n", "d.csv:2:1: a: `1.234,5` is not a number"),
        (b"a,b\n1,2\n\"3,4\n5,6\n", "d.csv:3: a double quote opens a field here"),
        (b"a,b\n1,2\n3\0,4\n", "d.csv:3: the line has a zero byte"),
        (b"1,2\n3,4\n", "d.csv:1:1: `1` is a number, but the first line must be a header"),
        (b"a,b\n2024-05-01,4\n", "d.csv:2:1: a: `2024-05-01` is not a number"),
        (b"a,b\r1,2\r3,4\r", "d.csv:1: there is a carriage return inside the line"),
        (b"# a log\na,b\n1,2\n", "d.csv:1: the line begins with #"),
        (b"a,b\n\"1\n2\",4\n", "d.csv:2:1: a: `1\n2` is not a number"),
    ] {
        let m = pick(text, &columns(&["a"], &["b"], None)).map(|_| ()).expect_err("refused");
        assert!(m.starts_with(problem), "{m}");
    }
    let endless = "a,b\n\"".to_owned() + &"1,2\n".repeat(400_000);
    let m = pick(endless.as_bytes(), &columns(&["a"], &["b"], None)).map(|_| ()).expect_err("open");
    assert!(m.starts_with("d.csv:2: a double quote opens a field here"), "{m}");
}

#[test]
fn a_networks_names_decide_where_the_file_has_them() {
    let names = Names { inputs: vec!["t".into(), "p".into()], outputs: vec!["rho".into()] };
    let read = |text: &str, classes: bool| {
        parse_by(Path::new("d.csv"), text.as_bytes(), None, |header| Columns::of(&names, classes, header))
            .map(|r| r.samples)
    };
    let whole = read("p,rho,t\n1,2,3\n", false).expect("all");
    assert_eq!((whole.x(), whole.y()), (&[3.0, 1.0][..], &[2.0][..]));
    assert_eq!(read("p,t\n1,3\n", false).expect("inputs").outputs(), 0);
    assert_eq!(read("t,p,rho\n1,3,hot\n", true).expect("classes").classes(), ["hot"]);
    assert_eq!(read("x0,x1,y0\n3,1,2\n", false).expect("plain").x(), [3.0, 1.0]);
    assert!(read("t,x\n1,2\n", false).is_err());
}

#[test]
fn a_survey_tells_what_columns_hold() {
    let text =
        "id;when;v;class;same;gap\n1;Mon;0,5;b;7;1\n2;Tue;1,5;a;7;\n3;Wed;1,5;a;7;2\n3;Wed;1,5;a;7;2\n";
    let mut lines = Lines::new(decoded(text.as_bytes()));
    let found = survey::survey(&mut lines, Outlook::new("", &Count::new(0), None))
        .map_err(|f| f.problem.to_string())
        .expect("a table");
    assert_eq!((found.rows, found.repeated, found.separator, found.decimal_comma), (4, 1, ';', true));
    let of = |name: &str| found.columns.iter().find(|c| c.name == name).expect("there").clone();
    assert_eq!((of("v").range, of("v").whole, of("v").levels), ((0.5, 1.5), false, Some(2)));
    assert_eq!((of("class").texts, of("class").first_text), (4, Some((2, "b".into()))));
    assert_eq!((of("gap").missing, of("same").levels, of("id").counts_up), (1, Some(1), false));
}
