//! Outputs that are classes.

use super::*;

/// Two or three scores of two inputs.
fn scores(classes: i64) -> Build {
    let weights: Vec<f32> = (0..2 * classes).map(|k| 1.0 - 0.7 * k as f32).collect();
    Build::new(2).weights("w", &[2, classes], &weights).node("MatMul x w -> s")
}

#[test]
fn what_judges_scores_is_left_out() {
    for (operator, attributes) in [
        ("Softmax", vec![]),
        ("LogSoftmax", vec![whole("axis", -1)]),
        ("ArgMax", vec![whole("axis", 1)]),
        ("ArgMax", vec![whole("axis", -1), whole("keepdims", 0)]),
    ] {
        let import = scores(3).with(&format!("{operator} s -> y"), attributes).imported();
        assert_eq!(import.model.classes, ["0", "1", "2"]);
        assert_eq!(import.model.names.outputs, ["y"]);
        assert_eq!(functions(&import), [["none"; 3]]);
        assert!(import.notes[0].contains("the largest for the class"), "{:?}", import.notes);
    }
    // In old files all axes from the first on are one.
    let import = scores(3).opset(9).node("Softmax s -> p").with("ArgMax p -> y", vec![whole("axis", 1)]);
    assert_eq!(import.imported().model.classes.len(), 3);
    let import = scores(3).with("ArgMax s -> y", vec![whole("axis", 1)]).output("y").output("s").imported();
    assert_eq!(import.model.classes.len(), 3);
}

#[test]
fn one_sigmoid_is_a_choice_between_two() {
    let import = scores(1).node("Sigmoid s -> y").imported();
    assert_eq!((import.model.classes.len(), import.model.network.outputs()), (2, 1));
    assert!(import.notes[0].contains("above 0 for the second class"), "{:?}", import.notes);
    // Several are values.
    assert!(scores(2).node("Sigmoid s -> y").imported().model.classes.is_empty());
}

/// The end of a graph as skl2onnx writes it for two classes.
fn sklearn(classes: &[&str]) -> Build {
    let names = classes.iter().map(|c| c.as_bytes().to_vec().into()).collect();
    let labels = TensorProto { dims: vec![2], data_type: 8, string_data: names, ..Default::default() };
    scores(1)
        .weights("unity", &[], &[1.0])
        .constant("classes", labels)
        .constant("shape", wholes(&[-1]))
        .node("Sigmoid s -> p")
        .node("Sub unity p -> q")
        .with("Concat q p -> both", vec![whole("axis", 1)])
        .with("ArgMax both -> best", vec![whole("axis", 1)])
        .with("ZipMap both -> probabilities", vec![texts("classlabels_strings", classes)])
        .node("ArrayFeatureExtractor classes best -> picked")
        .node("Reshape picked shape -> label")
        .output("label")
        .output("probabilities")
}

#[test]
fn sklearns_two_classes_have_one_score() {
    let import = sklearn(&["no", "yes"]).imported();
    assert_eq!(import.model.classes, ["no", "yes"]);
    assert_eq!(import.model.names.outputs, ["label"]);
    assert_eq!((functions(&import), import.model.network.outputs()), (vec![vec!["none".to_owned()]], 1));
    let text = sklearn(&["no", "no"]).refused();
    assert!(text.contains("two classes have the same name"), "{text}");
}

#[test]
fn scalers_and_linear_models_are_read() {
    let build = || {
        Build::new(2).with("Scaler x -> s", vec![reals("offset", &[1.0, 2.0]), reals("scale", &[0.5])]).with(
            "LinearRegressor s -> y",
            vec![
                reals("coefficients", &[2.0, 4.0, 1.0, 0.0]),
                reals("intercepts", &[7.0, 0.0]),
                whole("targets", 2),
            ],
        )
    };
    assert_eq!(build().imported().model.network.eval(&[3.0, 4.0]), [13.0, 1.0]);
    assert_eq!(build().evaluated(&[3.0, 4.0]), [[13.0, 1.0]]);
    let classifier = |labels: &[i64], rows: &[f32]| {
        let attributes = vec![
            reals("coefficients", rows),
            list("classlabels_ints", labels),
            text("post_transform", "LOGISTIC"),
        ];
        Build::new(2)
            .with("LinearClassifier x -> label shares", attributes)
            .output("label")
            .output("shares")
            .imported()
    };
    let import = classifier(&[5, 9], &[1.0, -2.0, -1.0, 2.0]);
    assert_eq!((import.model.classes.len(), import.model.network.outputs()), (2, 1));
    let import = classifier(&[5, 9, 11], &[1.0, -2.0, -1.0, 2.0, 0.5, 0.5]);
    assert_eq!(import.model.classes, ["5", "9", "11"]);
    assert_eq!(import.model.network.outputs(), 3);
}
