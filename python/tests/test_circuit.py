"""What a circuit computes, writes and proves."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
import threading

import gainstage
import numpy as np
import pytest
from conftest import needs_verilator


@pytest.fixture(scope="module")
def circuit(regressor, sensor):
    X, y = sensor
    return gainstage.convert(regressor, bits=14, data=X, y=y)


@pytest.fixture(scope="module")
def decider(classifier, flowers):
    X, y = flowers
    return gainstage.convert(classifier, bits=12, data=X, y=y)


def command(*args):
    """The command, in a process of its own."""
    return subprocess.run([sys.executable, "-m", "gainstage", *map(str, args)], capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("which", ["circuit", "decider"])
def test_codes_are_those_of_the_command(which, request, tmp_path, sensor, flowers):
    circuit = request.getfixturevalue(which)
    X = sensor[0] if which == "circuit" else flowers[0]
    # Beyond the ports too, where values saturate.
    X = np.vstack([X, 10 * X[:50], -10 * X[:50]])
    circuit.save(tmp_path / "plan.json")
    header = ",".join(f"x{i}" for i in range(X.shape[1]))
    np.savetxt(tmp_path / "x.csv", X, delimiter=",", fmt="%.17g", header=header, comments="")
    done = command("eval", tmp_path / "plan.json", "--data", tmp_path / "x.csv", "--codes", "-o", tmp_path / "codes.csv")
    assert done.returncode == 0, done.stderr
    codes = np.loadtxt(tmp_path / "codes.csv", delimiter=",", skiprows=1, dtype=np.int64, ndmin=2)
    assert (circuit.predict_codes(X) == codes).all()
    if which == "circuit":
        frac = int(circuit.output_formats[0].split(".")[1])
        assert (circuit.predict(X) == codes[:, 0] / 2.0**frac).all()
    else:
        assert (circuit.predict(X) == circuit.classes_[codes[:, 0]]).all()


def test_many_samples_are_few_after_each_other(circuit, sensor):
    X, _ = sensor
    many = np.tile(X, (700, 1))
    assert (circuit.predict(many) == np.tile(circuit.predict(X), 700)).all()
    assert (circuit.predict_codes(many) == np.tile(circuit.predict_codes(X), (700, 1))).all()
    assert circuit.predict(X[:0]).shape == (0,)
    found = {}
    threads = [threading.Thread(target=lambda k=k: found.update({k: circuit.predict(many)})) for k in range(4)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert all((found[k] == found[0]).all() for k in range(4))


def test_codes_run_by_themselves(circuit):
    lo = -(2 ** (int(circuit.input_formats[0][1:].split(".")[0]) - 1)) if circuit.input_formats[0][0] == "s" else 0
    codes = np.full((5, 3), max(lo, 0))
    assert circuit.run(codes).shape == (5, 1)
    with pytest.raises(gainstage.InputError, match=r"codes: input 1 of sample 2 is 1099511627776, but .* holds"):
        codes[2, 1] = 2**40
        circuit.run(codes)
    with pytest.raises(gainstage.InputError, match="give integers"):
        circuit.run([[0.5, 0, 0]])


def test_pickles_and_copies(circuit, decider, sensor, flowers):
    for c, X in ((circuit, sensor[0]), (decider, flowers[0])):
        for again in (pickle.loads(pickle.dumps(c)), copy.deepcopy(c), copy.copy(c)):
            assert (again.predict(X) == c.predict(X)).all() and again.plan == c.plan
    with pytest.raises(gainstage.InputError, match="X: this circuit has no samples with it"):
        pickle.loads(pickle.dumps(circuit)).build("nowhere")


def test_verilog_c_and_estimates_are_those_of_the_command(circuit, tmp_path):
    written = circuit.write_verilog(tmp_path / "net", board="icebreaker")
    assert written["target"] == "ice40up" and (tmp_path / "net" / "rtl" / f"{written['top']}.v").is_file()
    assert json.loads((tmp_path / "net" / "build.json").read_text())["clock_mhz"] > 12
    circuit.write_verilog(tmp_path / "fast", target="ecp5", clock=100)
    files = circuit.to_c(tmp_path / "c")
    assert sorted(files) == sorted(p.name for p in (tmp_path / "c").iterdir()) and "net" in "".join(files)
    rows = circuit.estimate(target="ecp5", clock=[50, 100])
    assert {r["clock_mhz"] for r in rows if "clock_mhz" in r} <= {50.0, 100.0} and len(rows) == 6
    assert "parallel" in str(rows)
    with pytest.raises(gainstage.InputError, match="nonsense"):
        circuit.write_verilog(tmp_path / "no", board="nonsense")
    with pytest.raises(gainstage.InputError, match="board.*target|target.*board"):
        circuit.write_verilog(tmp_path / "no", board="icebreaker", target="ecp5")
    assert not (tmp_path / "no").exists()


@needs_verilator
def test_verilog_is_proven_and_what_is_changed_is_found(circuit, decider, tmp_path, sensor):
    proof = circuit.verify(vectors=2000, X=sensor[0])
    assert proof["ok"] and proof["simulators"]
    decider.write_verilog(tmp_path / "d", target="ice40")
    assert decider.verify(tmp_path / "d", vectors=2000)["ok"]
    with pytest.raises(gainstage.CheckFailed, match="holds the circuit of another plan"):
        circuit.verify(tmp_path / "d")
    rtl = tmp_path / "d" / "rtl" / "net_layer1_sums.v"
    lines = rtl.read_text().split("\n")
    last = max(at for at, line in enumerate(lines) if " = $signed" in line and " - " in line)
    lines[last] = lines[last].replace(" - ", " + ")
    rtl.write_text("\n".join(lines))
    with pytest.raises(gainstage.CheckFailed, match="net_layer1_sums|neuron") as failed:
        decider.verify(tmp_path / "d", vectors=2000)
    assert failed.value.code == 1


@needs_verilator
def test_a_build_is_this_circuit_and_reports_on_it(circuit, decider, tmp_path):
    report = circuit.build(tmp_path / "b")
    assert report.ok and report.held and (tmp_path / "b" / "report.html").read_text() == report.page
    assert "<iframe" in report._repr_html_() and report.figures["ok"] and report.figures["mismatches"] == 0
    assert "srcdoc" in decider.report()._repr_html_()


def test_tables(tmp_path):
    table = gainstage.table("sigmoid", "s12.8", "s12.11")
    assert table.chosen["worst_ulp"] < 1 and table.candidates[0]["price"] <= table.candidates[-1]["price"]
    assert "chosen: degree" in str(table)
    table.write_verilog(tmp_path / "t")
    assert list((tmp_path / "t" / "rtl").glob("*.v"))
    with pytest.raises(gainstage.InputError, match="is no format") as refused:
        gainstage.table("sigmoid", "q3", "s12.11")
    assert refused.value.fault == "GS0203"
    with pytest.raises(gainstage.InputError, match="sigmund") as refused:
        gainstage.table("sigmund", "s12.8", "s12.11")
    assert refused.value.fault == "GS0221"


def test_the_command_comes_along():
    assert "Exit codes" in command("--help").stdout
    done = command("eval", "nowhere.json", "--data", "nowhere.csv", "--json", "-o", "x.csv")
    assert done.returncode == 2 and json.loads(done.stdout)["exit_code"] == 2


def test_ways_out(circuit, tmp_path, sensor):
    X, _ = sensor
    wide = [2 ** (int(f[1:].split(".")[0]) - (f[0] == "s")) for f in circuit.input_formats]
    least = [-w if f[0] == "s" else 0 for w, f in zip(wide, circuit.input_formats, strict=True)]
    codes = np.random.default_rng(5).integers(least, wide, (500, circuit.n_inputs))
    script = circuit.to_python(tmp_path / "py")
    assert list(script) == ["net.py"]
    module = {"__name__": "net"}
    exec(script["net.py"], module)
    assert (module["predict"](codes) == circuit.run(codes)).all()
    assert (module["predict_values"](X)[:, 0] == circuit.predict(X)).all()
    assert sorted(circuit.to_rust(tmp_path / "crate")) == ["Cargo.toml", "src/lib.rs"]
    assert (tmp_path / "crate" / "src" / "lib.rs").exists()
    files = circuit.to_c(buffers="q15")
    assert sorted(files) == ["net.c", "net.h", "net.hpp"] and "net_run_q15" in files["net.h"]
    held = circuit.to_onnx(tmp_path / "net.onnx")
    assert (tmp_path / "net.onnx").read_bytes() == held == circuit.to_onnx() != circuit.to_onnx(values=True)
    with pytest.raises(gainstage.InputError, match="is there and differs"):
        circuit.to_onnx(tmp_path / "net.onnx", values=True)


def test_saving_replaces_as_a_whole(circuit, tmp_path):
    path = tmp_path / "plan.json"
    path.write_text("old")
    path.chmod(0o640)
    circuit.save(path)
    assert path.read_text() == circuit.plan and path.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["plan.json"]
    with pytest.raises(gainstage.InputError, match="nowhere"):
        circuit.save(tmp_path / "nowhere" / "plan.json")
    (tmp_path / "taken").mkdir()
    with pytest.raises(gainstage.InputError, match="taken"):
        circuit.save(tmp_path / "taken")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["plan.json", "taken"]
