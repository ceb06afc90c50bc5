//! The readers, and sound files to start from.

use crate::project::{Project, Wish, propose, templates, toml};
use gainstage_golden::data::{Mat, parse_columns, parse_csv, parse_survey};
use gainstage_golden::export::model_to_onnx;
use gainstage_golden::export::rom::{RomFormat, RomImage};
use gainstage_golden::net::{Mlp, Model, Network, RandomShape, random_network};
use gainstage_golden::num::Format;
use gainstage_golden::onnx::{self, Imported};
use gainstage_golden::plan::{Engine, Plan};
use gainstage_golden::quant::{Calibration, Granularity, QuantOptions, quantize_network};
use gainstage_hdl::board::Board;
use gainstage_hdl::device::Family;
use gainstage_hdl::emit::SourceFile;
use gainstage_hdl::wrap::manifest::Manifest;
use gainstage_hdl::wrap::{Build, Circuit};
use std::path::Path;

/// Reads an input, and does with it what is always done with a file that was accepted.
type Read = Box<dyn Fn(&[u8])>;

/// A reader and its seeds.
pub struct Reader {
    /// The reader.
    pub read: Read,
    /// Sound files.
    pub seeds: Vec<Vec<u8>>,
}

/// All readers.
pub const NAMES: [&str; 16] = [
    "mlp",
    "mat",
    "onnx",
    "csv",
    "project",
    "board",
    "model",
    "plan",
    "build",
    "manifest",
    "mem",
    "coe",
    "mif_xilinx",
    "mif_altera",
    "binary",
    "c_header",
];

/// The reader of a name of [`NAMES`].
pub fn reader(name: &str) -> Reader {
    let place = Path::new("input");
    match name {
        "mlp" => of(move |b| drop(Mlp::parse(place, b)), vec![mlp()]),
        "mat" => of(move |b| drop(Mat::parse(place, b)), vec![mat()]),
        "onnx" => of(run_onnx, onnx_files()),
        "csv" => {
            let samples = templates().flat_map(|t| t.files).map(|(_, text)| text.as_bytes().to_vec());
            let odd = b"\xef\xbb\xbfid;\"v \"\"x\"\"\";kind\r\n1;0,5;a\r\n2;;b\r\n3;1e3;a\r\n".to_vec();
            of(run_csv, samples.chain([odd]).collect())
        }
        "project" => {
            let projects = templates().map(|t| t.toml.as_bytes().to_vec()).collect();
            text(move |t| drop(Project::parse(t, place)), projects)
        }
        "board" => {
            let boards = [
                include_str!("../../../hdl/constraints/icebreaker.toml"),
                include_str!("../../../hdl/constraints/ulx3s-85f.toml"),
                include_str!("../../../hdl/constraints/basys3.toml"),
            ];
            text(move |t| drop(Board::parse(t, place)), boards.map(|t| t.as_bytes().to_vec()).into())
        }
        "manifest" => text(move |t| drop(Manifest::from_json(t, place)), vec![generated("manifest.json")]),
        "model" => text(move |t| drop(Model::from_json(t, place)), vec![model()]),
        "build" => text(move |t| drop(Build::from_json(t, place)), vec![generated("build.json")]),
        "plan" => text(run_plan, vec![generated("plan.json"), unit()]),
        "mem" => rom(RomFormat::Mem),
        "coe" => rom(RomFormat::Coe),
        "mif_xilinx" => rom(RomFormat::MifXilinx),
        "mif_altera" => rom(RomFormat::MifAltera),
        "binary" => rom(RomFormat::Binary),
        _ => rom(RomFormat::CHeader),
    }
}

fn of(read: impl Fn(&[u8]) + 'static, seeds: Vec<Vec<u8>>) -> Reader {
    Reader { read: Box::new(read), seeds }
}

/// A reader of text: bytes that are none have been refused before.
fn text(read: impl Fn(&str) + 'static, seeds: Vec<Vec<u8>>) -> Reader {
    of(move |b| std::str::from_utf8(b).into_iter().for_each(&read), seeds)
}

/// A table that can be surveyed is read as what it was taken for, and its project reads back.
fn run_csv(bytes: &[u8]) {
    let place = Path::new("input");
    drop(parse_csv(place, bytes));
    let Ok(survey) = parse_survey(place, bytes) else { return };
    let Ok(proposal) = propose(&survey, &Wish::default()) else { return };
    let Ok(reading) = parse_columns(place, bytes, &proposal.columns) else { return };
    let text = toml("net", place, &survey, &proposal, &reading.samples);
    let project = Project::parse(&text, place).unwrap_or_else(|e| panic!("{e}\n{text}"));
    assert_eq!(project.data.columns, proposal.columns, "{text}");
}

/// Networks as they are exported, and quantized files of both kinds.
fn onnx_files() -> Vec<Vec<u8>> {
    let model = Model::new("net", network(), Vec::new());
    let quantized = [&include_bytes!("seeds/qdq.onnx")[..], include_bytes!("seeds/qonnx.onnx")];
    let network = model_to_onnx(&model).expect("small numbers");
    let seeds: Vec<_> = quantized.map(<[u8]>::to_vec).into_iter().chain([network]).collect();
    for seed in &seeds {
        onnx_file(seed).unwrap_or_else(|e| panic!("a sound file: {e}"));
    }
    seeds
}

/// What a file is imported as; there are no files beside it.
fn onnx_file(bytes: &[u8]) -> Result<Imported, onnx::Fault> {
    onnx::imported(bytes.to_vec(), Path::new("nowhere"), "net", onnx::Options::default())
}

/// What was imported reads back as what it is.
fn run_onnx(bytes: &[u8]) {
    let place = Path::new("input");
    match onnx_file(bytes) {
        Ok(Imported::Plan(import)) => {
            let text = serde_json::to_string(&import.plan).expect("JSON");
            assert_eq!(Plan::from_json(&text, place).unwrap_or_else(|e| panic!("{e}")), import.plan);
            run_plan(&text);
        }
        Ok(Imported::Model(import)) => {
            let text = serde_json::to_string(&import.model).expect("JSON");
            Model::from_json(&text, place).unwrap_or_else(|e| panic!("{e}"));
        }
        Err(fault) => assert!(fault.to_string().len() < 4000),
    }
}

/// A plan that was accepted must run: corner codes, without overflow.
fn run_plan(text: &str) {
    let Ok(plan) = Plan::from_json(text, Path::new("input")) else { return };
    let ends: [fn(Format) -> i64; 3] = [Format::min_code, Format::max_code, |_| 0];
    for end in ends {
        let x: Vec<i64> = plan.inputs.iter().map(|&f| end(f)).collect();
        let y = Engine::new(&plan).run(&x);
        assert_eq!(Some(&y), plan.trace(&x).last(), "the engine and the model differ");
    }
}

fn rom(format: RomFormat) -> Reader {
    let image = |width: u32| {
        let words = (0..12u128).map(|w| w.wrapping_mul(0x9e37_79b9_7f4a_7c15) & (u128::MAX >> (128 - width)));
        RomImage::new("table", width, words.collect()).expect("a sound image")
    };
    let seeds = [7, 12, 70].map(|width| format.write(&image(width))).to_vec();
    let read = move |b: &[u8]| {
        for width in [7, 12, 70] {
            drop(format.read(b, Path::new("input"), width));
        }
    };
    of(read, seeds)
}

fn network() -> Network {
    random_network(5, RandomShape { inputs: 2, outputs: 1, hidden: 2, width: 3 })
}

fn model() -> Vec<u8> {
    let network = network();
    let ranges = vec![[-1.0, 1.0]; network.inputs()];
    serde_json::to_vec_pretty(&Model::new("net", network, ranges)).expect("JSON")
}

/// A file of a small generated circuit.
fn generated(name: &str) -> Vec<u8> {
    let plan = |seed| {
        let network = random_network(seed, RandomShape { inputs: 2, outputs: 1, hidden: 2, width: 2 });
        let options = QuantOptions {
            name: "net".into(),
            bits: 7,
            granularity: Granularity::Neuron,
            layers: Vec::new(),
            demand: Default::default(),
            kinds: Default::default(),
        };
        let ranges = vec![(-2.0, 2.0); network.inputs()];
        let plan = quantize_network(&network, &Calibration::from_box(&ranges), &options).ok();
        plan.filter(|p: &Plan| p.tables.len() > 1)
    };
    let plan = (0..).find_map(plan).expect("the seeds do not run out");
    let circuit = Circuit::new(&plan, &Build::new(Family::Ecp5)).expect("a circuit");
    let file = circuit.files.into_iter().find(|f: &SourceFile| f.path == name);
    file.expect("a generated file").text.into_bytes()
}

fn unit() -> Vec<u8> {
    let format = Format::new(true, 8, 4).expect("a format");
    serde_json::to_vec(&Plan::of_attenuator("unit", 5, format, format)).expect("JSON")
}

/// One hidden layer of a linear and an amplifying neuron, as the authors' programs lay it out.
fn mlp() -> Vec<u8> {
    let ints = |v: &[i32]| v.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    let reals = |v: &[f64]| v.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    let neurons = 2 + 2 + 1;
    [
        ints(&[2, 1, 2, 1, 2, 2, 2]),
        reals(&[0.001, 0.002, 0.9, 0.99, 1e-8]),
        reals(&[0.5; 2 * 2 + 2]),
        reals(&vec![1.0; neurons]),
        ints(&[0, 0, 0, 5, 0]),
        ints(&[1, 1, 1, 2, 1]),
    ]
    .concat()
}

fn mat() -> Vec<u8> {
    let mut bytes: Vec<u8> = [2i32, 3].iter().flat_map(|v| v.to_le_bytes()).collect();
    bytes.extend((0..6).flat_map(|v| f64::from(v).to_le_bytes()));
    bytes
}

#[test]
fn seeds_are_sound() {
    let place = Path::new("seed");
    Mlp::parse(place, &mlp()).expect("an .mlp file");
    Mat::parse(place, &mat()).expect("a .mat file");
}
