//! What was once imported wrongly in silence, or took time or memory without end.

use super::*;

#[test]
fn a_matrix_of_constants_does_not_make_outputs_for_each_row() {
    let mut build = Build::new(2).weights("c", &[3, 2], &[1.0; 6]).node("Add x c -> y");
    build.graph.input = vec![port("x", 1, &[3, 2])];
    let text = build.refused();
    assert!(text.contains("samples are mixed"), "{text}");
}

/// What a file computes of whole numbers: c divided by 2 and added to the input.
fn of_wholes(node: &str, attributes: Vec<AttributeProto>) -> f64 {
    let build = Build::new(1)
        .constant("a", wholes(&[7]))
        .constant("b", wholes(&[1]))
        .constant("list", wholes(&[7, 8, 8]))
        .constant("two", wholes(&[2]))
        .weights("half", &[1], &[0.5])
        .with(node, attributes)
        .node("Div c two -> h")
        .with("Cast h -> r", vec![whole("to", 1)])
        .node("Add x r -> y");
    build.evaluated(&[0.0])[0][0]
}

#[test]
fn whole_numbers_stay_whole() {
    assert_eq!(of_wholes("Abs a -> c", vec![]), 3.0);
    assert_eq!(of_wholes("Relu a -> c", vec![]), 3.0);
    assert_eq!(of_wholes("MatMul a b -> c", vec![]), 3.0);
    assert_eq!(of_wholes("ReduceMean list -> c", vec![]), 3.0);
    // √7 is 2 as a whole number.
    assert_eq!(of_wholes("Pow a half -> c", vec![]), 1.0);
}

#[test]
fn constants_have_the_values_of_their_type() {
    let cast = |to: i64, value: f32| {
        let build = Build::new(1).weights("w", &[1], &[value]).with("Cast w -> c", vec![whole("to", to)]);
        build.with("Cast c -> r", vec![whole("to", 1)]).node("Add x r -> y")
    };
    assert_eq!(cast(10, 0.1).evaluated(&[0.0])[0][0], 0.0999755859375);
    assert_eq!(cast(16, 0.1).evaluated(&[0.0])[0][0], 0.10009765625);
    assert_eq!(cast(2, 255.9).evaluated(&[0.0])[0][0], 255.0);
    assert_eq!(cast(3, -128.5).evaluated(&[0.0])[0][0], -128.0);
    for (to, value) in [(2, -3.0), (2, 256.0), (3, 128.0), (3, -129.0), (13, -1.0), (7, 1e19), (6, f32::NAN)]
    {
        let text = cast(to, value).refused();
        assert!(text.contains(&format!("does not fit the type {to}")), "{text}");
    }
}

#[test]
fn values_of_the_network_are_cast_without_rounding() {
    for to in [1, 10, 11, 16] {
        let build = Build::new(1).weights("k", &[1], &[0.1]).node("Mul x k -> m");
        let import = build.with("Cast m -> c", vec![whole("to", to)]).node("Tanh c -> y").imported();
        assert!(import.checked.largest_difference < 1e-12, "{to}: {:?}", import.checked);
    }
}

#[test]
fn what_the_format_does_not_allow_is_refused() {
    let two = || Build::new(2).weights("w", &[2], &[1.0; 2]).constant("k", wholes(&[1, 2]));
    for (node, told) in [
        ("Tanh x w -> y", "it has 2 inputs, but at most 1 are known"),
        ("Add x w w -> y", "it has 3 inputs, but at most 2 are known"),
        ("Mul x k -> y", "some of its inputs are real numbers, others whole ones"),
    ] {
        let text = two().node(node).refused();
        assert!(text.contains(told), "{text}");
    }
    let mut build = two().node("Tanh x -> y");
    build.graph.node[0].domain = "ai.onnx.ml".into();
    assert!(build.refused().contains("the domain \"ai.onnx.ml\" has no such operator"));
    let mut build = two().node("Scaler x -> y");
    build.graph.node[0].domain = String::new();
    assert!(build.refused().contains("has no such operator"));
    let mut build = two().node("Tanh x -> y");
    build.graph.input.push(port("x", 1, &[-1, 1]));
    assert!(build.refused().contains("input \"x\": it is there twice"));
    // A whole number in the field of a real one would be read as 0.
    let mistyped = AttributeProto { i: 1, ..number("alpha", 0.0) };
    let text = two().with("LeakyRelu x -> y", vec![mistyped]).refused();
    assert!(text.contains("attribute \"alpha\": its value is not of the type that it says"), "{text}");
}

#[test]
fn windows_need_steps_for_every_axis() {
    for (name, values, told) in [
        ("strides", &[0][..], "strides is [0]; give 1 numbers from 1 on"),
        ("dilations", &[0], "dilations is [0]; give 1 numbers from 1 on"),
        ("strides", &[1, 1], "strides is [1, 1]; give 1 numbers from 1 on"),
        ("pads", &[0, 0, 0], "pads is [0, 0, 0]; give 2 numbers from 0 on"),
    ] {
        let mut build = Build::new(0).weights("w", &[1, 1, 2], &[1.0, 10.0]);
        build.graph.input = vec![port("x", 1, &[-1, 1, 3])];
        let text = build.with("Conv x w -> y", vec![list(name, values)]).refused();
        assert!(text.contains(told), "{text}");
    }
}

#[test]
fn axes_are_padded_once_and_parts_are_not_empty() {
    let pads = Build::new(2)
        .opset(18)
        .constant("p", wholes(&[1, 1, 0, 0]))
        .constant("axes", wholes(&[1, -1]))
        .node("Pad x p . axes -> y");
    assert!(pads.refused().contains("name one twice"));
    let parts =
        Build::new(5).opset(18).with("Split x -> a b c y", vec![whole("axis", 1), whole("num_outputs", 4)]);
    assert!(parts.refused().contains("5 cannot be split into 4 parts"));
}

#[test]
fn many_functions_of_one_value_take_no_square_of_the_time() {
    let slopes: Vec<f32> = (0..60_000).map(|k| k as f32 / 1e6).collect();
    let import = Build::new(1)
        .weights("s", &[1, 60_000], &slopes)
        .constant("wide", wholes(&[1, 60_000]))
        .constant("axis", wholes(&[1]))
        .node("Expand x wide -> e")
        .node("PRelu e s -> p")
        .node("ReduceSum p axis -> y")
        .imported();
    assert_eq!(import.model.network.layers[0].neurons.len(), 60_000);
}

#[test]
fn repeated_values_are_counted_together() {
    let mut build = Build::new(1).constant("wide", wholes(&[1, 1 << 20]));
    for k in 0..40 {
        build = build.node(&format!("Expand x wide -> v{k}"));
    }
    let all: String = (0..40).map(|k| format!(" v{k}")).collect();
    let text = build.node(&format!("Sum{all} -> y")).refused();
    assert!(text.contains("the number of values inside the network is"), "{text}");
}

#[test]
fn a_function_of_the_file_is_not_taken_for_an_operator() {
    let with = |name: &str| {
        let bytes = Build::new(1).node("Tanh x -> y").output("y").bytes();
        let mut model = ModelProto::decode(&bytes[..]).expect("a model");
        model.functions.push(FunctionProto { name: name.into(), domain: String::new() });
        from_bytes(model.encode_to_vec(), Path::new("."), "f")
    };
    assert!(with("Relu").is_ok());
    let text = with("Tanh").expect_err("replaced").to_string();
    assert!(text.contains("(Tanh): the file has a function of its own for this operator"), "{text}");
}
