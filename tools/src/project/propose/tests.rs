use super::*;
use std::path::Path;

fn surveyed(text: &str) -> Survey {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), text).expect("written");
    gainstage_golden::data::survey(file.path()).expect("a table")
}

fn proposed(text: &str) -> Proposal {
    propose(&surveyed(text), &Wish::default()).unwrap_or_else(|e| panic!("{e}"))
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

#[test]
fn columns_are_used_by_what_they_hold() {
    let p = proposed(
        "id,when,adc,gain,note,empty,temp_c\n1,Mon,10,2,a,,1.5\n2,Tue,20,2,b,,2.5\n3,Wed,15,2,c,,2.0\n",
    );
    assert_eq!((p.columns.inputs, p.columns.targets), (owned(&["adc"]), owned(&["temp_c"])));
    for (i, reason) in [
        (0, "not used: it only numbers the lines"),
        (1, "not used: text, such as `Mon` in line 2"),
        (2, "an input"),
        (3, "not used: the same in every sample"),
        (5, "not used: no value at all"),
        (6, "a value to learn"),
    ] {
        assert_eq!(p.roles[i], reason);
    }
    assert!(!p.columns.skip_missing);
}

#[test]
fn targets_are_classes_or_values() {
    let of = |header: &str, last: [&str; 4]| {
        let rows: String = last.iter().enumerate().map(|(i, l)| format!("0.{i},{l}\n")).collect();
        let p = proposed(&format!("v,{header}\n{rows}"));
        (p.columns.label, p.classes)
    };
    let classes = |name: &str, count| (Some(name.to_owned()), Some(count));
    assert_eq!(of("kind of bean", ["a", "b", "a", "c"]), classes("kind of bean", 3));
    assert_eq!(of("n", ["0", "1", "2", "1"]), classes("n", 3));
    assert_eq!(of("n", ["5", "-5", "5", "5"]), classes("n", 2));
    assert_eq!(of("Quality", ["3", "5", "8", "5"]), classes("Quality", 3));
    assert_eq!(of("n", ["3", "5", "8", "5"]), (None, None));
    assert_eq!(of("n", ["0.5", "1", "2", "1"]), (None, None));
    assert_eq!(of("n", ["1", "3", "2", "7"]), (None, None));
}

#[test]
fn names_decide_what_is_learned() {
    let p = proposed("class,a,b\nx,4,2\ny,2,3\nx,3,1\n");
    assert_eq!((p.columns.label, p.columns.inputs), (Some("class".into()), owned(&["a", "b"])));
    let p = proposed("x0,y0,y1\n1,2,3.5\n2,4,7.5\n3,7,8\n");
    assert_eq!((p.columns.targets, p.columns.inputs), (owned(&["y0", "y1"]), owned(&["x0"])));
    let p = proposed("Target,a\n1.5,1\n2.5,3\n7.0,2\n");
    assert_eq!(p.columns.targets, owned(&["Target"]));
    // Below the last column that can be learned stands one of words without end.
    let rows: String = (0..300).map(|i| format!("{},{},w{i}\n", i * 7 % 100, i * i)).collect();
    assert_eq!(proposed(&format!("a,b,c\n{rows}")).columns.targets, owned(&["b"]));
}

#[test]
fn wishes_are_kept_or_refused() {
    let survey = surveyed("a,b,c,d,a2\n1,2,x,4.5,1\n2,3,y,5.5,1\n3,5,x,,2\n");
    let wish = |inputs: &[&str], targets: &[&str], classes| Wish {
        inputs: owned(inputs),
        targets: owned(targets),
        classes,
    };
    let p = propose(&survey, &wish(&["b", "a"], &["d"], None)).expect("there");
    assert_eq!((p.columns.inputs.join(","), p.columns.skip_missing), ("b,a".into(), true));
    let p = propose(&survey, &wish(&[], &["b"], Some(true))).expect("classes");
    assert_eq!(p.columns.label.as_deref(), Some("b"));
    for (wish, problem) in [
        (wish(&["e"], &[], None), "there is no column `e`: the file has `a`, `b`, `c`, `d`, `a2`"),
        (wish(&["c"], &["a"], None), "column `c`, line 2: `x` is not a number, which inputs must be"),
        (
            wish(&[], &["c"], Some(false)),
            "column `c`, line 2: `x` is not a number: mend it, or learn the column as classes",
        ),
        (wish(&["a"], &["a"], None), "column `a` is to be an input and a target"),
        (wish(&[], &["a", "b"], Some(true)), "classes have one column, not 2"),
    ] {
        let said = propose(&survey, &wish).expect_err("refused").to_string();
        assert!(said.starts_with(problem), "{said}");
    }
    let inf = surveyed("a,y\n1,2.5\n2,inf\n3,4\n");
    let said = propose(&inf, &Wish::default()).expect_err("a fault").to_string();
    assert!(said.starts_with("column `y`, line 3: `inf` is not a number"), "{said}");
    let said = propose(&surveyed("a b\n1 2\n"), &Wish::default()).expect_err("blanks").to_string();
    assert!(said.starts_with("there is but one column, `a b`"), "{said}");
    // What only numbers the lines is an input where there is no other.
    assert_eq!(proposed("t,y\n1,5\n2,7.5\n3,8\n").columns.inputs, owned(&["t"]));
    let none = propose(&surveyed("a,b\nx,1\ny,2\nz,4\n"), &wish(&[], &["b"], None)).expect_err("no input");
    assert!(none.to_string().starts_with("no column is left to learn from: `a` is not used: text"), "{none}");
    let rows: String = (0..30).map(|i| format!("{},0.{i}\n", i * 7)).collect();
    let marks = propose(&surveyed(&format!("a;b\n0,5;1\n{}", rows.replace(',', ";"))), &Wish::default());
    let marks = marks.expect_err("thirty classes").to_string();
    assert!(
        marks.starts_with("column `b` has 31 different values in 31 samples, too many for classes"),
        "{marks}"
    );
    let same = propose(&surveyed("a,b\n1,7\n2,7\n"), &wish(&[], &["b"], None)).expect_err("constant");
    assert!(same.to_string().starts_with("column `b` has the same value in every sample"), "{same}");
}

/// What is written is a project of these columns, whatever they are called.
#[test]
fn the_project_reads_back() {
    let text = "\"volt \\\"age\\\"\"\"\";t\u{e9}mp\u{e9}rature [\u{b0}C]\n1;2,5\n1;3,5\n2;4\n3;7\n"
        .replace('\\', "");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), text).expect("written");
    let survey = gainstage_golden::data::survey(file.path()).expect("a table");
    let proposal = propose(&survey, &Wish::default()).expect("columns");
    let samples =
        gainstage_golden::data::read_columns(file.path(), &proposal.columns).expect("samples").samples;
    let toml = toml("thermo", file.path(), &survey, &proposal, &samples);
    let project =
        crate::project::Project::parse(&toml, Path::new("p")).unwrap_or_else(|e| panic!("{e}\n{toml}"));
    assert_eq!(project.data.columns, proposal.columns);
    let sets = project.samples().expect("samples");
    // Four samples are too few to hold any out; two of them scatter by sqrt(1/2).
    assert_eq!((sets.train.rows(), sets.test.is_none()), (4, true));
    assert!(toml.contains("t\u{e9}mp\u{e9}rature [\u{b0}C] 0.707107"), "{toml}");
}
