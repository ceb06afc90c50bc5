"""Estimators of scikit-learn: what is made of layers and scalers is read from their coefficients."""

from __future__ import annotations

from typing import Any

import numpy as np

from gainstage import _native
from gainstage.errors import InputError, UnsupportedModel
from gainstage.readers.network import Affine, Network

_ACTIVATIONS = {"identity": "none", "logistic": "sigmoid", "tanh": "tanh", "relu": "relu", "exp": "{exp(x)}"}

#: Linear models: ``coef_`` and ``intercept_`` are all there is to them.
_LINEAR = {
    "LinearRegression", "Ridge", "RidgeCV", "Lasso", "LassoCV", "ElasticNet", "ElasticNetCV", "BayesianRidge",
    "ARDRegression", "HuberRegressor", "TheilSenRegressor", "SGDRegressor", "LinearSVR", "Lars", "LassoLars",
}  # fmt: skip
_LINEAR_CLASSIFIERS = {
    "LogisticRegression",
    "LogisticRegressionCV",
    "RidgeClassifier",
    "LinearSVC",
    "SGDClassifier",
    "Perceptron",
}


def read(model: Any) -> Network | None:
    """The network of a fitted estimator; None if it is of a kind that only a converter to ONNX may know."""
    from sklearn.utils.validation import NotFittedError, check_is_fitted

    try:
        check_is_fitted(model)
    except NotFittedError:
        raise InputError(f"model: {type(model).__name__} is not fitted: call fit first") from None
    network = Network()
    return network if _add(network, model) else None


def _add(network: Network, model: Any) -> bool:
    kind = type(model).__name__
    if kind in ("GainstageRegressor", "GainstageClassifier"):
        return _ours(network, model.circuit_)
    if kind == "Pipeline":
        return all(_step(network, step) for _, step in model.steps)
    if kind in ("GridSearchCV", "RandomizedSearchCV"):
        if not hasattr(model, "best_estimator_"):
            raise InputError(f"model: {kind} kept no estimator: fit it with refit=True, or give the estimator")
        return _add(network, model.best_estimator_)
    if kind == "TransformedTargetRegressor":
        scaler = _affine(model.transformer_)
        if scaler is None or not _add(network, model.regressor_):
            return False
        network.affine(Affine(1 / scaler.scale, -scaler.shift / scaler.scale))
        network.flat = model._training_dim == 1
        return True
    if kind in ("MLPRegressor", "MLPClassifier"):
        return _perceptron(network, model)
    if kind in _LINEAR | _LINEAR_CLASSIFIERS:
        return _linear(network, model, kind in _LINEAR_CLASSIFIERS)
    return False


def _ours(network: Network, circuit: Any) -> bool:
    for weights, bias, functions in _native.to_layers(circuit._known_model()):
        network.dense(weights.T, bias, functions)
    network.classes, network.flat = circuit.classes_, circuit._flat
    return True


def _step(network: Network, step: Any) -> bool:
    if step is None or isinstance(step, str):
        return True
    affine = _affine(step)
    if affine is None:
        return _add(network, step)
    network.affine(affine)
    return True


def _affine(scaler: Any) -> Affine | None:
    """What a fitted scaler does to its columns; None if it does something else."""
    kind = type(scaler).__name__
    if kind == "StandardScaler":
        size = scaler.n_features_in_
        scale = np.ones(size) if scaler.scale_ is None else scaler.scale_
        mean = np.zeros(size) if not scaler.with_mean else scaler.mean_
        return Affine(1 / scale, -mean / scale)
    if kind == "MinMaxScaler" and not scaler.clip:
        return Affine(scaler.scale_, scaler.min_)
    if kind == "MaxAbsScaler" and not getattr(scaler, "clip", False):
        return Affine(1 / scaler.scale_, np.zeros_like(scaler.scale_))
    if kind == "RobustScaler":
        size = scaler.n_features_in_
        center = np.zeros(size) if scaler.center_ is None else scaler.center_
        scale = np.ones(size) if scaler.scale_ is None else scaler.scale_
        return Affine(1 / scale, -center / scale)
    if kind == "FunctionTransformer" and scaler.func is None and scaler.inverse_func is None:
        return Affine(1.0, 0.0)
    return None


def _perceptron(network: Network, model: Any) -> bool:
    last = len(model.coefs_) - 1
    classifies = hasattr(model, "classes_")
    if classifies and model._label_binarizer.y_type_.startswith("multilabel"):
        raise UnsupportedModel("model: MLPClassifier with several labels for a sample: one class comes out of a circuit")
    for at, (w, b) in enumerate(zip(model.coefs_, model.intercepts_, strict=True)):
        # Of a classifier the scores decide, whatever is made of them.
        name = model.activation if at < last else "identity" if classifies else model.out_activation_
        if name not in _ACTIVATIONS:
            raise UnsupportedModel(f"model: the activation {name!r}: known are {', '.join(_ACTIVATIONS)}")
        network.dense(w, b, _ACTIVATIONS[name])
    if classifies:
        if len(model.classes_) < 2:
            raise InputError(f"model: it knows one class, {model.classes_[0]!r}: fit it with samples of two classes or more")
        network.classes = model.classes_
    return True


def _linear(network: Network, model: Any, classifies: bool) -> bool:
    coefficients = np.atleast_2d(np.asarray(model.coef_, dtype=float))
    intercepts = np.broadcast_to(np.asarray(model.intercept_, dtype=float), coefficients.shape[:1])
    network.dense(coefficients.T, intercepts)
    if classifies:
        network.classes = model.classes_
    else:
        network.flat = np.ndim(model.coef_) == 1
    return True


def to_onnx(model: Any) -> bytes:
    """The ONNX file of any other estimator, by skl2onnx."""
    kind = type(model).__name__
    try:
        from skl2onnx import to_onnx as convert
        from skl2onnx.common.data_types import DoubleTensorType
    except ImportError:
        raise UnsupportedModel(
            f"model: {kind} is neither a perceptron nor linear: with skl2onnx installed it is tried through ONNX"
        ) from None
    inputs = getattr(model, "n_features_in_", None)
    if inputs is None:
        raise UnsupportedModel(f"model: {kind} does not say how many inputs it has (n_features_in_)")
    options = {id(model): {"zipmap": False}} if hasattr(model, "classes_") else None
    try:
        proto = convert(model, initial_types=[("x", DoubleTensorType([None, inputs]))], options=options)
    except Exception as fault:
        raise UnsupportedModel(f"model: skl2onnx cannot convert {kind}: {fault}") from fault
    return bytes(proto.SerializeToString())
