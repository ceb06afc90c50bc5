"""Models of libraries that are large to install: PyTorch and HGQ2 (make python-exporters)."""

from __future__ import annotations

import os

import gainstage
import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "jax")


@pytest.fixture
def torch():
    module = pytest.importorskip("torch")
    module.manual_seed(1)
    return module


def close(circuit, module, X, torch):
    """The circuit's network is the module, and its integers are near."""
    with torch.no_grad():
        real = module(torch.tensor(X, dtype=torch.float32)).numpy()
    size = np.abs(real).max()
    assert circuit.predict(X).shape == circuit.predict_float(X).shape == real.shape
    assert np.allclose(circuit.predict_float(X), real, atol=1e-5 * max(size, 1))
    assert np.abs(circuit.predict(X) - real).max() < 0.02 * max(size, 1)


def test_torch_modules(torch):
    X = np.random.default_rng(1).normal(0, 1, (300, 3))
    nn = torch.nn
    chain = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.BatchNorm1d(8), nn.Linear(8, 6), nn.GELU(), nn.Dropout(), nn.Linear(6, 2))
    chain(torch.randn(64, 3))  # running means of the normalization
    close(gainstage.convert(chain, bits=18, data=X), chain.eval(), X, torch)
    assert not chain.training

    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner, self.last = nn.Linear(3, 3), nn.Linear(6, 1)

        def forward(self, x):
            h = torch.relu(self.inner(x)) + x
            return self.last(torch.cat([h, torch.sigmoid(x)], dim=1))

    module = Residual()
    close(gainstage.convert(module, bits=18, data=X), module, X, torch)


def test_what_torch_has_and_no_circuit_is_named(torch):
    X = np.zeros((4, 3)) + np.arange(3)
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.LayerNorm(4))
    with pytest.raises(gainstage.UnsupportedModel):
        gainstage.convert(module, bits=12, data=X)


@pytest.fixture
def hgq():
    pytest.importorskip("hgq")
    import hgq.config
    import hgq.layers
    import hgq.utils
    import keras

    keras.utils.set_random_seed(1)
    return hgq


def trained(hgq, sizes, X, **layer):
    """A small model with the widths that training found."""
    import keras
    from hgq.config import LayerConfigScope, QuantizerConfigScope

    with (
        QuantizerConfigScope(place="all", default_q_type="kbi", overflow_mode="SAT_SYM"),
        QuantizerConfigScope(place="datalane", default_q_type="kif", overflow_mode="WRAP"),
        LayerConfigScope(enable_ebops=True, beta0=1e-5),
    ):
        hidden = [hgq.layers.QDense(n, activation="relu") for n in sizes[:-1]]
        model = keras.Sequential([keras.layers.Input((X.shape[1],)), *hidden, hgq.layers.QDense(sizes[-1], **layer)])
    model.compile("adam", loss="mse")
    y = np.stack([np.sin(X[:, 0]) + X[:, 1], X[:, 2] ** 2][: sizes[-1]], axis=1)
    model.fit(X, y, epochs=20, batch_size=100, verbose=0)
    hgq.utils.trace_minmax(model, X, verbose=0)
    return model


def test_models_of_hgq2_are_taken_bit_for_bit(hgq):
    X = np.random.default_rng(2).uniform(-2, 2, (1000, 3)).astype("float32")
    model = trained(hgq, (10, 8, 2), X)
    circuit = gainstage.convert(model)
    assert (circuit.predict(X) == np.asarray(model(X), dtype=float)).all()
    assert np.asarray(model(X)).std() > 0.1
    widths = {f for f in circuit.input_formats}
    assert all(int(f[1:].split(".")[0]) < 16 for f in widths), widths


def test_what_of_hgq2_is_not_plain_is_refused_by_name(hgq):
    X = np.random.default_rng(3).uniform(-2, 2, (200, 3)).astype("float32")
    with pytest.raises(gainstage.UnsupportedModel, match="activation 'tanh'"):
        gainstage.convert(trained(hgq, (4, 1), X, activation="tanh"))
    import keras

    table = keras.Sequential([keras.layers.Input((3,)), hgq.layers.QDenseT(2, d_hl=4)])
    with pytest.raises(gainstage.UnsupportedModel, match="of the kind QDenseT"):
        gainstage.convert(table)
    with pytest.raises(gainstage.InputError, match="quantized already"):
        gainstage.convert(trained(hgq, (4, 1), X), bits=8)
