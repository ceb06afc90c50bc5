//! Operators, one by one, by hand.

use super::*;

/// The outputs of the file and of the network for one sample, which must be equal.
fn both(build: impl Fn() -> Build, sample: &[f64]) -> Vec<f64> {
    let file = build().evaluated(sample).remove(0);
    let network = build().imported().model.network.eval(sample);
    assert!(
        file.len() == network.len() && file.iter().zip(&network).all(|(a, b)| (a - b).abs() < 1e-9),
        "{file:?} {network:?}"
    );
    file
}

#[test]
fn functions_of_one_argument() {
    for (operator, attributes, x, expected) in [
        ("LeakyRelu", vec![number("alpha", 0.25)], -2.0, -0.5),
        ("LeakyRelu", vec![], -2.0, -2.0 * f64::from(0.01f32)),
        ("Elu", vec![number("alpha", 2.0)], -1.0, 2.0 * ((-1f64).exp() - 1.0)),
        ("Celu", vec![number("alpha", 2.0)], -1.0, 2.0 * ((-0.5f64).exp() - 1.0)),
        ("HardSigmoid", vec![number("alpha", 0.25)], 1.0, 0.75),
        ("HardSigmoid", vec![], 9.0, 1.0),
        ("HardSwish", vec![], 1.5, 1.5 * 0.75),
        ("Softsign", vec![], -3.0, -0.75),
        ("Erf", vec![], 0.5, 0.5204998778130465),
        ("Gelu", vec![], 1.0, 0.8413447460685429),
        ("Reciprocal", vec![], 4.0, 0.25),
        ("Abs", vec![], -4.0, 4.0),
        ("Sqrt", vec![], 2.25, 1.5),
        ("Mish", vec![], 1.0, (1f64.exp().ln_1p()).tanh()),
    ] {
        let build = || Build::new(1).opset(20).with(&format!("{operator} x -> y"), attributes.clone());
        let found = both(build, &[x])[0];
        assert!((found - expected).abs() < 1e-9, "{operator}: {found}, not {expected}");
    }
}

#[test]
fn bounds_slopes_and_exponents() {
    let clip = || Build::new(2).weights("hi", &[], &[1.0]).node("Clip x . hi -> y");
    assert_eq!(both(clip, &[3.0, -3.0]), [1.0, -3.0]);
    let clip = || Build::new(2).opset(7).with("Clip x -> y", vec![number("min", -1.0), number("max", 2.0)]);
    assert_eq!(both(clip, &[3.0, -3.0]), [2.0, -1.0]);
    assert_eq!(functions(&clip().imported()), [["{x, -1:2}"; 2]]);
    let slopes = || Build::new(2).weights("a", &[2], &[0.5, 2.0]).node("PRelu x a -> y");
    assert_eq!(both(slopes, &[-1.0, -1.0]), [-0.5, -2.0]);
    assert_eq!(functions(&slopes().imported()), [["leaky-relu(0.5)", "leaky-relu(2)"]]);
    let powers = || Build::new(4).weights("p", &[4], &[0.0, 1.0, 2.0, 3.0]).node("Pow x p -> y");
    assert_eq!(both(powers, &[3.0, -3.0, -3.0, -3.0]), [1.0, -3.0, 9.0, -27.0]);
    let max = || Build::new(2).weights("c", &[1], &[0.5]).node("Max c x -> m").node("Min m x -> y");
    assert_eq!(both(max, &[3.0, -3.0]), [3.0, -3.0]);
}

#[test]
fn batch_normalization_sums_and_means() {
    let build = || {
        Build::new(2)
            .weights("s", &[2], &[2.0, 3.0])
            .weights("b", &[2], &[0.5, 0.0])
            .weights("m", &[2], &[1.0, -1.0])
            .weights("v", &[2], &[3.0, 0.0])
            .with("BatchNormalization x s b m v -> n", vec![number("epsilon", 1.0)])
            .constant("axes", wholes(&[1]))
            .with("ReduceSum n axes -> t", vec![whole("keepdims", 1)])
            .with("ReduceMean n -> u", vec![list("axes", &[-1])])
            .with("Concat n t u -> y", vec![whole("axis", -1)])
    };
    // (2 - 1)/2·2 + 0.5 and (5 + 1)/1·3.
    assert_eq!(both(build, &[2.0, 5.0]), [1.5, 18.0, 19.5, 9.75]);
}

#[test]
fn elements_move() {
    let build = || {
        Build::new(6)
            .constant("shape", wholes(&[0, 2, -1]))
            .node("Reshape x shape -> r")
            .with("Transpose r -> t", vec![list("perm", &[0, 2, 1])])
            .with("Gather t places -> g", vec![whole("axis", 1)])
            .constant("places", wholes(&[2, 0]))
            .with("Flatten g -> f", vec![])
            .constant("from", wholes(&[-1]))
            .constant("to", wholes(&[i64::MIN]))
            .constant("axis", wholes(&[1]))
            .constant("step", wholes(&[-1]))
            .node("Slice f from to axis step -> y")
    };
    assert_eq!(both(build, &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]), [3.0, 0.0, 5.0, 2.0]);
    let pads = || Build::new(2).constant("p", wholes(&[0, 1, 0, 2])).node("Pad x p -> y");
    assert_eq!(both(pads, &[7.0, 8.0]), [0.0, 7.0, 8.0, 0.0, 0.0]);
}

#[test]
fn shapes_are_computed_as_exporters_write_them() {
    let build = || {
        Build::new(4)
            .node("Shape x -> s")
            .constant("zero", TensorProto { dims: vec![], ..wholes(&[0]) })
            .with("Gather s zero -> n", vec![whole("axis", 0)])
            .constant("axes", wholes(&[0]))
            .node("Unsqueeze n axes -> u")
            .constant("rest", wholes(&[2, 2]))
            .with("Concat u rest -> c", vec![whole("axis", 0)])
            .node("Reshape x c -> r")
            .constant("last", wholes(&[2]))
            .with("ReduceSum r last -> y", vec![whole("keepdims", 0)])
    };
    assert_eq!(both(build, &[1.0, 2.0, 30.0, 40.0]), [3.0, 70.0]);
}

#[test]
fn convolutions_become_sparse_layers() {
    let build = || {
        let mut build = Build::new(0).weights("w", &[1, 1, 2], &[1.0, 10.0]).weights("b", &[1], &[0.5]);
        build.graph.input = vec![port("x", 1, &[-1, 1, 3])];
        build.with("Conv x w b -> c", vec![list("pads", &[1, 0])]).with("Flatten c -> y", vec![])
    };
    assert_eq!(both(build, &[1.0, 2.0, 3.0]), [10.5, 21.5, 32.5]);
    let pool = || {
        let mut build = Build::new(0);
        build.graph.input = vec![port("x", 1, &[-1, 1, 3])];
        build.with("AveragePool x -> p", vec![list("kernel_shape", &[2])]).with("Flatten p -> y", vec![])
    };
    assert_eq!(both(pool, &[1.0, 2.0, 6.0]), [1.5, 4.0]);
}

#[test]
fn several_inputs_follow_each_other() {
    let build = || {
        let mut build =
            Build::new(2).node("Mul x k -> a").weights("k", &[1, 2], &[2.0, 3.0]).node("Sub a z -> y");
        build.graph.input.push(port("z", 1, &[-1, 1]));
        build
    };
    let import = build().imported();
    assert_eq!(import.model.names.inputs, ["x[0]", "x[1]", "z"]);
    assert_eq!(import.model.names.outputs, ["y[0]", "y[1]"]);
    assert_eq!(both(build, &[1.0, 1.0, 10.0]), [-8.0, -7.0]);
}
