"""Models of every kind become circuits that compute what the models compute, within what bits allow."""

from __future__ import annotations

import json
import pickle
import warnings

import gainstage
import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler


def near(circuit, model, X, share):
    """The network is the model; the integers are near it, measured by what the outputs vary."""
    real = model.predict(X)
    assert np.allclose(circuit.predict_float(X), real, rtol=1e-9, atol=1e-9 * np.abs(real).max())
    error = np.abs(circuit.predict(X) - real).max() / real.std()
    assert error < share, error


def test_a_pipeline_is_folded_and_more_bits_are_nearer(regressor, sensor):
    X, _ = sensor
    near(gainstage.convert(regressor, bits=20, data=X), regressor, X, 0.004)
    wide, narrow = (gainstage.convert(regressor, bits=b, data=X, method="ptq").predict(X) for b in (20, 14))
    real = regressor.predict(X)
    assert np.abs(wide - real).max() < 0.2 * np.abs(narrow - real).max()


def test_bits_are_found_where_targets_are_known(regressor, sensor):
    X, y = sensor
    circuit = gainstage.convert(regressor, data=X, y=y)
    error = circuit.error(X, y)
    assert error["mae"] <= 1.25 * np.abs(regressor.predict(X) - y).mean()
    assert np.isclose(error["mae"], np.abs(circuit.predict(X) - y).mean(), rtol=1e-12)
    assert np.isclose(error["rmse"], np.sqrt(np.mean((circuit.predict(X) - y) ** 2)), rtol=1e-9)


def test_classes_keep_their_names_whatever_they_are(classifier, flowers):
    X, y = flowers
    circuit = gainstage.convert(classifier, bits=16, data=X, y=y)
    assert list(circuit.classes_) == list(classifier.classes_) and "iris, other" in circuit.classes_
    assert (circuit.predict(X) == classifier.predict(X)).mean() > 0.99
    assert circuit.error(X, y)["accuracy"] == pytest.approx((circuit.predict(X) == y).mean())
    codes = circuit.predict_codes(X)
    assert codes.shape == (300, 1) and set(np.unique(codes)) == {0, 1, 2}


def test_two_classes_are_one_score(flowers):
    X, y = flowers
    X, y = X[y != "setosa"], y[y != "setosa"]
    for model in (MLPClassifier(hidden_layer_sizes=(5,), solver="lbfgs", random_state=1), LogisticRegression()):
        model.fit(X, y)
        circuit = gainstage.convert(model, bits=16, data=X)
        assert (circuit.predict(X) == model.predict(X)).mean() > 0.99


@pytest.mark.parametrize("scaler", [StandardScaler(with_mean=False), MinMaxScaler((-1, 1)), MaxAbsScaler(), RobustScaler()])
def test_scalers_of_inputs_and_targets_are_folded(scaler, sensor):
    X, y = sensor
    mlp = MLPRegressor(hidden_layer_sizes=(6,), activation="logistic", solver="lbfgs", max_iter=200, random_state=1)
    targets = TransformedTargetRegressor(mlp, transformer=StandardScaler())
    model = make_pipeline(scaler, MinMaxScaler(), targets).fit(X, 1000 + 50 * y)
    near(gainstage.convert(model, bits=24, data=X), model, X, 0.01)


def test_linear_models_and_several_outputs(sensor):
    X, y = sensor
    near(gainstage.convert(Ridge().fit(X, y), bits=24, data=X), Ridge().fit(X, y), X, 0.001)
    both = MLPRegressor(hidden_layer_sizes=(6,), solver="lbfgs", random_state=1).fit(X[:, :1], np.column_stack([y, -2 * y]))
    circuit = gainstage.convert(both, bits=20, data=X[:, :1])
    assert circuit.predict(X[:, :1]).shape == (400, 2)
    near(circuit, both, X[:, :1], 0.01)


def test_layers_by_hand():
    W, b = np.array([[1.0, -2.0], [0.5, 0.25]]), np.array([0.125, 0.0])
    circuit = gainstage.convert([(W, b, "relu"), ([[1.0], [1.0]], None)], bits=16, input_range=(-1, 1))
    X = np.array([[0.5, 0.25], [-0.5, 0.75], [1.0, -1.0]])
    expected = np.maximum(X @ W + b, 0).sum(axis=1)
    assert np.allclose(circuit.predict(X), expected, atol=1e-3)
    squares = gainstage.convert([(np.eye(1), None, "none*amplifying")], bits=16, input_range=(-1, 1))
    assert np.allclose(squares.predict([[0.5], [-0.75]]), [0.25, 0.5625], atol=1e-3)


def test_files_of_models_and_plans(tmp_path, regressor, sensor):
    X, _ = sensor
    circuit = gainstage.convert(regressor, bits=14, data=X)
    circuit.save(tmp_path / "plan.json")
    (tmp_path / "model.json").write_text(circuit.model)
    again = gainstage.convert(tmp_path / "plan.json")
    assert (again.predict_codes(X) == circuit.predict_codes(X)).all()
    assert gainstage.convert(str(tmp_path / "model.json"), bits=14, data=X).plan == circuit.plan
    with pytest.raises(gainstage.InputError, match="it is quantized already"):
        gainstage.convert(tmp_path / "plan.json", bits=8)
    plan = json.loads(circuit.plan)
    plan["tables"][0]["certificate"]["worst_ulp"] = 0.0
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    with pytest.raises(gainstage.CheckFailed, match="plan.json: table"):
        gainstage.convert(tmp_path / "plan.json")


def test_onnx_as_path_bytes_and_proto(tmp_path, regressor, sensor):
    skl2onnx = pytest.importorskip("skl2onnx")
    from skl2onnx.common.data_types import DoubleTensorType

    X, _ = sensor
    proto = skl2onnx.to_onnx(regressor, initial_types=[("x", DoubleTensorType([None, 3]))])
    (tmp_path / "net.onnx").write_bytes(proto.SerializeToString())
    plans = [gainstage.convert(m, bits=18, data=X, name="net") for m in (tmp_path / "net.onnx", proto.SerializeToString(), proto)]
    assert plans[0].plan == plans[1].plan == plans[2].plan
    real = regressor.predict(X)
    assert np.abs(plans[0].predict(X) - real).max() < 0.02 * real.std()
    with pytest.raises(gainstage.InputError, match="model: "):
        gainstage.convert(b"no onnx", data=X)


def quantized(inputs_too=True):
    """A file with QuantizeLinear and DequantizeLinear around two layers, with scales that are powers of two."""
    onnx = pytest.importorskip("onnx")
    from onnx import helper, numpy_helper

    rng = np.random.default_rng(4)
    sizes, nodes = (3, 6, 2), []
    zero, scales = np.array(0, dtype=np.int8), {"x": 2**-4, "w0": 2**-6, "h": 2**-3, "w1": 2**-6}
    constants = [numpy_helper.from_array(zero, "zero")]
    constants += [numpy_helper.from_array(np.float32(s), f"{n}_scale") for n, s in scales.items()]

    def pair(value, name):
        nodes.append(helper.make_node("QuantizeLinear", [value, f"{name}_scale", "zero"], [f"{name}_codes"]))
        nodes.append(helper.make_node("DequantizeLinear", [f"{name}_codes", f"{name}_scale", "zero"], [f"{name}_real"]))
        return f"{name}_real"

    value = pair("x", "x") if inputs_too else "x"
    for layer in range(2):
        codes = rng.integers(-127, 128, sizes[layer : layer + 2]).astype(np.int8)
        constants.append(numpy_helper.from_array(codes, f"w{layer}"))
        nodes.append(helper.make_node("DequantizeLinear", [f"w{layer}", f"w{layer}_scale", "zero"], [f"w{layer}_real"]))
        nodes.append(helper.make_node("MatMul", [value, f"w{layer}_real"], ["y" if layer else "s"]))
        if layer == 0:
            nodes.append(helper.make_node("Relu", ["s"], ["r"]))
            value = pair("r", "h")
    ports = [helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, [None, k]) for n, k in (("x", 3), ("y", 2))]
    graph = helper.make_graph(nodes, "net", ports[:1], ports[1:], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)], ir_version=10)


def test_quantized_onnx_is_a_circuit_with_its_codes(tmp_path, sensor):
    proto = quantized()
    from onnx.reference import ReferenceEvaluator

    (tmp_path / "q.onnx").write_bytes(proto.SerializeToString())
    X = np.random.default_rng(5).uniform(-9, 9, (500, 3))
    expected = ReferenceEvaluator(proto).run(None, {"x": X.astype(np.float32)})[0]
    for model in (proto, proto.SerializeToString(), tmp_path / "q.onnx"):
        circuit = gainstage.convert(model, name="q")
        assert circuit.name == "q" and circuit.input_formats == ["s8.4"] * 3
        # predict rounds as the file does, ties to the even code; the codes at the ports are the same.
        assert (circuit.predict(X) == expected).all()
        at_ports = np.clip(np.round(X.astype(np.float32) * 16), -128, 127).astype(np.int64)
        assert (circuit.run(at_ports) * 2.0**-9 == expected).all()
    for options in ({"data": X}, {"bits": 8}, {"input_range": (-1, 1)}, {"method": "ptq"}):
        with pytest.raises(gainstage.InputError, match="it is quantized already"):
            gainstage.convert(proto, **options)


def quant(scale, mode):
    """A file that is one Quant of four bits."""
    onnx = pytest.importorskip("onnx")
    from onnx import helper, numpy_helper

    domain = "qonnx.custom_op.general"
    node = helper.make_node("Quant", ["x", "s", "z", "b"], ["y"], domain=domain, signed=1, narrow=0, rounding_mode=mode)
    constants = [numpy_helper.from_array(np.float32(v), k) for k, v in (("s", scale), ("z", 0), ("b", 4))]
    ports = [helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, [None, 1]) for n in ("x", "y")]
    graph = helper.make_graph([node], "g", ports[:1], ports[1:], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13), helper.make_opsetid(domain, 1)])


def test_values_of_a_quantized_file_are_its_own(tmp_path):
    # What qonnx.custom_op.general.quant gives.
    for scale, mode, x, expected in (
        (0.7, "ROUND", [0.7, 1.4, 2.8, 99.0], [0.7, 1.4, 2.8, 4.9]),
        (0.25, "FLOOR", [0.2, 0.24, -0.1, 0.5], [0.0, 0.0, -0.25, 0.5]),
        (0.25, "CEIL", [0.2, 0.01, -0.1, 0.5], [0.25, 0.25, 0.0, 0.5]),
        (0.25, "ROUND", [0.125, 0.375, -0.125, 0.5], [0.0, 0.5, 0.0, 0.5]),
    ):
        circuit = gainstage.convert(quant(scale, mode))
        X = np.array(x)[:, None]
        for c in (circuit, pickle.loads(pickle.dumps(circuit))):
            assert np.allclose(c.predict(X), expected, rtol=1e-6), (scale, mode)
            assert (c.predict_codes(X)[:, 0] == np.round(np.array(expected) / scale)).all()
        figures = circuit.error(X, np.array(expected) + 0.5)
        assert figures["samples"] == 4 and abs(figures["mae"] - 0.5) < 1e-6
    with pytest.warns(UserWarning, match="no place for the scales"):
        circuit.save(tmp_path / "plan.json")


def test_quantized_onnx_with_free_inputs_or_as_real():
    proto = quantized(inputs_too=False)
    with pytest.raises(gainstage.UnsupportedModel, match="give its codes with input_format"):
        gainstage.convert(proto)
    with pytest.raises(gainstage.InputError, match="input_format: .*s18.12"):
        gainstage.convert(proto, input_format="8.4")
    assert gainstage.convert(proto, input_format="u10.3").input_formats == ["u10.3"] * 3
    X = np.random.default_rng(5).uniform(-4, 4, (300, 3))
    real = gainstage.convert(quantized(), as_real=True, bits=16, data=X)
    assert real.model is not None and np.abs(real.predict(X) - real.predict_float(X)).max() < 0.05
    with pytest.raises(gainstage.InputError, match="leave them out"):
        gainstage.convert([(np.ones((2, 1)), None, "none")], as_real=True, bits=8, input_range=(-1, 1))


def test_other_estimators_go_through_onnx(sensor):
    pytest.importorskip("skl2onnx")
    from sklearn.decomposition import PCA
    from sklearn.preprocessing import PolynomialFeatures

    X, y = sensor
    mlp = MLPRegressor(hidden_layer_sizes=(6,), activation="tanh", solver="lbfgs", max_iter=100, random_state=1)
    model = make_pipeline(StandardScaler(), PCA(2), mlp).fit(X, y)
    circuit = gainstage.convert(model, bits=20, data=X)
    assert np.abs(circuit.predict(X) - model.predict(X)).max() < 0.02 * y.std()
    with pytest.raises(gainstage.UnsupportedModel, match="not supported.*Pipeline"):
        gainstage.convert(make_pipeline(PolynomialFeatures(2), Ridge()).fit(X, y), data=X)


def test_more_than_the_class():
    rng = np.random.default_rng(7)
    X = rng.normal(0, 1, (400, 2))
    y = np.array(["left", "right", "up"])[np.stack([-X[:, 0], X[:, 0], 2 * X[:, 1]], axis=1).argmax(axis=1)]
    model = MLPClassifier(hidden_layer_sizes=(6,), activation="relu", max_iter=400, random_state=1).fit(X, y)
    plain = gainstage.convert(model, bits=12, data=X, method="ptq")
    more = gainstage.convert(model, bits=12, data=X, method="ptq", top=2, margin=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error", gainstage.LossWarning)
        shares = gainstage.convert(model, bits=12, data=X, method="ptq", softmax=10)
    assert (more.predict(X) == plain.predict(X)).all() and more.n_outputs == 3
    order = np.argsort(-model.predict_proba(X), axis=1, kind="stable")[:, :2]
    assert (more.predict_top(X) == model.classes_[order]).mean() > 0.98
    assert (more.margin(X) >= 0).all() and shares.n_outputs == 3
    assert np.abs(shares.predict_proba(X) - model.predict_proba(X)).max() < 0.02
    assert (shares.predict(X) == plain.predict(X)).mean() > 0.99
    assert shares.error(X, y)["accuracy"] > 0.9
    with pytest.raises(gainstage.InputError, match="margin=True"):
        plain.margin(X)
    with pytest.raises(gainstage.InputError, match="softmax=8"):
        more.predict_proba(X)
    with pytest.raises(gainstage.InputError, match="leave out softmax"):
        shares.predict_top(X)
    with pytest.raises(gainstage.InputError, match="top is 4: use 1 to 3"):
        gainstage.convert(model, bits=12, data=X, top=4)


def test_keras_chains(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "numpy")
    keras = pytest.importorskip("keras")
    rng = np.random.default_rng(3)
    X = rng.normal(5, 2, (300, 4)).astype("float32")
    normal = keras.layers.Normalization()
    normal.adapt(X)
    layers = [
        normal, keras.layers.Dense(8, activation="tanh"), keras.layers.BatchNormalization(), keras.layers.Dropout(0.2),
        keras.layers.Dense(6), keras.layers.LeakyReLU(negative_slope=0.125), keras.layers.Dense(2, activation="sigmoid"),
    ]  # fmt: skip
    model = keras.Sequential([keras.Input((4,)), *layers])
    batch = model.layers[2]
    batch.set_weights([rng.uniform(0.5, 2, 8), rng.normal(0, 1, 8), rng.normal(0, 0.3, 8), rng.uniform(0.2, 1, 8)])
    real = np.asarray(model(X))
    circuit = gainstage.convert(model, bits=20, data=X)
    assert np.allclose(circuit.predict_float(X), real, atol=2e-5)
    assert np.abs(circuit.predict(X) - real).max() < 0.01
    x = keras.Input((4,))
    functional = keras.Model(x, keras.layers.Dense(3, activation="softmax")(keras.layers.Dense(5, "relu")(x)))
    circuit = gainstage.convert(functional, bits=18, data=X)
    assert (circuit.predict(X) == np.asarray(functional(X)).argmax(axis=1)).mean() > 0.98


def test_keras_branches(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "numpy")
    keras = pytest.importorskip("keras")
    layers = keras.layers
    rng = np.random.default_rng(4)
    X = rng.normal(0, 1, (300, 4)).astype("float32")
    x = keras.Input((4,))
    left = layers.Dense(6, "tanh")(x)
    right = layers.BatchNormalization()(layers.Dense(6)(x))
    met = layers.Add()([left, layers.LeakyReLU(negative_slope=0.25)(right)])
    inner = keras.Sequential([keras.Input((6,)), layers.Dense(3, "relu"), layers.Dropout(0.1)])
    joined = layers.Concatenate()([met, inner(met), layers.Average()([left, right]), x])
    model = keras.Model(x, layers.Dense(2)(layers.Dense(5, "softplus")(joined)))
    real = np.asarray(model(X))
    circuit = gainstage.convert(model, bits=18, data=X)
    assert np.allclose(circuit.predict_float(X), real, atol=2e-5)
    assert np.abs(circuit.predict(X) - real).max() < 0.02
    # A residual block, and a class at its end.
    shared = layers.Dense(4, "relu")
    decided = keras.Model(x, layers.Dense(3, "softmax")(layers.Add()([shared(shared(x)), x])))
    circuit = gainstage.convert(decided, bits=18, data=X)
    assert (circuit.predict_codes(X)[:, 0] == np.asarray(decided(X)).argmax(axis=1)).mean() > 0.98


def test_keras_branches_that_no_circuit_has(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "numpy")
    keras = pytest.importorskip("keras")
    x, other = keras.Input((4,)), keras.Input((4,))
    added = keras.layers.Dense(1)(keras.layers.Add()([x, other]))
    with pytest.raises(gainstage.UnsupportedModel, match="2 inputs and 1 outputs"):
        gainstage.convert(keras.Model([x, other], added), input_range=(-1, 1))
    dot = keras.layers.Dot(axes=1, name="inner")([keras.layers.Dense(4)(x), x])
    with pytest.raises(gainstage.UnsupportedModel, match="'inner' of the kind Dot, of 2 inputs"):
        gainstage.convert(keras.Model(x, dot), input_range=(-1, 1))


def test_too_few_bits_are_warned_of(regressor, sensor):
    X, y = sensor
    with pytest.warns(gainstage.LossWarning):
        gainstage.convert(regressor, bits=4, data=X, y=y, method="ptq")
    with pytest.warns(gainstage.LossWarning, match="off by .*, the samples"):
        gainstage.convert(regressor, bits=4, data=X)
    with pytest.warns(gainstage.LossWarning, match="off by .*random inputs of the ranges"):
        gainstage.convert(regressor, bits=4, input_range=list(zip(X.min(axis=0), X.max(axis=0), strict=True)))


def test_columns_have_their_names(sensor):
    pandas = pytest.importorskip("pandas")
    from sklearn.linear_model import LinearRegression

    X, y = sensor
    table = pandas.DataFrame(X, columns=["volt", "kelvin", "ampere"])
    model = LinearRegression().fit(table, y)
    with pytest.raises(gainstage.InputError, match="data has the columns kelvin, volt, ampere: .*in this order"):
        gainstage.convert(model, bits=16, data=table[["kelvin", "volt", "ampere"]])
    circuit = gainstage.convert(model, bits=16, data=table)
    assert (circuit.predict(table) == circuit.predict(X)).all()
    for wrong in (table[["ampere", "volt", "kelvin"]], table.rename(columns={"volt": "v"})):
        with pytest.raises(gainstage.InputError, match="X has the columns"):
            circuit.predict(wrong)


def test_labels_come_back_as_what_they_were(tmp_path, flowers):
    from sklearn.linear_model import LogisticRegression

    X, _ = flowers
    for labels in (X[:, 0] > 2, np.where(X[:, 0] > 2, 7, -3), np.where(X[:, 0] > 2, "far", "near")):
        circuit = gainstage.convert(LogisticRegression().fit(X, labels), bits=12, data=X)
        circuit.save(tmp_path / "plan.json")
        again = gainstage.convert(tmp_path / "plan.json")
        assert again.classes_.dtype == circuit.classes_.dtype and (again.predict(X) == circuit.predict(X)).all()
    circuit = gainstage.convert(LogisticRegression().fit(X, np.where(X[:, 0] > 2, 'a"b', "c")), bits=12, data=X)
    with pytest.warns(UserWarning, match="no place for the labels"):
        circuit.save(tmp_path / "plan.json")


def test_saturated_inputs_are_warned_of():
    circuit = gainstage.convert([(np.ones((1, 1)), None, "none")], bits=8, data=[[-1.0], [1.0]])
    X = np.linspace(-50, 50, 100)[:, None]
    with pytest.warns(UserWarning, match="^X: outside of the port, and saturated: "):
        assert circuit.error(X, X[:, 0])["mae"] > 20


def test_unsupported_models_are_named(sensor, monkeypatch):
    X, y = sensor
    with pytest.raises(gainstage.InputTypeError, match="model is a int"):
        gainstage.convert(3, data=X)
    with pytest.raises(gainstage.InputTypeError, match="the class MLPRegressor"):
        gainstage.convert(MLPRegressor, data=X)
    with pytest.raises(gainstage.InputTypeError, match="name is 3"):
        gainstage.convert([(np.ones((3, 1)), None, "none")], data=X, name=3)
    with pytest.raises(gainstage.InputTypeError, match="plan is a bytes"):
        gainstage.Circuit(b"{}")
    with pytest.raises(gainstage.InputError, match="is not fitted"):
        gainstage.convert(MLPRegressor(), data=X)
    with pytest.raises(gainstage.InputError, match="no such file"):
        gainstage.convert("nowhere.mlp", data=X)
    with pytest.raises(gainstage.InputError, match="nowhere.onnx"):
        gainstage.convert("nowhere.onnx", data=X)
    monkeypatch.setitem(__import__("sys").modules, "skl2onnx", None)
    from sklearn.neighbors import KNeighborsRegressor

    with pytest.raises(gainstage.UnsupportedModel, match="KNeighborsRegressor.*skl2onnx"):
        gainstage.convert(KNeighborsRegressor().fit(X, y), data=X)
