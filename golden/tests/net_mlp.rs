//! `.mlp` and `.mat` files: what is read, and what each kind of damage is called.

use gainstage_golden::data::{Mat, read_mat_samples};
use gainstage_golden::func::{Activation, Kind};
use gainstage_golden::net::{Mlp, MlpMeta};
use std::path::Path;

/// An `.mlp` file as its authors' programs lay it out.
struct File {
    sizes: [i32; 4],
    meta: [f64; 5],
    weights: Vec<f64>,
    masks: Vec<f64>,
    activations: Vec<i32>,
    types: Vec<i32>,
}

impl File {
    /// Inputs 1 and x; two hidden layers of a linear, an amplifying and an attenuating neuron; one output.
    /// The weights count 0.5, 1.5, ... in the order of the file.
    fn sample() -> File {
        File {
            sizes: [2, 1, 3, 2],
            meta: [0.001, 0.002, 0.9, 0.99, 1e-8],
            weights: (0..6 + 9 + 3).map(|i| i as f64 + 0.5).collect(),
            masks: vec![1.0; 9],
            activations: vec![0, 0, 0, 5, 3, 1, 2, 6, 0],
            types: vec![1, 1, 1, 2, 3, 1, 2, 3, 1],
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let ints = |v: &[i32]| v.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<_>>();
        let reals = |v: &[f64]| v.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<_>>();
        [
            ints(&self.sizes),
            ints(&[2, 2, 2]),
            reals(&self.meta),
            reals(&self.weights),
            reals(&self.masks),
            ints(&self.activations),
            ints(&self.types),
        ]
        .concat()
    }

    fn message(&self) -> String {
        message(&self.bytes())
    }
}

fn message(bytes: &[u8]) -> String {
    Mlp::parse(Path::new("n.mlp"), bytes).expect_err("refused").to_string()
}

/// The offset of the first weight.
const WEIGHTS: usize = 68;
/// The offset of the masks of the sample file.
const MASKS: usize = WEIGHTS + 18 * 8;

#[test]
fn the_constant_input_becomes_the_first_bias() {
    let mlp = Mlp::parse(Path::new("n.mlp"), &File::sample().bytes()).expect("a network");
    let [first, second, output] = &mlp.network.layers[..] else { panic!("three layers") };
    assert_eq!((first.inputs, second.inputs, output.inputs), (1, 3, 3));
    assert_eq!(first.bias.as_deref(), Some(&[0.5, 1.5, 2.5][..]));
    assert_eq!(first.weights, [3.5, 4.5, 5.5]);
    // Column-major in the file, row-major in the layer.
    assert_eq!(second.weights, [6.5, 9.5, 12.5, 7.5, 10.5, 13.5, 8.5, 11.5, 14.5]);
    assert_eq!((&second.bias, &output.bias), (&None, &None));
    assert_eq!(output.weights, [15.5, 16.5, 17.5]);
    assert_eq!(
        mlp.meta,
        MlpMeta {
            method: 2,
            cost: 2,
            regularisation: 2,
            learning_rate: 0.001,
            lambda: 0.002,
            beta1: 0.9,
            beta2: 0.99,
            epsilon: 1e-8
        }
    );
}

#[test]
fn functions_are_those_of_the_codes_for_neuron_0_too() {
    let mlp = Mlp::parse(Path::new("n.mlp"), &File::sample().bytes()).expect("a network");
    let of = |layer: usize| {
        let pairs = mlp.network.layers[layer].neurons.iter().map(|n| (n.activation.clone(), n.kind));
        pairs.collect::<Vec<_>>()
    };
    assert_eq!(
        of(0),
        [
            (Activation::None, Kind::Ordinary),
            (Activation::ParametricSoftplus { a: 0.3 }, Kind::Amplifying),
            (Activation::LeakyRelu { slope: 0.3 }, Kind::Attenuating { b: 1.0 }),
        ]
    );
    assert_eq!(
        of(1),
        [
            (Activation::Sigmoid, Kind::Ordinary),
            (Activation::Relu, Kind::Amplifying),
            (Activation::Elu, Kind::Attenuating { b: 1.0 }),
        ]
    );
    assert_eq!(of(2), [(Activation::None, Kind::Ordinary)]);
}

#[test]
fn every_shorter_and_longer_file_is_refused() {
    let bytes = File::sample().bytes();
    for length in 0..bytes.len() {
        let m = message(&bytes[..length]);
        assert!(m.starts_with(&format!("n.mlp: byte {length}: the file ends after {length} bytes")), "{m}");
    }
    let m = message(&[&bytes[..], &[0]].concat());
    assert!(m.contains(&format!("account for {} of {} bytes", bytes.len(), bytes.len() + 1)), "{m}");
}

#[test]
fn sizes_that_are_absurd() {
    for (at, least) in [(0, 2), (1, 1), (2, 1), (3, 1)] {
        for value in [least - 1, 0, -1, i32::MIN, 65_538, i32::MAX] {
            let mut file = File::sample();
            file.sizes[at] = value;
            let m = file.message();
            assert!(m.starts_with(&format!("n.mlp: byte {}: the number of ", 4 * at)), "{m}");
            assert!(m.contains(&format!("is {value}, but must be {least} to ")), "{m}");
        }
    }
    // 255 layers of 65536 neurons: 256·2^32 weights of 8 bytes, and none of them is allocated.
    let file = File { sizes: [65_537, 65_536, 65_536, 255], ..File::sample() };
    let m = file.message();
    assert!(m.contains("but its header asks for 8796"), "{m}");
}

#[test]
fn numbers_that_are_not_finite() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut file = File::sample();
        file.weights[6 + 5] = bad;
        let place = format!(
            "n.mlp: byte {}: the weight of neuron 2 of hidden layer 2 for input 1 is {bad}, not a finite number",
            WEIGHTS + 8 * 11
        );
        assert!(file.message().starts_with(&place), "{}", file.message());
        let mut file = File::sample();
        file.meta[1] = bad;
        assert!(file.message().starts_with(&format!("n.mlp: byte 36: lambda is {bad}, not")));
        let mut file = File::sample();
        file.masks[8] = bad;
        assert!(file.message().contains("drop-out mask of neuron 0 of the output layer"));
    }
}

#[test]
fn masks_and_codes_that_are_unknown() {
    let mut file = File::sample();
    file.masks[3] = 0.5;
    assert_eq!(
        file.message(),
        format!(
            "n.mlp: byte {}: the drop-out mask of neuron 1 of hidden layer 1 is 0.5, but must be 1: export the \
             network after training, with drop-out switched off",
            MASKS + 3 * 8
        )
    );
    for code in [-1, 7, i32::MAX] {
        let mut file = File::sample();
        file.activations[5] = code;
        let m = file.message();
        let place =
            format!("n.mlp: byte {}: the activation of neuron 0 of hidden layer 2", MASKS + 9 * 8 + 5 * 4);
        assert!(m.starts_with(&format!("{place} is {code}, but only 0 (none), ")), "{m}");
    }
    for code in [0, 4] {
        let mut file = File::sample();
        file.types[7] = code;
        let m = file.message();
        let place = format!("n.mlp: byte {}: the type of neuron 2 of hidden layer 2", MASKS + 9 * 12 + 7 * 4);
        assert!(m.starts_with(&format!("{place} is {code}, but only 1 (ordinary), ")), "{m}");
    }
}

#[test]
fn inputs_and_outputs_are_linear() {
    let mut file = File::sample();
    file.activations[8] = 1;
    assert!(file.message().contains("the activation of neuron 0 of the output layer is 1, but must be 0"));
    let mut file = File::sample();
    file.types[1] = 2;
    assert!(file.message().contains("the type of neuron 1 of the input layer is 2, but must be 1"));
}

fn mat(rows: i32, columns: i32, values: &[f64]) -> Vec<u8> {
    let head = [rows, columns].into_iter().flat_map(i32::to_le_bytes);
    head.chain(values.iter().flat_map(|v| v.to_le_bytes())).collect()
}

fn mat_message(bytes: &[u8]) -> String {
    Mat::parse(Path::new("m.mat"), bytes).expect_err("refused").to_string()
}

#[test]
fn a_column_is_a_sample() {
    let dir = tempfile::tempdir().expect("a directory");
    let (x, y) = (dir.path().join("x.mat"), dir.path().join("y.mat"));
    std::fs::write(&x, mat(2, 3, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])).expect("written");
    std::fs::write(&y, mat(1, 3, &[7.0, 8.0, 9.0])).expect("written");
    let s = read_mat_samples(&x, Some(&y)).expect("samples");
    assert_eq!((s.rows(), s.input(1), s.target(2)), (3, &[3.0, 4.0][..], &[9.0][..]));
    assert_eq!(read_mat_samples(&x, None).expect("samples").outputs(), 0);

    std::fs::write(&y, mat(3, 1, &[7.0, 8.0, 9.0])).expect("written");
    let m = read_mat_samples(&x, Some(&y)).expect_err("refused").to_string();
    let end = format!("y.mat: byte 4: 1 sample, but {} has 3: give files that belong together", x.display());
    assert!(m.ends_with(&end), "{m}");
}

#[test]
fn damaged_matrices() {
    let good = mat(1, 2, &[1.0, 2.0]);
    for length in 0..good.len() {
        let m = mat_message(&good[..length]);
        assert!(m.starts_with(&format!("m.mat: byte {length}: the file ends after {length} bytes")), "{m}");
    }
    assert!(mat_message(&mat(1, 1, &[1.0, 2.0])).starts_with("m.mat: byte 16: the sizes in the header"));
    assert!(mat_message(&mat(0, 2, &[])).contains("byte 0: the number of rows is 0, but must be 1 to "));
    assert!(mat_message(&mat(1, -2, &[])).contains("byte 4: the number of columns is -2"));
    assert!(mat_message(&mat(i32::MAX, 1, &[])).contains("the number of rows is 2147483647"));
    // 2^50 bytes: refused by arithmetic, not by the allocator.
    assert!(mat_message(&mat(1 << 16, i32::MAX, &[])).contains("asks for 11258999"));
    let m = mat_message(&mat(2, 2, &[1.0, 2.0, 3.0, f64::NAN]));
    assert!(m.starts_with("m.mat: byte 32: row 1 of column 1 is NaN, not a finite number"), "{m}");
}

#[test]
fn files_that_cannot_be_read() {
    let m = Mlp::read(Path::new("no/such.mlp")).expect_err("missing").to_string();
    assert!(m.starts_with("no/such.mlp: "), "{m}");
    let dir = tempfile::tempdir().expect("a directory");
    assert!(Mat::read(dir.path()).is_err());
}
