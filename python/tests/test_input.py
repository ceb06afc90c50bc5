"""Bad input is refused by the argument's name, and the interpreter goes on."""

from __future__ import annotations

import gainstage
import numpy as np
import pytest


@pytest.fixture(scope="module")
def circuit():
    return gainstage.convert([(np.ones((2, 3)), np.zeros(3), "tanh"), (np.ones((3, 1)), [0.5])], bits=12, input_range=(-2, 2))


def test_dtypes_and_orders_that_hold_numbers_are_taken(circuit):
    X = np.array([[0.5, -1.0], [1.5, 0.25], [-2.0, 1.0]])
    expected = circuit.predict(X)
    for same in (
        np.asfortranarray(X), X.astype(np.float16), X.astype(np.float32), X.astype(object), X.tolist(), X[::-1][::-1],
        np.repeat(X, 2, axis=0)[::2], X.astype(">f8"),
    ):  # fmt: skip
        assert (circuit.predict(same) == expected).all()
    readonly = X.copy()
    readonly.flags.writeable = False
    assert (circuit.predict(readonly) == expected).all()
    whole = np.array([[1, 0], [-1, 2]])
    for dtype in (np.int8, np.int64, np.float64):
        assert (circuit.predict(whole.astype(dtype)) == circuit.predict(whole)).all()


@pytest.mark.parametrize(
    ("X", "error", "words"),
    [
        (np.float64(1.0), ValueError, "X has 0 dimensions"),
        ([1.0, 2.0], ValueError, r"X has 1 dimensions.*reshape"),
        (np.zeros((2, 2, 2)), ValueError, "X has 3 dimensions"),
        (np.zeros((2, 3)), ValueError, "X has 3 columns, but the circuit has 2 inputs"),
        ([[1.0, np.nan]], ValueError, r"X\[0, 1\] is nan"),
        ([[np.inf, 0.0]], ValueError, r"X\[0, 0\] is inf"),
        ([["a", "b"]], TypeError, "X has the type <U1"),
        (np.array([[1, {}]], dtype=object), TypeError, "X has objects that are no numbers"),
        (np.array([[1 + 2j, 0]]), TypeError, "X has the type complex128"),
        ([[1.0], [1.0, 2.0]], ValueError, "X is no array"),
        (np.array([["2020-01-01", "2020-01-02"]], dtype="datetime64[D]"), TypeError, "X has the type datetime64"),
        (None, TypeError, "X"),
    ],
)
def test_bad_samples_are_refused(circuit, X, error, words):
    for method in (circuit.predict, circuit.predict_codes, circuit.predict_float):
        with pytest.raises(error, match=words) as raised:
            method(X)
        assert isinstance(raised.value, gainstage.GainstageError) and raised.value.code == 2


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ([], "layers is empty"),
        ([(np.ones((2, 2)), [1.0, np.nan])], r"layers\[0\]: b\[1\] is nan"),
        ([([[1.0, np.inf]], None)], r"layers\[0\]: W\[0, 1\] is inf"),
        ([(np.ones((2, 2)), [1.0])], r"layers\[0\]: b has 1 numbers for 2 neurons"),
        ([(np.ones((2, 2)), None), (np.ones((3, 1)), None)], r"layers\[1\]: W has 3 rows, but 2 neurons"),
        ([(np.ones(3), None)], r"layers\[0\]: W has the shape"),
        ([(np.ones((0, 3)), None)], r"layers\[0\]: W has the shape"),
        ([(np.ones((1, 1)), None, "swishy")], r"layers\[0\]: activation \"swishy\""),
        ([np.ones((1, 1))], r"layers\[0\] is ndarray"),
    ],
)
def test_bad_layers_are_refused(layers, words):
    with pytest.raises(gainstage.InputError, match=words):
        gainstage.convert(layers, bits=12, input_range=(-1, 1))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "data: the model does not say"),
        ({"bits": 1, "input_range": (0, 1)}, "bits is 1"),
        ({"bits": True, "input_range": (0, 1)}, "bits is True"),
        ({"bits": "many", "input_range": (0, 1)}, "bits is 'many'"),
        ({"input_range": (1, 0)}, "lo is not below hi"),
        ({"input_range": [(0, 1)] * 3}, "input_range has the shape"),
        ({"data": np.zeros((3, 2)), "input_range": (0, 1)}, "both given"),
        ({"data": np.zeros((3, 3))}, "data has 3 columns"),
        ({"data": np.zeros((0, 2))}, "data has no samples"),
        ({"data": [[np.nan, 0]]}, r"data\[0, 0\] is nan"),
        ({"y": [1, 2]}, "y is given without data"),
        ({"data": np.eye(2), "y": [1, 2, 3]}, "y has the shape"),
        ({"data": np.eye(2), "y": [1, np.nan]}, r"y\[1(, 0)?\] is nan"),
        ({"input_range": (0, 1), "formats": "odd"}, "formats"),
        ({"input_range": (0, 1), "name": "module"}, "module"),
        ({"input_range": (0, 1), "name": "a b"}, "a b"),
    ],
)
def test_bad_arguments_are_refused(arguments, words):
    with pytest.raises(gainstage.InputError, match=words):
        gainstage.convert([(np.ones((2, 1)), None)], **arguments)


def test_bad_files_are_refused(tmp_path):
    for name, text in (
        ("a.json", ""),
        ("b.json", "[1"),
        ("c.json", '{"layers": 3}'),
        ("d.json", '{"schema": 1}'),
        ("e.json", "[]"),
    ):
        (tmp_path / name).write_text(text)
        with pytest.raises(gainstage.InputError, match=name):
            gainstage.convert(tmp_path / name, input_range=(0, 1)) if name != "c.json" else gainstage.convert(tmp_path / name)
    (tmp_path / "f.json").write_bytes(b"\xff\xfe{")
    with pytest.raises(gainstage.InputError, match="f.json"):
        gainstage.convert(tmp_path / "f.json")
    with pytest.raises(gainstage.InputError, match="plan"):
        gainstage.Circuit("{}")


def test_panics_are_exceptions():
    from gainstage import _native

    with pytest.raises(gainstage.InternalError, match="label 7 of 1 classes"):
        _native.write_samples("nowhere.csv", np.zeros((1, 1)), None, [7], ["a"])
