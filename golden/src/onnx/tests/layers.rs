//! Which layers come out.

use super::*;

/// x of two values, and a layer of sums `z` with as many.
fn sums() -> Build {
    Build::new(2)
        .weights("w", &[2, 2], &[1.0, 2.0, -3.0, 0.5])
        .weights("b", &[2], &[0.25, -0.5])
        .node("MatMul x w -> m")
        .node("Add m b -> z")
}

#[test]
fn affine_operators_become_one_layer() {
    let import = sums()
        .weights("two", &[], &[2.0])
        .weights("v", &[1, 2], &[10.0, 100.0])
        .with("Gemm z v c -> g", vec![whole("transB", 1), number("alpha", 0.5), number("beta", 2.0)])
        .weights("c", &[1], &[3.0])
        .node("Div g two -> d")
        .node("Neg d -> y")
        .imported();
    let layers = &import.model.network.layers;
    assert_eq!((layers.len(), functions(&import)), (1, vec![vec!["none".to_owned()]]));
    // -(0.5·(10·z0 + 100·z1) + 6) / 2 with z0 = x0 - 3·x1 + 0.25 and z1 = 2·x0 + 0.5·x1 - 0.5.
    assert_eq!(layers[0].weights, [-0.25 * (10.0 + 200.0), -0.25 * (-30.0 + 50.0)]);
    assert_eq!(layers[0].bias.as_deref(), Some(&[-0.25 * (2.5 - 50.0) - 3.0][..]));
    assert_eq!(import.model.names.inputs, ["x[0]", "x[1]"]);
    assert_eq!(import.model.names.outputs, ["y"]);
    assert_eq!(import.model.name, "some_file");
    assert!(import.checked.samples == 256 && import.checked.largest_difference < 1e-12);
}

#[test]
fn a_function_ends_a_layer_and_the_last_one_needs_no_sums_behind_it() {
    let hidden = || sums().node("Tanh z -> h").weights("v", &[2, 1], &[1.5, -1.0]).node("MatMul h v -> s");
    let import = hidden().node("Identity s -> y").imported();
    assert_eq!(functions(&import), [vec!["tanh"; 2], vec!["none"]]);
    let import = hidden().node("Softplus s -> y").imported();
    assert_eq!(functions(&import), [vec!["tanh"; 2], vec!["softplus"]]);
    let import = sums().node("Relu z -> y").imported();
    assert_eq!(functions(&import), [vec!["relu"; 2]]);
}

#[test]
fn what_is_needed_later_passes_through_linear_neurons() {
    let import = sums().node("Relu z -> h").node("Sin h -> s").node("Add s x -> y").imported();
    // relu and sin are one function of the same sums, so only x has to pass.
    let sine = "{sin((x+abs(x))/2)}";
    assert_eq!(functions(&import), [vec!["none", "none", sine, sine], vec!["none"; 2]]);
    let import = sums()
        .node("Relu z -> h")
        .node("MatMul h w -> m2")
        .node("Tanh m2 -> t")
        .with("Concat t h x -> c", vec![whole("axis", 1)])
        .with("Slice c from to axes -> y", vec![])
        .constant("from", wholes(&[1]))
        .constant("to", wholes(&[5]))
        .constant("axes", wholes(&[1]))
        .imported();
    // The last layer is tanh and what passes: the slice starts behind the first tanh.
    assert_eq!(functions(&import), [&["none", "relu", "relu"][..], &["tanh", "none", "none", "none"]]);
}

#[test]
fn kinds_of_neurons_are_recognised() {
    let with_h = |b: Build| b.node("Tanh z -> h").weights("one", &[], &[1.5]).weights("four", &[], &[4.0]);
    let import = with_h(sums()).node("Mul h h -> y").imported();
    assert_eq!(functions(&import), [["tanh*amplifying"; 2]]);
    let import = sums().weights("e", &[], &[2.0]).node("Pow z e -> y").imported();
    assert_eq!(functions(&import), [["none*amplifying"; 2]]);
    let divide = |b: Build| b.node("Mul h h -> q").node("Add q one -> d").node("Div h d -> y");
    assert_eq!(functions(&divide(with_h(sums())).imported()), [["tanh*attenuating(1.5)"; 2]]);
    let import = sums().weights("one", &[], &[1.5]).node("Identity z -> h");
    assert_eq!(functions(&divide(import).imported()), [["none*attenuating(1.5)"; 2]]);
    // 4·h² + 1.5 is four times h² + 0.375.
    let import = with_h(sums())
        .node("Mul h h -> q")
        .node("Mul q four -> f")
        .node("Add f one -> d")
        .node("Div h d -> y");
    let import = import.imported();
    assert_eq!(functions(&import), [vec!["tanh*attenuating(0.375)"; 2], vec!["none"; 2]]);
    assert_eq!(import.model.network.layers[1].weights, [0.25, 0.0, 0.0, 0.25]);
}

#[test]
fn chains_and_products_become_expressions() {
    let swish = sums().node("Sigmoid z -> s").node("Mul z s -> y").imported();
    assert_eq!(functions(&swish), [["{x/(1+exp(-x))}"; 2]]);
    let import = sums().node("Softplus z -> s").node("Tanh s -> t").node("Mul z t -> y").imported();
    assert_eq!(functions(&import), [["{x*tanh((x+abs(x))/2+ln(1+exp(-abs(x))))}"; 2]]);
    let import =
        sums().weights("k", &[], &[0.5]).node("Mul z k -> h").node("Sigmoid h -> s").node("Mul z s -> y");
    assert_eq!(functions(&import.imported()), [["{2*x*(1/(1+exp(-x)))}"; 2]]);
}

#[test]
fn different_functions_are_not_merged() {
    // The hidden values are scaled differently, so a chain would need a function for each.
    let import =
        sums().node("Relu z -> h").weights("k", &[2], &[1.0, 2.0]).node("Mul h k -> s").node("Tanh s -> y");
    assert_eq!(functions(&import.imported()), [["relu"; 2], ["tanh"; 2]]);
}

#[test]
fn products_of_two_values_are_squares() {
    let import = Build::new(2).with("Split x -> a b", vec![whole("axis", 1)]).node("Mul a b -> y").imported();
    assert_eq!(functions(&import), [vec!["none*amplifying"; 2], vec!["none"]]);
    assert!(import.notes[0].starts_with("Products of two values"), "{:?}", import.notes);
    assert!((import.model.network.eval(&[3.0, -7.0])[0] + 21.0).abs() < 1e-12);
    let import = Build::new(2).with("Split x -> a b", vec![whole("axis", 1)]).node("Max a b -> y").imported();
    assert_eq!(import.model.network.eval(&[3.0, -7.0]), [3.0]);
}
