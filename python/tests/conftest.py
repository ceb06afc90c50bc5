"""Models that several tests want, small and quick."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

needs_verilator = pytest.mark.skipif(shutil.which("verilator") is None, reason="skipped: Verilator is not installed")


@pytest.fixture(scope="session")
def sensor():
    """Samples of a smooth function of three inputs in raw units."""
    rng = np.random.default_rng(1)
    X = rng.uniform([-3, 100, 0.001], [3, 900, 0.009], (400, 3))
    return X, np.sin(X[:, 0]) + X[:, 1] / 400 + 100 * X[:, 2]


@pytest.fixture(scope="session")
def regressor(sensor):
    """A pipeline that learnt it."""
    X, y = sensor
    mlp = MLPRegressor(hidden_layer_sizes=(12, 8), activation="tanh", solver="lbfgs", max_iter=300, random_state=1)
    return make_pipeline(StandardScaler(), mlp).fit(X, y)


@pytest.fixture(scope="session")
def flowers():
    """Three clouds with words for classes."""
    rng = np.random.default_rng(2)
    centers = np.array([[0, 0], [4, 1], [1, 5]])
    k = rng.integers(0, 3, 300)
    return centers[k] + rng.normal(0, 0.8, (300, 2)), np.array(["versicolor", "setosa", "iris, other"])[k]


@pytest.fixture(scope="session")
def classifier(flowers):
    """A pipeline that tells them apart."""
    X, y = flowers
    mlp = MLPClassifier(hidden_layer_sizes=(8,), activation="relu", solver="lbfgs", max_iter=200, random_state=1)
    return make_pipeline(MinMaxScaler(), mlp).fit(X, y)
