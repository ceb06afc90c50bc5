//! What is refused, and how it is told.

use super::*;

#[test]
fn operators_that_no_network_has_are_named_with_a_cure() {
    for (text, told) in [
        ("MaxPool x -> y", "compares values"),
        ("LSTM x -> y", "a state or a branch"),
        ("Round x -> y", "jumps from one value to another"),
        ("Frobnicate x -> y", "not supported"),
        ("MatMul x x -> y", "both matrices depend on the network's inputs"),
    ] {
        let refused = Build::new(2).node(text).refused();
        let operator = text.split(' ').next().expect("a name");
        assert!(refused.starts_with(&format!("node 0, which makes \"y\" ({operator}): ")), "{refused}");
        assert!(refused.contains(told) && refused.contains("; "), "{refused}");
    }
}

#[test]
fn classes_inside_a_network_are_refused() {
    let text = Build::new(2).node("Softmax x -> p").node("Relu p -> y").refused();
    assert!(text.contains("(Relu): it computes with the probabilities"), "{text}");
    let text = Build::new(4)
        .constant("shape", wholes(&[-1, 2, 2]))
        .node("Reshape x shape -> r")
        .node("Softmax r -> y")
        .refused();
    assert!(text.contains("it judges 2 classes 2 times in one sample"), "{text}");
    let text = Build::new(2).node("Softmax x -> p").node("Neg x -> v").output("p").output("v").refused();
    assert!(text.starts_with("output \"v\": it shows something else"), "{text}");
}

#[test]
fn weights_must_be_finite() {
    for bad in [f32::NAN, f32::INFINITY] {
        let text = Build::new(2).weights("w", &[2, 1], &[1.0, bad]).node("MatMul x w -> y").refused();
        assert!(text.contains("(MatMul): a weight or a constant is infinite or not a number"), "{text}");
    }
    let text = Build::new(1).weights("c", &[], &[0.0]).node("Div x c -> y").refused();
    assert!(text.contains("it divides by 0"), "{text}");
}

#[test]
fn inputs_must_be_real_and_of_fixed_size() {
    let with = |input: ValueInfoProto| {
        let mut build = Build::new(1).node("Relu x -> y");
        build.graph.input = vec![input];
        build.refused()
    };
    assert!(with(port("x", 7, &[-1, 2])).contains("input \"x\": it is not a tensor of real numbers"));
    assert!(with(port("x", 1, &[-1, -1])).contains("its size along axis 1 is open"));
    assert!(with(ValueInfoProto { name: "x".into(), r#type: None }).contains("its shape is not known"));
    assert!(with(port("x", 1, &[-1, 1 << 40])).contains("is 1099511627776, but at most"));
}

#[test]
fn samples_must_not_be_mixed() {
    let fixed = |b: Build| {
        let mut build = b;
        build.graph.input = vec![port("x", 1, &[3, 2])];
        build.graph.output = vec![port("y", 1, &[3, 2])];
        build
    };
    let import = fixed(Build::new(2).node("Tanh x -> y")).imported();
    assert_eq!(import.notes, ["The file takes 3 samples at once; the network takes one."]);
    let mut matrix = Build::new(0).with("Flatten x -> y", vec![whole("axis", 0)]);
    matrix.graph.input = vec![port("x", 1, &[3, 2])];
    matrix.graph.output = vec![port("y", 1, &[1, 6])];
    let import = matrix.imported();
    assert_eq!((import.model.network.inputs(), import.model.network.outputs()), (6, 6));
    assert_eq!(import.notes, ["The input x with its sizes [3, 2] is taken as one sample."]);
    let mixing = Build::new(2).with("ReduceMean x -> m", vec![list("axes", &[0])]).node("Sub x m -> y");
    let text = fixed(mixing).refused();
    assert!(text.contains("mixes the samples of a batch"), "{text}");
    let text = Build::new(2).with("Transpose x -> y", vec![]).output("y").refused();
    assert!(text.contains("samples are mixed") || text.contains("mixes the samples"), "{text}");
}

#[test]
fn broken_files_are_told_apart() {
    let text =
        |bytes: &[u8]| from_bytes(bytes.to_vec(), Path::new("."), "f").expect_err("refused").to_string();
    assert!(text(b"").contains("not an ONNX model: the file is empty"));
    assert!(text(b"PK\x03\x04 a zip file").starts_with("not an ONNX model"));
    assert!(Build::new(1).opset(6).node("Relu x -> y").refused().contains("but 7 to 24 are known"));
    assert!(Build::new(1).opset(99).node("Relu x -> y").refused().contains("opset_version=17"));
    assert!(Build::new(1).node("Relu nothing -> y").refused().contains("which nothing before it makes"));
    assert!(Build::new(1).node("Relu x -> x").refused().contains("which exists already"));
    assert!(Build::new(1).node("Relu x -> h").refused().contains("output \"y\": nothing makes it"));
    let odd = Build::new(1).with("Relu x -> y", vec![number("slope", 1.0)]).refused();
    assert!(odd.contains("an attribute \"slope\", which is not known"), "{odd}");
    let mistyped = Build::new(1).with("LeakyRelu x -> y", vec![whole("alpha", 1)]).refused();
    assert!(mistyped.contains("attribute alpha is of the wrong type"), "{mistyped}");
    let mut foreign = Build::new(1).node("FusedGemm x -> y");
    foreign.graph.node[0].domain = "com.microsoft".into();
    assert!(foreign.refused().contains("operators of the domain \"com.microsoft\" are not known"));
}

#[test]
fn values_that_are_never_numbers_cannot_be_checked() {
    let text =
        Build::new(1).weights("c", &[], &[-100.0]).node("Abs x -> a").node("Sub c a -> n").node("Log n -> y");
    assert!(text.refused().starts_with("only 0 of 256 random samples gave numbers"));
    // The first value is a number for all samples; but what the second lacks, a dense layer may spread.
    let import = Build::new(2).weights("p", &[2], &[1.0, 0.5]).node("Pow x p -> y").imported();
    assert!((32..256).contains(&import.checked.samples), "{:?}", import.checked);
    assert!(import.notes[0].contains("random samples could be compared"), "{:?}", import.notes);
}

#[test]
fn sizes_are_checked_before_anything_is_allocated() {
    let huge = wholes(&[1 << 30, 1 << 30]);
    let text = Build::new(1).constant("s", huge).node("Expand x s -> y").refused();
    assert!(text.contains("the number of elements of a tensor is"), "{text}");
    let text = Build::new(1).constant("s", wholes(&[1, 1 << 24])).node("Expand x s -> y").refused();
    assert!(text.contains("the number of values inside"), "{text}");
    let text = Build::new(1).constant("s", wholes(&[1, 100_000])).node("Expand x s -> y").refused();
    assert!(text.contains("the number of neurons or inputs in a layer of the network is 100000"), "{text}");
}
