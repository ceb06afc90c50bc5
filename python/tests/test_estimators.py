"""The estimators keep scikit-learn's contract, and predict what their circuit computes."""

from __future__ import annotations

import pickle

import gainstage
import numpy as np
import pytest
from conftest import needs_verilator
from gainstage import GainstageClassifier, GainstageRegressor
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks


@parametrize_with_checks(
    [
        GainstageRegressor(hidden=(6,), bits=16, epochs=200, restarts=2),
        GainstageClassifier(hidden=(6,), bits=12, epochs=100, restarts=2),
    ]
)
def test_the_contract_of_scikit_learn(estimator, check):
    check(estimator)


def test_a_regressor_learns_and_is_its_circuit(sensor):
    X, y = sensor
    model = GainstageRegressor(random_state=1).fit(X[:300], y[:300])
    assert model.score(X[300:], y[300:]) > 0.98
    assert (model.predict(X) == model.circuit_.predict(X)).all()
    again = clone(model).fit(X[:300], y[:300])
    assert again.circuit_.plan == model.circuit_.plan
    assert clone(model).set_params(random_state=2).fit(X[:300], y[:300]).circuit_.plan != model.circuit_.plan
    restored = pickle.loads(pickle.dumps(model))
    assert (restored.predict(X) == model.predict(X)).all()


def test_kinds_and_tables_of_a_project(sensor):
    X, y = sensor
    layers = [{"ordinary": 4, "amplifying": 2, "attenuating": 2}, 4]
    model = GainstageRegressor(layers, "psoftplus(0.3)", bits=16, epochs=200, train={"batch": 8}, random_state=1).fit(X, y)
    assert '"amplifying"' in model.circuit_.model and '"attenuating"' in model.circuit_.model
    assert model.training_["protocol"]["batch"] == 8
    with pytest.raises(gainstage.InputError, match="hidden has 'x'"):
        GainstageRegressor(["x"]).fit(X, y)
    with pytest.raises(gainstage.InputError, match="sigmund"):
        GainstageRegressor((3,), "sigmund").fit(X, y)
    with pytest.raises(gainstage.InputError, match="epochs is -1"):
        GainstageRegressor(epochs=-1).fit(X, y)


def test_a_classifier_in_a_search(flowers):
    X, y = flowers
    pipeline = make_pipeline(StandardScaler(), GainstageClassifier(bits=10, epochs=60, restarts=1, random_state=1))
    search = GridSearchCV(pipeline, {"gainstageclassifier__hidden": [(2,), (6,)]}, cv=2, n_jobs=2).fit(X, y)
    assert search.score(X, y) > 0.95
    circuit = gainstage.convert(search, bits=12, data=X, y=y)
    assert (circuit.predict(X) == search.predict(X)).mean() > 0.98
    assert set(circuit.classes_) == set(y)


def test_many_classes_keep_their_order():
    rng = np.random.default_rng(4)
    k = np.repeat(np.arange(12), 30)
    X = np.column_stack([np.cos(k * np.pi / 6), np.sin(k * np.pi / 6)]) * 4 + rng.normal(0, 0.2, (360, 2))
    for classes in (k, 100 - 9 * k, k.astype(float) * 2 - 5, np.array([f"a,{c}" for c in k])):
        model = GainstageClassifier((16,), bits=14, random_state=1).fit(X, classes)
        assert model.score(X, classes) > 0.95
        assert (model.circuit_._engine.values(X)[:, 0] < 12).all()


def test_values_of_several_outputs(sensor):
    X, y = sensor
    Y = np.column_stack([y, y**2])
    model = GainstageRegressor(epochs=300, random_state=1).fit(X, Y)
    assert model.predict(X).shape == (400, 2) and model.score(X, Y) > 0.95
    scores = cross_val_score(GainstageRegressor(bits=16, epochs=100, random_state=1), X, y, cv=3)
    assert scores.min() > 0.9


@needs_verilator
def test_learned_edges(sensor, flowers):
    X, y = sensor
    model = GainstageRegressor("learned", minutes=0.1, random_state=1).fit(X, y)
    assert model.score(X, y) > 0.9
    assert (pickle.loads(pickle.dumps(model)).predict(X) == model.predict(X)).all()
    X, y = flowers
    model = GainstageClassifier("learned", minutes=0.1, max_luts=500, random_state=1).fit(X, y)
    assert model.score(X, y) > 0.9 and set(model.predict(X)) == set(y)
    with pytest.raises(gainstage.InputError, match="or 'learned'"):
        GainstageRegressor("lerned").fit(X, X[:, 0])
