"""Ctrl-C, forks, threads, and the time of an import."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import needs_verilator

LONG = """
import numpy as np, gainstage
X = np.random.default_rng(1).uniform(-1, 1, (2000, 4))
print("begun", flush=True)
try:
    gainstage.GainstageRegressor((32, 32), epochs=100_000, restarts=8).fit(X, X[:, 0])
except KeyboardInterrupt:
    # The process goes on, and so does the package.
    y = gainstage.GainstageRegressor((2,), epochs=5, restarts=1, bits=10).fit(X, X[:, 0]).predict(X)
    print("interrupted", y.shape, flush=True)
"""

SIMULATING = """
import numpy as np, gainstage
c = gainstage.convert([(np.ones((2, 1)), None, "tanh")], bits=12, input_range=(-1, 1))
seen = []
import gainstage._command as command
class Bars(command._Bars):
    def __call__(self, tasks):
        if tasks and not seen:
            seen.append(tasks[0][0])
            print("begun", flush=True)
command._Bars = Bars
try:
    c.verify(vectors=1_000_000, verbose=True)
except KeyboardInterrupt:
    print("interrupted", c.verify(vectors=100)["ok"], flush=True)
"""

FORK = """
import os, numpy as np, gainstage
X = np.random.default_rng(1).uniform(-1, 1, (20_000, 2))
c = gainstage.convert([(np.ones((2, 1)), None, "tanh")], bits=12, data=X)
y = c.predict(X)
child = os.fork()
if child == 0:
    same = (c.predict(X) == y).all() and len(c.estimate(target="ecp5")) > 0
    os._exit(0 if same else 1)
print(os.waitpid(child, 0)[1])
"""


def test_an_interrupt_ends_a_training_and_nothing_else():
    process = subprocess.Popen([sys.executable, "-c", LONG], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "begun\n"
    time.sleep(3)
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert out == "interrupted (2000,)\n" and process.returncode == 0
    assert time.monotonic() - start < 30


@needs_verilator
def test_an_interrupt_ends_an_outside_tool(tmp_path):
    # Without models kept from earlier, Verilator is at work.
    env = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "GAINSTAGE_CACHE": str(tmp_path)}
    process = subprocess.Popen([sys.executable, "-c", SIMULATING], stdout=subprocess.PIPE, text=True, env=env)
    assert process.stdout.readline() == "begun\n"
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=100)
    assert out == "interrupted True\n" and process.returncode == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="skipped: no fork on this system")
def test_a_forked_process_computes_too():
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", FORK], capture_output=True, text=True, timeout=120)
    assert done.stdout == "0\n", done.stderr


def test_an_import_takes_nothing_along():
    code = "import sys, gainstage; print(sorted({'numpy', 'sklearn', 'tqdm'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
