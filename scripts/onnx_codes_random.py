"""Random quantized ONNX graphs: QONNX as Brevitas and qonnx write it, and QuantizeLinear/DequantizeLinear."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

QONNX = "qonnx.custom_op.general"
ROUNDINGS = ["ROUND", "ROUND", "ROUND", "FLOOR", "CEIL", "HALF_UP", "HALF_DOWN", "UP", "DOWN"]


class Graph:
    """A graph that grows from the input `x`; `value` is the newest value, `size` the number of its elements."""

    def __init__(self, seed, powers=True):
        self.chance = np.random.default_rng(seed)
        self.powers = powers
        self.nodes, self.constants, self.count, self.domains = [], [], 0, set()
        self.inputs = self.size = int(self.chance.integers(1, 7))
        self.value, self.kind = "x", TensorProto.FLOAT
        self.classes = False

    def pick(self, of):
        return of[int(self.chance.integers(len(of)))]

    def chosen(self, share):
        return self.chance.random() < share

    def fresh(self):
        self.count += 1
        return f"v{self.count}"

    def constant(self, array):
        name = self.fresh()
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def add(self, operator, *inputs, domain="", **attributes):
        name = self.fresh()
        if domain:
            self.domains.add(domain)
        self.nodes.append(helper.make_node(operator, list(inputs), [name], domain=domain, name=f"{operator}_{name}", **attributes))
        return name

    def scale(self, least, most, size=1):
        """Scales, powers of two if that is wanted."""
        power = 2.0 ** self.chance.integers(least, most + 1, size=size)
        if not self.powers:
            power = power * self.chance.uniform(0.7, 1.4, size=size)
        return power.astype(np.float32)

    # Every kind of file rounds in its own way.
    def rounded(self, name, least, most, weights=False, bits=None):
        raise NotImplementedError

    def input(self):
        self.value = self.rounded("x", -6, 1)

    def dense(self):
        outputs = int(self.chance.integers(1, 7))
        weights = self.chance.normal(size=(self.size, outputs)).astype(np.float32)
        weights = self.rounded(self.constant(weights), -6, -2, weights=outputs)
        if self.chosen(0.6):
            bias = self.constant(self.bias(outputs))
            if self.chosen(0.5):
                self.value = self.add("Gemm", self.value, weights, bias)
            else:
                self.value = self.add("Add", self.add("MatMul", self.value, weights), bias)
        else:
            self.value = self.add("MatMul", self.value, weights)
        self.size = outputs

    def bias(self, outputs):
        bias = self.chance.normal(size=outputs) * self.pick([0.1, 1.0, 4.0])
        return (np.round(bias * 64) / 64).astype(np.float32)

    def between(self):
        """What may be between a sum and its quantizer."""
        way = self.chance.random()
        if way < 0.3:
            self.value = self.add("Relu", self.value)
        elif way < 0.4:
            ends = sorted(float(v) for v in np.round(self.chance.normal(size=2) * 4) / 4)
            if ends[0] < ends[1]:
                self.value = self.add("Clip", self.value, *(self.constant(np.float32(v)) for v in ends))
        elif way < 0.5:
            factor = (2.0 ** self.chance.integers(-2, 2, size=self.size)).astype(np.float32)
            self.value = self.add("Mul", self.value, self.constant(factor))
            self.value = self.add("Relu", self.value)
        elif way < 0.55:
            self.value = self.add("LeakyRelu", self.value, alpha=0.25)

    def curve(self):
        """A curve between two quantizers of few bits."""
        self.value = self.rounded(self.value, -4, -3, bits=int(self.chance.integers(4, 7)))
        way = self.pick(["Sigmoid", "Tanh", "square", "attenuating"])
        if way == "square":
            self.value = self.add("Mul", self.value, self.value)
        elif way == "attenuating":
            square = self.add("Mul", self.value, self.value)
            self.value = self.add("Div", self.value, self.add("Add", square, self.constant(np.float32(0.75))))
        else:
            self.value = self.add(way, self.value)
        self.value = self.rounded(self.value, -5, -3, bits=int(self.chance.integers(4, 7)))

    def layer(self):
        before, size = self.value, self.size
        self.dense()
        self.between()
        self.value = self.rounded(self.value, -4, 0)
        if self.chosen(0.15):
            self.curve()
        if self.chosen(0.15):
            self.value = self.add("Relu", self.value)
        if size == self.size and self.chosen(0.5):
            self.value = self.rounded(self.add("Add", self.value, before), -3, 0)
        if self.chosen(0.1):
            self.value = self.add("Flatten", self.value)

    def whole(self):
        self.input()
        for _ in range(int(self.chance.integers(1, 4))):
            self.layer()
        way = self.chance.random()
        if way < 0.3:
            self.dense()
        elif way < 0.5:
            self.dense()
            if self.size > 1:
                self.value = self.add("ArgMax", self.rounded(self.value, -4, 0, bits=8), axis=1, keepdims=0)
                self.classes = True
        return self

    def model(self):
        kind = TensorProto.INT64 if self.classes else TensorProto.FLOAT
        shape = [None] if self.classes else [None, self.size]
        output = helper.make_tensor_value_info("y", kind, shape)
        self.nodes.append(helper.make_node("Identity", [self.value], ["y"]))
        # qonnx wants to know the shape of the input.
        x = helper.make_tensor_value_info("x", self.kind, [None, self.inputs])
        graph = helper.make_graph(self.nodes, "quantized", [x], [output], self.constants)
        opsets = [helper.make_opsetid("", 13)] + [helper.make_opsetid(d, 1) for d in sorted(self.domains)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8)


class Qonnx(Graph):
    """Quant, BipolarQuant and Trunc."""

    def rounded(self, name, least, most, weights=False, bits=None):
        channels = weights if weights and self.chosen(0.4) else 1
        shape = (channels,) if channels > 1 else ()
        scale = self.constant(self.scale(least, most, channels).reshape(shape))
        if not bits and self.chosen(0.05):
            return self.add("BipolarQuant", name, scale, domain=QONNX)
        bits = bits or int(self.pick([2, 3, 4, 4, 5, 6, 8]) if self.powers else self.pick([2, 3, 4]))
        signed = bool(weights) or self.chosen(0.7)
        zero = 0.0 if weights or self.chosen(0.85) else float(self.chance.integers(0 if not signed else -3, 4))
        parts = [scale, self.constant(np.float32(zero)), self.constant(np.float32(bits))]
        attributes = dict(signed=int(signed), narrow=int(self.chosen(0.5)), rounding_mode=self.pick(ROUNDINGS))
        made = self.add(self.pick(["Quant", "Quant", "IntQuant"]), name, *parts, domain=QONNX, **attributes)
        if not weights and not zero and self.chosen(0.08) and bits > 3:
            fewer = self.constant(np.float32(bits - int(self.chance.integers(1, 3))))
            parts = [scale, parts[1], parts[2], fewer]
            made = self.add("Trunc", made, *parts, domain=QONNX, rounding_mode=self.pick(["FLOOR", "ROUND", "CEIL"]))
        return made


class Brevitas(Graph):
    """What Brevitas writes of QuantIdentity, QuantLinear with per-channel weights and QuantReLU."""

    def quant(self, name, scale, bits, signed, narrow):
        parts = (self.constant(np.float32(scale)), self.constant(np.float32(0)), self.constant(np.float32(bits)))
        return self.add("Quant", name, *parts, domain=self.domain, signed=signed, narrow=narrow, rounding_mode="ROUND")

    def whole(self):
        self.domain = self.pick([QONNX, "onnx.brevitas"])
        self.inputs = self.size = 4
        self.value = self.quant("x", 2.0**-4, 8, 1, 0)
        for outputs in (8, 8, 3):
            weights = self.constant((self.chance.normal(size=(outputs, self.size)) * 0.4).astype(np.float32))
            scale = (2.0 ** self.chance.integers(-5, -3, size=(outputs, 1))).astype(np.float32)
            parts = (self.constant(scale), self.constant(np.float32(0)), self.constant(np.float32(4)))
            weights = self.add("Quant", weights, *parts, domain=self.domain, signed=1, narrow=1, rounding_mode="ROUND")
            weights = self.add("Transpose", weights, perm=[1, 0])
            self.value = self.add("MatMul", self.value, weights)
            bias = self.quant(self.constant(self.bias(outputs)), 2.0**-8, 12, 1, 0)
            self.value, self.size = self.add("Add", self.value, bias), outputs
            if outputs > 3:
                self.value = self.quant(self.add("Relu", self.value), 2.0**-4, 6, 0, 0)
        self.value = self.quant(self.value, 2.0**-5, 8, 1, 0)
        return self


class Pairs(Graph):
    """QuantizeLinear and DequantizeLinear."""

    KINDS = {"u8": np.uint8, "i8": np.int8, "i16": np.int16}

    def rounded(self, name, least, most, weights=False, bits=None):
        # Codes of 8 bits: finer steps than QONNX's few bits have.
        kind = "i8" if weights else self.pick(["u8", "i8", "i8"])
        channels = weights if weights and weights > 1 and self.chosen(0.4) else 1
        scale = self.scale(least - 1, most - 2, channels)
        zero = 0 if weights or self.chosen(0.3) else int(self.pick([128, 128, 100, 3]) if kind == "u8" else self.pick([0, -128, 5]))
        shape = (channels,) if channels > 1 else ()
        parts = [self.constant(scale.reshape(shape)), self.constant(np.full(shape, zero, dtype=self.KINDS[kind]))]
        if kind == "u8" and zero == 0 and self.chosen(0.3):
            parts.pop()
        axis = {"axis": 1} if channels > 1 else {}
        codes = self.add("QuantizeLinear", name, *parts, **axis)
        return self.add("DequantizeLinear", codes, *parts, **axis)

    def input(self):
        if self.chosen(0.2):
            kind = self.pick([TensorProto.UINT8, TensorProto.INT8])
            self.kind = kind
            zero = np.array(self.pick([0, 3]), dtype=np.uint8 if kind == TensorProto.UINT8 else np.int8)
            self.value = self.add("DequantizeLinear", "x", self.constant(self.scale(-6, -1)[0]), self.constant(zero))
        else:
            self.value = self.rounded("x", -5, -1)


def samples(graph, path_plan, count):
    """Input codes of a plan: the ends, and random ones."""
    codes = []
    for f in path_plan["inputs"]:
        width, signed = f["width"], f["signed"]
        lo, hi = (-(1 << width - 1), (1 << width - 1) - 1) if signed else (0, (1 << width) - 1)
        codes.append(np.concatenate([[lo, hi], graph.chance.integers(lo, hi + 1, size=count - 2)]))
    return np.stack(codes, axis=1)
