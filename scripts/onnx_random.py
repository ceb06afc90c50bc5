"""Random ONNX graphs of the operators that `gainstage import` reads, in the way of each operator set from 7 to 24."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

OPSETS = range(7, 25)

# Functions of one argument, the operator set that has them first, and attributes that they may have.
FUNCTIONS = {
    "Relu": (7, {}), "Sigmoid": (7, {}), "Tanh": (7, {}), "Softplus": (7, {}), "Softsign": (7, {}), "Abs": (7, {}),
    "Neg": (7, {}), "Sin": (7, {}), "Cos": (7, {}), "Erf": (9, {}), "HardSwish": (14, {}), "Mish": (18, {}),
    "LeakyRelu": (7, {"alpha": (0.01, 0.4)}), "Elu": (7, {"alpha": (0.5, 1.5)}), "Celu": (12, {"alpha": (0.5, 2.0)}),
    "Selu": (7, {"alpha": (1.0, 2.0), "gamma": (0.5, 1.5)}), "HardSigmoid": (7, {"alpha": (0.1, 0.5), "beta": (0.2, 0.6)}),
    "Gelu": (20, {}), "Identity": (7, {}), "Dropout": (7, {}),
}  # fmt: skip


class Graph:
    """A graph that grows from one input; `value` is the newest value and `shape` its sizes, -1 for the open batch."""

    def __init__(self, seed, opset=None, image=None):
        self.chance = np.random.default_rng(seed)
        self.opset = opset or int(self.chance.choice(OPSETS))
        self.nodes, self.constants, self.count = [], [], 0
        self.wide = self.chance.random() < 0.1
        self.kind = np.float64 if self.wide else np.float32
        image = self.chance.random() < 0.3 if image is None else image
        self.image = image
        if image:
            self.wide, self.kind = False, np.float32
            sizes = [int(n) for n in self.chance.integers(3, 7, size=self.pick([1, 2, 2]))]
            self.shape = [-1, int(self.pick([1, 2, 4])), *sizes]
        else:
            self.shape = [-1, int(self.chance.integers(2, 7))]
        self.batch = int(self.pick([-1, -1, -1, 1]))
        self.input_shape = list(self.shape)
        self.value = "x"
        self.flat = []
        # Another input, which Concat may take.
        self.other = int(self.chance.integers(1, 4)) if not image and self.chance.random() < 0.2 else 0
        if self.other:
            self.flat.append(("z", self.other))

    def pick(self, of):
        return of[int(self.chance.integers(len(of)))]

    def fresh(self):
        self.count += 1
        return f"v{self.count}"

    def weights(self, *shape, scale=None):
        scale = scale or 1 / np.sqrt(max(1, np.prod(shape[1:])))
        return self.constant((self.chance.normal(size=shape) * scale).astype(self.kind))

    def constant(self, array):
        """A constant: stored, or made by a node, perhaps out of another type."""
        array, name = np.asarray(array), self.fresh()
        way = self.chance.random()
        if way < 0.15:
            self.nodes.append(helper.make_node("Constant", [], [name], value=numpy_helper.from_array(array)))
        elif way < 0.22 and array.dtype == np.float32:
            self.constants.append(numpy_helper.from_array(array.astype(np.float64), name + "d"))
            self.nodes.append(helper.make_node("Cast", [name + "d"], [name], to=TensorProto.FLOAT))
        elif way < 0.3 and array.dtype in (np.float32, np.float64):
            half = (array / 2).astype(array.dtype)
            self.constants.append(numpy_helper.from_array(half, name + "h"))
            self.nodes.append(helper.make_node("Add", [name + "h"] * 2, [name]))
        else:
            self.constants.append(numpy_helper.from_array(array, name))
        return name

    def whole(self, values):
        """Whole numbers as an argument: stored, or computed out of others."""
        array = np.asarray(values, dtype=np.int64)
        way = self.chance.random()
        if way < 0.7 or array.size == 0 or array.ndim != 1 or np.abs(array).max() > 1 << 30:
            return self.constant(array)
        name = self.fresh()
        if way < 0.8:
            parts = [self.constant(array[k : k + 1]) for k in range(len(array))]
            self.nodes.append(helper.make_node("Concat", parts, [name], axis=0))
        elif way < 0.9:
            # Division without a rest, whose signs do not matter here.
            times, by = self.constant(array * 3), self.constant(np.array([3], dtype=np.int64))
            self.nodes.append(helper.make_node("Div", [times, by], [name]))
        else:
            real = self.constant(array.astype(np.float32))
            self.nodes.append(helper.make_node("Cast", [real], [name], to=TensorProto.INT64))
        return name

    def node(self, operator, *more, shape=None, first=None, **attributes):
        """A node on the newest value, which its first output becomes."""
        name = self.fresh()
        self.nodes.append(helper.make_node(operator, [first or self.value, *more], [name], **attributes))
        self.value, self.shape = name, self.shape if shape is None else list(shape)

    def keep(self):
        if len(self.shape) == 2:
            self.flat.append((self.value, self.shape[1]))

    # Operators, one way each.

    def function(self, name=None):
        known = [f for f, (since, _) in FUNCTIONS.items() if since <= self.opset]
        name = name or self.pick(known)
        if self.wide and name in ("Softsign", "Sin", "Cos", "Celu", "Mish", "Gelu", "HardSwish", "Erf", "HardSigmoid", "Softplus", "Selu", "LeakyRelu", "Elu"):
            name = "Tanh"  # onnxruntime computes these in 32 bits only
        ranges = FUNCTIONS[name][1] if self.chance.random() < 0.7 else {}
        self.node(name, **{k: float(np.float32(self.chance.uniform(*r))) for k, r in ranges.items()})

    def gemm(self, out=None):
        d, out = self.shape[1], out or int(self.chance.integers(2, 7))
        turned = int(self.chance.integers(2))
        w = self.weights(out, d, scale=1 / np.sqrt(d)) if turned else self.weights(d, out, scale=1 / np.sqrt(d))
        bias = [self.pick([(out,), (1, out), (1,), (1, 1), (out,)])]
        more = [self.weights(*bias[0], scale=0.5)] if self.opset < 11 or self.chance.random() < 0.8 else []
        attributes = {"transB": turned} if turned or self.chance.random() < 0.5 else {}
        if self.chance.random() < 0.3:
            attributes |= {"alpha": float(np.float32(self.chance.uniform(0.5, 1.5))), "beta": float(np.float32(self.chance.uniform(-1, 1)))}
        self.node("Gemm", w, *more, shape=[-1, out], **attributes)

    def matmul(self, out=None):
        d, out = self.shape[-1], out or int(self.chance.integers(2, 7))
        self.node("MatMul", self.weights(d, out, scale=1 / np.sqrt(d)), shape=[*self.shape[:-1], out])
        if self.chance.random() < 0.8:
            self.node("Add", self.weights(out, scale=0.5))

    def combine(self):
        """A sum, difference, product or quotient with a constant of some shape."""
        operator = self.pick(["Add", "Sub", "Mul", "Div", "Max", "Min", "PRelu", "Pow"])
        if self.opset < 8 and operator in ("Max", "Min"):
            operator = "Add"
        shape = self.pick([(), (1,), (self.shape[-1],), (1,) * (len(self.shape) - 1) + (self.shape[-1],)])
        if operator == "Pow":
            if self.chance.random() < 0.5:
                self.node("Tanh")
            return self.node("Pow", self.constant(np.array(self.pick([2.0, 3.0, 1.0, 2.0]), dtype=self.kind)))
        if operator == "PRelu":
            if self.wide:
                return None
            return self.node("PRelu", self.weights(*[n for n in self.shape[1:]], scale=0.3))
        c = self.chance.normal(size=shape)
        if operator == "Div":
            c = np.sign(c) * (np.abs(c) + 0.5)
        c = self.constant(c.astype(self.kind))
        if operator in ("Add", "Mul", "Sub", "Max", "Min") and self.chance.random() < 0.4:
            name = self.fresh()
            self.nodes.append(helper.make_node(operator, [c, self.value], [name]))
            self.value = name
            return None
        return self.node(operator, c)

    def clip(self):
        lo, hi = sorted(self.chance.normal(size=2).round(3))
        lo, hi = lo - 0.1, hi + 0.1
        kinds = self.chance.integers(3)
        if self.opset < 11:
            if self.wide:
                return None
            ends = {"min": float(np.float32(lo))} if kinds != 1 else {}
            ends |= {"max": float(np.float32(hi))} if kinds != 2 else {}
            return self.node("Clip", **ends)
        if self.opset < 12 and self.wide:
            return None
        lo = self.constant(np.array(lo, dtype=self.kind)) if kinds != 1 else ""
        return self.node("Clip", *([lo, self.constant(np.array(hi, dtype=self.kind))] if kinds != 2 else [lo]))

    def residual(self):
        before, d = self.value, self.shape[1]
        self.gemm(d)
        self.function()
        if self.chance.random() < 0.3:
            self.gemm(d)
        name = self.fresh()
        operator = self.pick(["Add", "Sub", "Sum", "Sum" if self.wide else "Mean"])
        # Mean broadcasts from operator set 8 on.
        row = self.constant_row(d) if self.opset >= 8 else before
        more = [before] if operator in ("Add", "Sub") else [before, self.pick([before, row])]
        self.nodes.append(helper.make_node(operator, [self.value, *more], [name]))
        self.value = name

    def constant_row(self, d):
        return self.weights(1, d, scale=0.5)

    def concat(self):
        others = [self.pick(self.flat) for _ in range(int(self.chance.integers(1, 3)))] if self.flat else []
        axis = self.pick([1, -1]) if self.opset >= 11 else 1
        names, width = [n for n, _ in others], self.shape[1] + sum(d for _, d in others)
        if width <= 14 and names:
            self.node("Concat", *names, shape=[-1, width], axis=axis)

    def slice(self):
        axis = int(self.chance.integers(1, len(self.shape)))
        n = self.shape[axis]
        start, end = int(self.chance.integers(-n - 1, n)), int(self.pick([n, n + 5, -1, 2**63 - 1]))
        step = int(self.pick([1, 1, 2, -1, -2])) if self.opset >= 10 else 1
        if step < 0:
            end = int(self.pick([-(2**63), -n - 2, 0]))
        places = range(n)[slice(start, None if abs(end) > 1 << 40 else end, step)] if abs(end) < 1 << 40 else range(n)[start::step]
        if not len(places):
            return
        shape = [*self.shape[:axis], len(places), *self.shape[axis + 1 :]]
        named = self.pick([axis, axis - len(self.shape)]) if self.opset >= 10 else axis
        if self.opset < 10:
            return self.node("Slice", shape=shape, starts=[start], ends=[end], axes=[named])
        more = [self.constant(np.array([v], dtype=np.int64)) for v in (start, end, named)]
        more += [self.constant(np.array([step], dtype=np.int64))] if step != 1 else []
        return self.node("Slice", *more, shape=shape)

    def gather(self):
        axis = int(self.chance.integers(1, len(self.shape)))
        n = self.shape[axis]
        places = self.chance.integers(-n if self.opset >= 11 else 0, n, size=int(self.chance.integers(1, 5)))
        self.node("Gather", self.whole(places), shape=[*self.shape[:axis], len(places), *self.shape[axis + 1 :]], axis=axis)

    def split(self):
        d = self.shape[1]
        if d < 2:
            return
        first = int(self.chance.integers(1, d))
        parts, names = [first, d - first], [self.fresh(), self.fresh()]
        attributes, more = {"axis": 1}, []
        if self.opset >= 18 and self.chance.random() < 0.4:
            attributes["num_outputs"], parts = 2, [(d + 1) // 2, d // 2]
        elif d % 2 == 0 and self.opset < 18 and self.chance.random() < 0.3:
            parts = [d // 2] * 2
        elif self.opset < 13:
            attributes["split"] = parts
        else:
            more = [self.whole(parts)]
        self.nodes.append(helper.make_node("Split", [self.value, *more], names, **attributes))
        self.value, self.shape = names[1], [-1, parts[1], *self.shape[2:]]
        if len(self.shape) == 2:
            self.flat.append((names[0], parts[0]))
            if self.chance.random() < 0.5:
                self.node("Concat", names[0], shape=[-1, d], axis=1)

    def matrix(self):
        """To two axes behind the batch, something there, and back."""
        d = self.shape[1]
        a = self.pick([k for k in range(1, d + 1) if d % k == 0])
        how = self.chance.integers(4)
        if how == 0:
            # The batch axis from the value's own shape.
            name = [self.fresh() for _ in range(3)]
            self.nodes.append(helper.make_node("Shape", [self.value], [name[0]]))
            self.nodes.append(helper.make_node("Gather", [name[0], self.constant(np.array([0], dtype=np.int64))], [name[1]], axis=0))
            self.nodes.append(helper.make_node("Concat", [name[1], self.whole([a, d // a])], [name[2]], axis=0))
            target = name[2]
        else:
            target = self.whole([[0, a, d // a], [0, a, -1], [-1, a, d // a]][how - 1])
        self.node("Reshape", target, shape=[-1, a, d // a])
        self.pick([self.turn, self.matmul, self.reduce, self.combine, self.pad, self.spread, self.function, self.left])()
        if len(self.shape) > 2:
            if self.chance.random() < 0.5:
                self.node("Flatten", shape=[-1, int(np.prod(self.shape[1:]))])
            else:
                self.node("Reshape", self.whole([0, -1]), shape=[-1, int(np.prod(self.shape[1:]))])

    def turn(self):
        axes = [0, *(1 + self.chance.permutation(len(self.shape) - 1))]
        self.node("Transpose", shape=[self.shape[a] for a in axes], perm=[int(a) for a in axes])

    def reduce(self):
        operator = self.pick(["ReduceSum", "ReduceMean"])
        axis = int(self.chance.integers(1, len(self.shape)))
        keep = int(self.chance.integers(2)) if len(self.shape) > 2 else 1
        shape = [1 if k == axis else n for k, n in enumerate(self.shape) if keep or k != axis]
        named = self.pick([axis, axis - len(self.shape)]) if self.opset >= 11 else axis
        since = 13 if operator == "ReduceSum" else 18
        attributes = {"keepdims": keep} if not keep or self.chance.random() < 0.5 else {}
        if self.opset < since:
            self.node(operator, shape=shape, axes=[named], **attributes)
        else:
            self.node(operator, self.whole([named]), shape=shape, **attributes)

    def axes(self):
        """An axis of size 1 more, and gone again."""
        shape = [-1, 1, *self.shape[1:]]
        for operator, shape in (("Unsqueeze", shape), ("Squeeze", list(self.shape))):
            if self.opset < 13:
                self.node(operator, shape=shape, axes=[1])
            else:
                self.node(operator, self.whole([1]), shape=shape)
            if operator == "Unsqueeze" and self.chance.random() < 0.5:
                self.function()

    def pad(self):
        if len(self.shape) > 4:
            return
        pads = [0, *self.chance.integers(-1 if min(self.shape[1:]) > 2 else 0, 3, size=len(self.shape) - 1)]
        behind = [0, *self.chance.integers(0, 2, size=len(self.shape) - 1)]
        value = float(np.float32(self.pick([0.0, 0.5])))
        shape = [-1, *(n + a + b for n, a, b in zip(self.shape[1:], pads[1:], behind[1:]))]
        pads = [int(p) for p in [*pads, *behind]]
        if np.prod(shape[1:]) > 20:
            return
        if self.opset < 11:
            if self.wide:
                return
            self.node("Pad", shape=shape, pads=pads, value=value)
        else:
            self.node("Pad", self.whole(pads), self.constant(np.array(value, dtype=self.kind)), shape=shape)

    def spread(self):
        """Repeats along the last axis."""
        if np.prod(self.shape[1:]) > 6:
            return
        self.node("Tile", self.whole([1] * (len(self.shape) - 1) + [2]), shape=[*self.shape[:-1], 2 * self.shape[-1]])

    def expand(self):
        """A constant row from ConstantOfShape, Where and Expand, which is added."""
        d = self.shape[1]
        ones = self.fresh()
        value = helper.make_tensor("value", TensorProto.FLOAT, [1], [0.75])
        if self.opset < 9 or self.wide:
            return
        self.nodes.append(helper.make_node("ConstantOfShape", [self.whole([d])], [ones], value=value))
        wide, picked = self.fresh(), self.fresh()
        self.nodes.append(helper.make_node("Expand", [ones, self.whole([1, d])], [wide]))
        mask = self.constant(self.chance.random(size=d) < 0.5)
        self.nodes.append(helper.make_node("Where", [mask, wide, self.weights(1, d)], [picked]))
        self.node(self.pick(["Add", "Mul"]), picked)

    def normal(self):
        c = self.shape[1]
        if self.wide:
            return
        scale, bias, mean = (self.weights(c, scale=0.5) for _ in range(3))
        variance = self.constant(self.chance.uniform(0.3, 2, size=c).astype(self.kind))
        attributes = {"epsilon": 0.125} if self.chance.random() < 0.5 else {}
        self.node("BatchNormalization", scale, bias, mean, variance, **attributes)

    def products(self):
        """Products and quotients of values with themselves and each other."""
        how, h = self.chance.integers(4), None
        self.node("Tanh")
        h = self.value
        if how == 0:
            self.node("Mul", h)
        elif how == 1:
            self.node("Mul", h)
            self.node("Add", self.constant(np.array(0.75, dtype=self.kind)))
            name = self.fresh()
            self.nodes.append(helper.make_node("Div", [h, self.value], [name]))
            self.value = name
        elif how == 2:
            self.node("Sigmoid")
            self.node("Mul", h)
        else:
            d = self.shape[1]
            self.gemm(d)
            self.node("Mul", h)

    def guarded(self):
        """A function with a domain, on values inside it."""
        self.node("Sigmoid")
        self.node("Add", self.constant(np.array(0.25, dtype=self.kind)))
        self.node("Mul", self.constant(np.array(0.75, dtype=self.kind)))
        names = ["Exp", "Log", "Sqrt", "Reciprocal"] + ([] if self.wide else ["Tan", "Asin", "Acos", "Atan"])
        names += [] if self.wide or self.opset < 9 else ["Sinh", "Cosh"]
        self.node(self.pick(names))

    def pair(self):
        """The larger or smaller of two values of the network."""
        before = self.value
        self.gemm(self.shape[1])
        if self.opset >= 8:
            self.node(self.pick(["Max", "Min"]), before)

    def left(self):
        """A constant matrix on the left."""
        if len(self.shape) == 3:
            a, name = int(self.chance.integers(1, 4)), self.fresh()
            w = self.weights(a, self.shape[1])
            self.nodes.append(helper.make_node("MatMul", [w, self.value], [name]))
            self.value, self.shape = name, [-1, a, self.shape[2]]

    def repeat(self):
        """An axis of size 1 spread by Expand, and made one with the next."""
        d = self.shape[1]
        if d > 6:
            return
        self.node("Reshape", self.whole([0, 1, d]), shape=[-1, 1, d])
        self.node("Expand", self.whole([1, 2, 1] if self.chance.random() < 0.5 else [2, d]), shape=[-1, 2, d])
        self.node("Flatten", shape=[-1, 2 * d])

    def chain(self):
        for _ in range(int(self.chance.integers(2, 4))):
            self.function()

    def convolution(self):
        c, sizes = self.shape[1], self.shape[2:]
        groups = self.pick([g for g in (1, 1, 2) if c % g == 0])
        out = groups * int(self.chance.integers(1, 3))
        dilations = [int(self.pick([1, 1, 2])) if n >= 4 else 1 for n in sizes]
        kernel = [int(self.chance.integers(1, max(2, min(4, (n - 1) // d + 1)))) for n, d in zip(sizes, dilations)]
        strides = [int(self.pick([1, 1, 2])) for _ in sizes]
        pads, shape, attributes = self.window(kernel, strides, dilations)
        w = self.weights(out, c // groups, *kernel)
        more = [self.weights(out, scale=0.5)] if self.chance.random() < 0.7 else []
        if self.chance.random() < 0.7:
            attributes["kernel_shape"] = kernel
        self.node("Conv", w, *more, shape=[-1, out, *shape], group=groups, dilations=dilations, strides=strides, **pads, **attributes)

    def window(self, kernel, strides, dilations):
        sizes = self.shape[2:]
        extent = [(k - 1) * d + 1 for k, d in zip(kernel, dilations)]
        way = self.chance.random()
        if way < 0.25 and all(d == 1 for d in dilations) and all(k >= s for k, s in zip(kernel, strides)):
            return {}, [-(-n // s) for n, s in zip(sizes, strides)], {"auto_pad": self.pick(["SAME_UPPER", "SAME_LOWER"])}
        if way < 0.35:
            return {}, [(n - e) // s + 1 for n, e, s in zip(sizes, extent, strides)], {"auto_pad": "VALID"}
        ahead = [int(self.chance.integers(0, min(2, e))) for e in extent]
        behind = [int(self.chance.integers(0, min(2, e))) for e in extent]
        shape = [(n + a + b - e) // s + 1 for n, a, b, e, s in zip(sizes, ahead, behind, extent, strides)]
        return {"pads": ahead + behind}, shape, {}

    def pool(self):
        if self.chance.random() < 0.2:
            return self.node("GlobalAveragePool", shape=[-1, self.shape[1], *(1 for _ in self.shape[2:])])
        sizes = self.shape[2:]
        kernel = [int(self.chance.integers(1, min(3, n) + 1)) for n in sizes]
        strides = [int(self.pick([1, 2])) for _ in sizes]
        dilations = [1 for _ in sizes]
        pads, shape, attributes = self.window(kernel, strides, dilations)
        include = {"count_include_pad": int(self.chance.integers(2))} if self.chance.random() < 0.6 else {}
        return self.node("AveragePool", shape=[-1, self.shape[1], *shape], kernel_shape=kernel, strides=strides, **pads, **attributes, **include)

    def grow(self):
        """A network of some operators; gives what stands at its end."""
        if self.image:
            for _ in range(int(self.chance.integers(1, 4))):
                if min(self.shape[2:]) >= 1:
                    self.pick([self.convolution, self.convolution, self.pool, self.normal, self.function, self.slice, self.turn_back])()
            self.node("Flatten", shape=[-1, int(np.prod(self.shape[1:]))])
            self.gemm()
        ways = [
            self.gemm, self.matmul, self.function, self.function, self.combine, self.clip, self.residual, self.concat, self.slice,
            self.gather, self.split, self.matrix, self.axes, self.pad, self.expand, self.normal, self.products, self.chain,
            self.reduce, self.guarded, self.pair, self.repeat if self.opset >= 8 else self.gemm,
        ]  # fmt: skip
        self.keep()
        for _ in range(int(self.chance.integers(2, 9))):
            self.pick(ways)()
            self.keep()
        self.gemm(int(self.chance.integers(1, 5)))
        end = self.pick(["values", "values", "values", "softmax", "argmax", "sigmoid", "two"])
        if end in ("softmax", "argmax") and self.shape[1] < 2:
            end = "values"
        if end == "softmax":
            axis = {"axis": 1} if self.chance.random() < 0.5 else {}
            self.node(self.pick(["Softmax", "LogSoftmax"]), **axis)
        elif end == "argmax":
            if self.chance.random() < 0.5:
                self.node("Softmax", axis=1)
            keep = int(self.chance.integers(2))
            self.node("ArgMax", shape=[-1, 1][: 1 + keep], axis=1, keepdims=keep)
        elif end == "sigmoid":
            self.node("Sigmoid")
        return end

    def model(self):
        end = self.grow()
        kind = TensorProto.DOUBLE if self.wide else TensorProto.FLOAT
        shape = ["N" if self.batch < 0 else self.batch, *self.input_shape[1:]]
        given = helper.make_tensor_value_info("x", kind, shape)
        outputs = [helper.make_tensor_value_info(self.value, TensorProto.INT64 if end == "argmax" else kind, None)]
        if end == "two" and self.flat:
            other = self.pick(self.flat)[0]
            if other not in ("x", self.value):
                outputs.append(helper.make_tensor_value_info(other, kind, None))
        given = [given] + ([helper.make_tensor_value_info("z", kind, [shape[0], self.other])] if self.other else [])
        graph = helper.make_graph(self.nodes, "random", given, outputs, self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=8)

    def turn_back(self):
        """Image axes exchanged and back, with a function between."""
        if len(self.shape) != 4:
            return
        c, h, w = self.shape[1:]
        self.node("Transpose", shape=[-1, h, w, c], perm=[0, 2, 3, 1])
        self.function("Tanh")
        self.node("Transpose", shape=[-1, c, h, w], perm=[0, 3, 1, 2])


def samples(graph, rows=64):
    """Random samples; of two inputs the columns of the second behind those of the first."""
    shape = [graph.input_shape[1] + graph.other] if graph.other else graph.input_shape[1:]
    return graph.chance.normal(size=(rows, *shape)).astype(graph.kind)
