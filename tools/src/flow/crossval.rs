//! Cross-validation of learned activations beside a sigmoid network of the same size.

use gainstage_golden::data::Samples;
use gainstage_golden::func::{Activation, Interpolation, Kind};
use gainstage_golden::learned::{
    FoldResult, Folds, LearnConfig, LearnError, Loss, Method, OnlineConfig, Ordinates, Placement, crossval,
    learn, learn_online, mean_and_deviation, rejected, risen, sign_flip_p,
};
use gainstage_golden::net::{HiddenLayer, Network, Neuron, Topology};
use gainstage_golden::train::{Cost, Progress, Standardise, TrainConfig, TrainError, train};
use gainstage_golden::watch::{self, Watch};
use serde::Serialize;

/// Decays (outputs, inputs) that are tried, the most cautious first.
const DECAYS: [(f64, f64); 5] = [(1e-2, 1e-1), (1e-3, 1e-1), (1e-2, 1e-2), (1e-3, 1e-3), (1e-6, 1e-6)];

/// Weight decays of the sigmoid network that are tried, the most cautious first.
const SIGMOID_DECAYS: [f64; 3] = [0.1, 0.01, 0.0];

/// Epochs of the sigmoid network and of the online rule.
const EPOCHS: usize = 200;
const ONLINE_EPOCHS: usize = 60;

/// What is compared.
#[derive(Clone, Debug)]
pub struct Request {
    /// Neurons of each hidden layer.
    pub hidden: Vec<usize>,
    /// Nodes of an activation.
    pub nodes: usize,
    /// What joins them.
    pub interpolation: Interpolation,
    /// How the block rule places nodes. With gradients learned ordinates are free, else they never fall.
    pub placement: Placement,
    /// Outer folds.
    pub folds: usize,
    /// Folds of each training part, which choose the decays.
    pub inner: usize,
    /// Seed of the folds and of the first weights.
    pub seed: u64,
}

/// How one method did.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Its name.
    pub method: &'static str,
    /// Mean over folds.
    pub mean: f64,
    /// Standard deviation over folds.
    pub deviation: f64,
    /// Each fold's accuracy, or root of the mean squared error.
    pub scores: Vec<f64>,
    /// The setting that each training part chose.
    pub settings: Vec<usize>,
}

/// All that was found.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// `accuracy` or `rmse`.
    pub measure: &'static str,
    /// Fold of every sample.
    pub folds: Vec<usize>,
    /// The methods.
    pub methods: Vec<Row>,
    /// Two-sided p of the difference between the first and the second method, by exact sign flips over the folds.
    pub p: f64,
    /// Share of the block rule's updates, on all samples, after which the objective was measured to be larger.
    pub updates_risen: f64,
    /// Share of them that were taken back because they would have raised it.
    pub updates_rejected: f64,
    /// Samples of the online rule, in all epochs, whose error was measured to be larger after their own update.
    pub samples_risen: usize,
    /// Steps of the online rule that were taken back because they would have made their sample's error larger.
    pub steps_rejected: usize,
    /// Share of epochs on all samples in which the error over them rose: of the online rule's learner, its champion.
    pub epochs_risen: [f64; 2],
}

fn topology(samples: &Samples, hidden: &[usize], activation: &Activation) -> Topology {
    let neuron = Neuron { activation: activation.clone(), kind: Kind::Ordinary };
    let layer = |&n: &usize| HiddenLayer { neurons: vec![neuron.clone(); n], bias: true };
    let hidden = hidden.iter().map(layer).collect();
    Topology { inputs: samples.inputs(), hidden, outputs: samples.outputs(), output_bias: true }
}

struct Learned<'a>(&'a Request, Loss);

impl Learned<'_> {
    fn config(&self, setting: usize) -> LearnConfig {
        let (output_decay, input_decay) = DECAYS[setting % DECAYS.len()];
        let learned = match self.0.placement {
            Placement::Quantiles => Ordinates::Monotone,
            _ => Ordinates::Free,
        };
        let ordinates = [learned, Ordinates::Distribution][setting / DECAYS.len()];
        LearnConfig {
            nodes: self.0.nodes,
            interpolation: self.0.interpolation,
            ordinates,
            placement: self.0.placement,
            loss: self.1,
            output_decay,
            input_decay,
            sweeps: 30,
            restarts: 1,
            seed: self.0.seed,
            ..LearnConfig::default()
        }
    }
}

impl Method for Learned<'_> {
    type Error = LearnError;
    fn settings(&self) -> usize {
        2 * DECAYS.len()
    }
    fn fit(&self, samples: &Samples, setting: usize) -> Result<Network, LearnError> {
        let config = self.config(setting);
        let topology = topology(samples, &self.0.hidden, &config.activation());
        Ok(learn(&topology, samples, &config)?.network)
    }
}

struct Sigmoid<'a>(&'a Request, Loss);

impl Method for Sigmoid<'_> {
    type Error = TrainError;
    fn settings(&self) -> usize {
        SIGMOID_DECAYS.len()
    }
    fn fit(&self, samples: &Samples, setting: usize) -> Result<Network, TrainError> {
        let classes = self.1 == Loss::Softmax;
        let config = TrainConfig {
            cost: if classes { Cost::Softmax } else { Cost::Squared },
            standardise: if classes { Standardise::Inputs } else { Standardise::Both },
            rate: 0.01,
            l2: SIGMOID_DECAYS[setting],
            epochs: EPOCHS,
            restarts: 1,
            halve_at: Vec::new(),
            seed: self.0.seed,
            ..TrainConfig::default()
        };
        let topology = topology(samples, &self.0.hidden, &Activation::Sigmoid);
        let trained = train(&topology, samples, &config, &Heard(watch::here()));
        // One that was given up is no result.
        watch::check();
        Ok(trained?.network)
    }
}

/// A training that is given up with the whole comparison.
struct Heard(Watch);

impl Progress for Heard {
    fn update(&self, _restart: usize, _epoch: usize, _of: usize, _cost: f64) {}

    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }
}

struct Online(OnlineConfig);

impl Method for Online {
    type Error = LearnError;
    fn settings(&self) -> usize {
        1
    }
    fn fit(&self, samples: &Samples, _setting: usize) -> Result<Network, LearnError> {
        Ok(learn_online(samples, ONLINE_EPOCHS, &self.0)?.network)
    }
}

fn row(method: &'static str, results: Vec<FoldResult>) -> Row {
    let scores: Vec<f64> = results.iter().map(|r| r.score).collect();
    let (mean, deviation) = mean_and_deviation(&scores);
    Row { method, mean, deviation, scores, settings: results.iter().map(|r| r.setting).collect() }
}

/// Cross-validates learned activations (block rule), a sigmoid network, and, with one hidden layer, the online rule.
///
/// # Errors
/// Samples that cannot be learned or divided.
pub fn compare(samples: &Samples, request: &Request) -> anyhow::Result<Comparison> {
    anyhow::ensure!(
        samples.rows() >= 2 * request.folds,
        "{} samples for {} folds: give at least two per fold",
        samples.rows(),
        request.folds
    );
    let loss = if samples.classes().is_empty() { Loss::Squares } else { Loss::Softmax };
    let folds = Folds::new(samples, loss, request.folds, request.seed);
    let (learned, sigmoid) = (Learned(request, loss), Sigmoid(request, loss));
    let mut methods = vec![
        row("learned", crossval(samples, &learned, loss, &folds, request.inner)?),
        row("sigmoid", crossval(samples, &sigmoid, loss, &folds, request.inner)?),
    ];
    let p = sign_flip_p(&methods[0].scores, &methods[1].scores);
    let config = learned.config(0);
    let all = learn(&topology(samples, &request.hidden, &config.activation()), samples, &config)?;
    let share = |count: usize| count as f64 / all.updates.len().max(1) as f64;
    let (updates_risen, updates_rejected) = (share(risen(&all.updates)), share(rejected(&all.updates)));
    let (mut samples_risen, mut steps_rejected) = (0, 0);
    let mut epochs_risen = [0.0; 2];
    if let [units] = request.hidden[..] {
        let online = OnlineConfig {
            units,
            nodes: request.nodes,
            interpolation: request.interpolation,
            seed: request.seed,
            ..OnlineConfig::default()
        };
        methods.push(row("online", crossval(samples, &Online(online.clone()), loss, &folds, request.inner)?));
        let epochs = learn_online(samples, ONLINE_EPOCHS, &online)?.epochs;
        samples_risen = epochs.iter().map(|e| e.risen).sum();
        steps_rejected = epochs.iter().map(|e| e.rejected).sum();
        let share = |rose: &dyn Fn(usize) -> bool| {
            (1..epochs.len()).filter(|&e| rose(e)).count() as f64 / (epochs.len() - 1) as f64
        };
        // Sums in another order differ in the last digits.
        let more = |a: f64, b: f64| a > b * (1.0 + 1e-12);
        epochs_risen = [
            share(&|e| more(epochs[e].learner, epochs[e - 1].learner)),
            share(&|e| more(epochs[e].champion, epochs[e - 1].champion)),
        ];
    }
    Ok(Comparison {
        measure: if loss == Loss::Softmax { "accuracy" } else { "rmse" },
        folds: folds.of,
        methods,
        p,
        updates_risen,
        updates_rejected,
        samples_risen,
        steps_rejected,
        epochs_risen,
    })
}
