"""
An ONNX file as a PyTorch function, operator by operator as the specifications have them, to differentiate what a quantised file stands for in float64.

It is independent of Pathlight, and knows the operators of the networks of export_quantised.py and those of quantised arithmetic. What a quantised file
stands for is docs/models.md's definition: integers of constants are the numbers that they stand for, and constants that the file quantises are
rounded; quantisers of values from the picture pass them on up to half a step beyond their range, and cut at 0 where the range ends at 0. They cut
nothing of a function whose values end at most a step beyond the range, as a softmax does of which 8 bits have steps of 1/256.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Callable

import json
import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn
from torch.nn import functional

SHARES = {"Softmax", "Sigmoid", "HardSigmoid"}
RANGES = {torch.uint8: (0, 255), torch.int8: (-128, 127)}


@dataclass(frozen=True)
class Integers:
    """Values from the picture that are integers in the file: the numbers that they stand for, (integer - zero) scale."""

    real: Tensor
    scale: Tensor
    zero: Tensor


def bound_inputs(path: Path, graph: onnx.GraphProto) -> dict[str, Tensor]:
    """The inputs beside the image that have their values in the .json beside the model, as Keras exports the constants of a Normalization."""
    beside = path.with_suffix(".json")
    bound = json.loads(beside.read_text()).get("bind", {}) if beside.exists() else {}
    shapes = {value.name: [axis.dim_value for axis in value.type.tensor_type.shape.dim] for value in graph.input}
    return {name: tensor_of(np.array(values, dtype=np.float32).reshape(shapes[name])) for name, values in bound.items()}


class OnnxInTorch(nn.Module):
    def __init__(self, path: Path):
        super().__init__()
        model = onnx.load(str(path))
        self.graph = model.graph
        self.constants = {tensor.name: tensor_of(numpy_helper.to_array(tensor)) for tensor in model.graph.initializer}
        self.constants.update(bound_inputs(path, model.graph))
        (self.image,) = [value.name for value in model.graph.input if value.name not in self.constants]
        # Of a label and probabilities the second.
        self.output = model.graph.output[-1].name
        self.maker_of = {name: node.op_type for node in model.graph.node for name in node.output}
        self.from_image = {self.image}
        for node in model.graph.node:
            if node.op_type not in ("Shape", "Size") and self.from_image.intersection(node.input):
                self.from_image.update(node.output)

    def forward(self, x: Tensor) -> Tensor:
        makers = {name: node for node in self.graph.node for name in node.output if name}
        wanted: set[str] = set()
        todo = [self.output]
        while todo:
            name = todo.pop()
            if name in makers and name not in wanted:
                wanted.update(makers[name].output)
                todo.extend(makers[name].input)
        values: dict[str, Any] = {"": None, self.image: x, **{name: floats_as(value, x) for name, value in self.constants.items()}}
        for node in self.graph.node:
            if wanted.isdisjoint(node.output):
                continue
            given = [values[name] for name in node.input]
            results = self.compute(node, given, x)
            values.update(zip(node.output, results if isinstance(results, (tuple, list)) else [results]))
        return values[self.output]

    def compute(self, node: onnx.NodeProto, given: list[Any], x: Tensor) -> Any:
        at = {entry.name: helper.get_attribute_value(entry) for entry in node.attribute}
        if node.op_type == "Constant":
            return floats_as(constant_of(at), x)
        if node.op_type == "QuantizeLinear":
            if node.input[0] not in self.from_image:
                return rounded(at, *given)
            return quantised(*given, 1 if self.maker_of.get(node.input[0]) in SHARES else None)
        if node.op_type in QUANTISED:
            return QUANTISED[node.op_type](at, *given)
        if given and isinstance(given[0], Integers):
            return moved(node.op_type, at, *given)
        if node.op_type == "Cast" and node.input[0] in self.from_image:
            return given[0]
        return OPERATORS[node.op_type](at, *given)


class OtherRounding(OnnxInTorch):
    """
    The file in float32 as another implementation could round it, drawn from a seed. A sum of n products moves by up to sqrt(n) / 2 units in the last place of the
    operator's root mean square, as far as rounding takes a sum that is added up term by term (N. J. Higham, T. Mary, A new approach to probabilistic
    rounding error analysis, SIAM J. Sci. Comput. 41(5), 2019). A result of any other operator that computes moves by its own last place, up or down, or stays.
    """

    def __init__(self, path: Path, seed: int):
        super().__init__(path)
        self.generator = torch.Generator().manual_seed(seed)

    def compute(self, node: onnx.NodeProto, given: list[Any], x: Tensor) -> Any:
        result = super().compute(node, given, x)
        if node.op_type in EXACT or not isinstance(result, Tensor) or self.from_image.isdisjoint(node.output):
            return result
        unit = torch.finfo(torch.float32).eps
        if node.op_type not in PRODUCTS:
            return result * (1 + unit * torch.randint(-1, 2, result.shape, generator=self.generator).to(result.dtype))
        terms = PRODUCTS[node.op_type](given)
        share = 2 * torch.rand(result.shape, generator=self.generator).to(result.dtype) - 1
        return result + share * (unit / 2 * terms**0.5) * result.detach().square().mean().sqrt()


def tensor_of(values: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values).copy()).reshape(values.shape)


def floats_as(value: Tensor, x: Tensor) -> Tensor:
    return value.to(x.dtype) if value.is_floating_point() else value


def constant_of(at: dict[str, Any]) -> Tensor:
    (name, value), = at.items()
    return tensor_of(numpy_helper.to_array(value) if name == "value" else np.array(value, dtype=np.float32 if "float" in name else np.int64))


# Windows


def padding(at: dict[str, Any], x: Tensor, kernel: list[int]) -> list[int]:
    """Begins and ends of the spatial axes, as ONNX has them."""
    rank = len(kernel)
    auto = at.get("auto_pad", b"NOTSET").decode()
    if not auto.startswith("SAME"):
        return list(at.get("pads", [0] * 2 * rank))
    begins, ends = [], []
    for size, width, stride, step in zip(x.shape[2:], kernel, at.get("strides", [1] * rank), at.get("dilations", [1] * rank)):
        total = max(0, (-(-size // stride) - 1) * stride + (width - 1) * step + 1 - size)
        less, more = total // 2, total - total // 2
        begins.append(less if auto == "SAME_UPPER" else more)
        ends.append(more if auto == "SAME_UPPER" else less)
    return begins + ends


def padded(x: Tensor, pads: list[int], value: float) -> Tensor:
    rank = len(pads) // 2
    return functional.pad(x, [width for axis in reversed(range(rank)) for width in (pads[axis], pads[axis + rank])], value=value)


def conv(at: dict[str, Any], x: Tensor, w: Tensor, b: Tensor | None = None) -> Tensor:
    rank = w.dim() - 2
    apply = [functional.conv1d, functional.conv2d, functional.conv3d][rank - 1]
    wide = padded(x, padding(at, x, list(w.shape[2:])), 0)
    return apply(wide, w, b, tuple(at.get("strides", [1] * rank)), 0, tuple(at.get("dilations", [1] * rank)), at.get("group", 1))


def max_pool(at: dict[str, Any], x: Tensor) -> Tensor:
    kernel, ceil = list(at["kernel_shape"]), at.get("ceil_mode") == 1
    wide = padded(x, padding(at, x, kernel), -float("inf"))
    return functional.max_pool2d(wide, kernel, list(at.get("strides", [1, 1])), 0, list(at.get("dilations", [1, 1])), ceil)


def average_pool(at: dict[str, Any], x: Tensor) -> Tensor:
    kernel, pads = list(at["kernel_shape"]), padding(at, x, list(at["kernel_shape"]))
    apply = [functional.avg_pool1d, functional.avg_pool2d, functional.avg_pool3d][len(kernel) - 1]
    mean = lambda values: apply(padded(values, pads, 0), kernel, list(at.get("strides", [1] * len(kernel))), ceil_mode=at.get("ceil_mode") == 1)
    return mean(x) if at.get("count_include_pad") else mean(x) / mean(torch.ones_like(x))


def resize(at: dict[str, Any], x: Tensor, roi: Tensor | None, scales: Tensor | None, sizes: Tensor | None = None) -> Tensor:
    """Of the two last axes, to sizes, as PyTorch's exporters write it."""
    mode = {b"cubic": "bicubic", b"linear": "bilinear"}.get(at.get("mode", b"nearest"))
    plain = at.get("coordinate_transformation_mode", b"half_pixel") in (b"half_pixel", b"pytorch_half_pixel") and not at.get("antialias")
    if mode is None or sizes is None or not plain or abs(at.get("cubic_coeff_a", -0.75) + 0.75) > 1e-6:
        raise NotImplementedError("Resize of this kind")
    return functional.interpolate(x, size=tuple(sizes.tolist()[-2:]), mode=mode, align_corners=False)


def whole_mean(at: dict[str, Any], x: Tensor) -> Tensor:
    return x.mean(dim=tuple(range(2, x.dim())), keepdim=True)


# Products and norms


def gemm(at: dict[str, Any], a: Tensor, b: Tensor, c: Tensor | None = None) -> Tensor:
    y = at.get("alpha", 1.0) * ((a.T if at.get("transA") else a) @ (b.T if at.get("transB") else b))
    return y if c is None else y + at.get("beta", 1.0) * c


def batch_norm(at: dict[str, Any], x: Tensor, scale: Tensor, bias: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    shape = (1, -1) + (1,) * (x.dim() - 2)
    factor = scale * (variance + at.get("epsilon", 1e-5)).rsqrt()
    return x * factor.reshape(shape) + (bias - mean * factor).reshape(shape)


def normalised(x: Tensor, axes: tuple[int, ...], epsilon: float) -> Tensor:
    centred = x - x.mean(dim=axes, keepdim=True)
    return centred * (centred.square().mean(dim=axes, keepdim=True) + epsilon).rsqrt()


def layer_norm(at: dict[str, Any], x: Tensor, scale: Tensor, bias: Tensor | None = None) -> Tensor:
    y = normalised(x, tuple(range(at.get("axis", -1) % x.dim(), x.dim())), at.get("epsilon", 1e-5)) * scale
    return y if bias is None else y + bias


def instance_norm(at: dict[str, Any], x: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
    shape = (1, -1) + (1,) * (x.dim() - 2)
    return normalised(x, tuple(range(2, x.dim())), at.get("epsilon", 1e-5)) * scale.reshape(shape) + bias.reshape(shape)


def reduced(reduce: Callable[..., Tensor]) -> Callable[..., Tensor]:
    def apply(at: dict[str, Any], x: Tensor, axes: Tensor | None = None) -> Tensor:
        chosen = at.get("axes", range(x.dim())) if axes is None else axes.tolist()
        return reduce(x, dim=tuple(chosen), keepdim=at.get("keepdims", 1) == 1)

    return apply


# Movements


def reshape(at: dict[str, Any], x: Tensor, shape: Tensor) -> Tensor:
    return x.reshape([x.shape[axis] if size == 0 else size for axis, size in enumerate(shape.tolist())])


def squeeze(at: dict[str, Any], x: Tensor, axes: Tensor | None = None) -> Tensor:
    return x.squeeze(tuple(at.get("axes", range(x.dim())) if axes is None else axes.tolist()))


def unsqueeze(at: dict[str, Any], x: Tensor, axes: Tensor | None = None) -> Tensor:
    chosen = list(at["axes"] if axes is None else axes.tolist())
    for axis in sorted(axis % (x.dim() + len(chosen)) for axis in chosen):
        x = x.unsqueeze(axis)
    return x


def cut(at: dict[str, Any], x: Tensor, starts: Tensor, ends: Tensor, axes: Tensor | None = None, steps: Tensor | None = None) -> Tensor:
    first = starts.tolist()
    for axis, start, end, step in zip(range(x.dim()) if axes is None else axes.tolist(), first, ends.tolist(), steps.tolist() if steps is not None else [1] * len(first)):
        x = x.index_select(axis, torch.tensor(list(range(*slice(start, end, step).indices(x.shape[axis]))), dtype=torch.int64))
    return x


def split(at: dict[str, Any], x: Tensor, sizes: Tensor | None = None) -> tuple[Tensor, ...]:
    axis = at.get("axis", 0)
    if sizes is not None:
        return x.split(sizes.tolist(), axis)
    return x.split(list(at["split"]), axis) if "split" in at else x.chunk(at["num_outputs"], axis)


def gather(at: dict[str, Any], x: Tensor, places: Tensor) -> Tensor:
    axis = at.get("axis", 0) % x.dim()
    taken = x.index_select(axis, places.reshape(-1).remainder(x.shape[axis]))
    return taken.reshape(x.shape[:axis] + places.shape + x.shape[axis + 1:])


def gather_nd(at: dict[str, Any], x: Tensor, places: Tensor) -> Tensor:
    if at.get("batch_dims", 0) != 0:
        raise NotImplementedError("GatherND with batch_dims")
    return x[tuple(places.movedim(-1, 0))]


def pad(at: dict[str, Any], x: Tensor, pads: Tensor, value: Tensor | None = None, axes: Tensor | None = None) -> Tensor:
    if at.get("mode", b"constant") != b"constant" or axes is not None:
        raise NotImplementedError("Pad of this mode")
    return padded(x, pads.tolist(), 0 if value is None else float(value))


def expand(at: dict[str, Any], x: Tensor, shape: Tensor) -> Tensor:
    return x.expand(torch.broadcast_shapes(x.shape, tuple(shape.tolist())))


def scatter_nd(at: dict[str, Any], x: Tensor, places: Tensor, updates: Tensor) -> Tensor:
    y = x.clone()
    y[tuple(places.movedim(-1, 0))] = updates
    return y


def divided(at: dict[str, Any], a: Tensor, b: Tensor) -> Tensor:
    return a / b if a.is_floating_point() else torch.div(a, b, rounding_mode="trunc")


def filled(at: dict[str, Any], shape: Tensor) -> Tensor:
    value = tensor_of(numpy_helper.to_array(at["value"])) if "value" in at else torch.zeros(1)
    return value.expand(shape.tolist()).clone()


def cast(at: dict[str, Any], x: Tensor) -> Tensor:
    return x.to(torch.from_numpy(np.zeros(0, dtype=helper.tensor_dtype_to_np_dtype(at["to"]))).dtype)


OPERATORS: dict[str, Callable[..., Any]] = {
    "Add": lambda at, a, b: a + b, "Sub": lambda at, a, b: a - b, "Mul": lambda at, a, b: a * b, "Div": divided, "Mod": lambda at, a, b: a.remainder(b),
    "Pow": lambda at, a, b: a**b, "Sqrt": lambda at, x: x.sqrt(), "Erf": lambda at, x: x.erf(), "Tanh": lambda at, x: x.tanh(), "Ceil": lambda at, x: x.ceil(),
    "Relu": lambda at, x: x.relu(), "Exp": lambda at, x: x.exp(), "Neg": lambda at, x: -x, "Reciprocal": lambda at, x: x.reciprocal(), "Softplus": lambda at, x: functional.softplus(x),
    "Gelu": lambda at, x: functional.gelu(x, approximate=at.get("approximate", b"none").decode()), "LeakyRelu": lambda at, x: functional.leaky_relu(x, at.get("alpha", 0.01)), "Sigmoid": lambda at, x: x.sigmoid(),
    "HardSigmoid": lambda at, x: (x * at.get("alpha", 0.2) + at.get("beta", 0.5)).clamp(0, 1), "HardSwish": lambda at, x: x * (x / 6 + 0.5).clamp(0, 1),
    "Clip": lambda at, x, low=None, high=None: x.clamp(low, high), "Softmax": lambda at, x: x.softmax(at.get("axis", -1)),
    "Equal": lambda at, a, b: a == b, "Not": lambda at, x: x.logical_not(), "Where": lambda at, choice, a, b: torch.where(choice, a, b),
    "Conv": conv, "MaxPool": max_pool, "AveragePool": average_pool, "GlobalAveragePool": whole_mean, "Resize": resize, "ReduceMean": reduced(torch.mean), "ReduceSum": reduced(torch.sum), "ReduceMax": reduced(torch.amax),
    "MatMul": lambda at, a, b: a @ b, "Gemm": gemm, "BatchNormalization": batch_norm, "LayerNormalization": layer_norm, "InstanceNormalization": instance_norm,
    "Reshape": reshape, "Flatten": lambda at, x: x.reshape(int(np.prod(x.shape[: at.get("axis", 1)])), -1), "Transpose": lambda at, x: x.permute(list(at["perm"])),
    "Squeeze": squeeze, "Unsqueeze": unsqueeze, "Slice": cut, "Split": split, "Gather": gather, "GatherND": gather_nd, "Pad": pad, "Expand": expand, "ScatterND": scatter_nd,
    "Concat": lambda at, *parts: torch.cat(parts, at["axis"]), "Identity": lambda at, x: x, "Cast": cast,
    "Shape": lambda at, x: torch.tensor(x.shape[at.get("start", 0) : at.get("end")], dtype=torch.int64), "ConstantOfShape": filled,
    "Range": lambda at, start, end, step: torch.arange(start.item(), end.item(), step.item()),
}
MOVING = {"MaxPool", "Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze", "Slice", "Split", "Gather", "GatherND", "Expand", "Identity", "Pad", "Shape"}

# How many products a sum has.
PRODUCTS: dict[str, Callable[[list[Any]], int]] = {
    "Conv": lambda given: given[1][0].numel(), "Gemm": lambda given: given[0].shape[-1], "MatMul": lambda given: given[0].shape[-1],
}
# Nothing is rounded by these.
EXACT = MOVING | {"Concat", "Relu", "Neg", "Where", "Clip", "Cast", "Constant", "ScatterND", "ReduceMax"}


# Quantised arithmetic


def moved(operator: str, at: dict[str, Any], integers: Integers, *given: Any) -> Any:
    """What an operator makes of integers that does not compute with them. Shape makes others."""
    if operator not in MOVING:
        raise NotImplementedError(f"{operator} of integers")
    if operator == "Pad" and len(given) > 1 and given[1] is not None:
        given = (given[0], (float(given[1]) - float(integers.zero)) * float(integers.scale), *given[2:])
    results = OPERATORS[operator](at, integers.real, *given)
    if operator == "Shape":
        return results
    return [replace(integers, real=each) for each in results] if isinstance(results, tuple) else replace(integers, real=results)


def along(numbers: Tensor, axis: int, rank: int) -> Tensor:
    if numbers.numel() == 1:
        return numbers.reshape(())
    return numbers.reshape([-1 if each == axis % rank else 1 for each in range(rank)])


def dequantised(value: Any, scale: Tensor, zero: Tensor | None, axis: int = 1) -> Tensor:
    if isinstance(value, Integers):
        return value.real
    shift = 0 if zero is None else along(zero.to(scale.dtype), axis, value.dim())
    return (value.to(scale.dtype) - shift) * along(scale, axis, value.dim())


def quantised(x: Tensor, scale: Tensor, zero: Tensor, most: float | None = None) -> Integers:
    """`most`: what x is at most, where its function tells."""
    low, high = ((bound - int(zero)) * float(scale) for bound in RANGES[zero.dtype])
    half = float(scale) / 2
    upper = None if most is not None and most <= high + 2 * half else high and high + half
    return Integers(x.clamp(low and low - half, upper), scale, zero)


def rounded(at: dict[str, Any], x: Tensor, scale: Tensor, zero: Tensor) -> Tensor:
    axis = at.get("axis", 1)
    numbers = (x / along(scale, axis, x.dim())).round() + along(zero.to(x.dtype), axis, x.dim())
    return numbers.clamp(*RANGES[zero.dtype]).to(zero.dtype)


def of_reals(operands: int, f: Callable[..., Tensor], most: float | None = None) -> Callable[..., Integers]:
    """A function of operands with a scale and a zero point each. Those of the result follow."""

    def apply(at: dict[str, Any], *given: Any) -> Integers:
        reals = [dequantised(*given[3 * k : 3 * k + 3]) for k in range(operands)]
        return quantised(f(at, *reals), *given[3 * operands : 3 * operands + 2], most)

    return apply


def channels_last(f: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Of pictures whose channels may be the last axis, where onnxruntime says so."""

    def apply(at: dict[str, Any], x: Tensor, *given: Any) -> Tensor:
        return f(at, x.movedim(-1, 1), *given).movedim(1, -1) if at.get("channels_last") else f(at, x, *given)

    return apply


def q_linear_conv(at, x, x_scale, x_zero, w, w_scale, w_zero, y_scale, y_zero, bias=None) -> Integers:
    b = None if bias is None else bias.to(x_scale.dtype) * x_scale * w_scale
    return quantised(channels_last(conv)(at, dequantised(x, x_scale, x_zero), dequantised(w, w_scale, w_zero, 0), b), y_scale, y_zero)


def q_linear_matmul(at, a, a_scale, a_zero, b, b_scale, b_zero, y_scale, y_zero) -> Integers:
    return quantised(dequantised(a, a_scale, a_zero, -2) @ dequantised(b, b_scale, b_zero, -1), y_scale, y_zero)


def q_gemm(at, a, a_scale, a_zero, b, b_scale, b_zero, c=None, y_scale=None, y_zero=None) -> Any:
    bias = None if c is None else c.to(a_scale.dtype) * a_scale * b_scale * at.get("alpha", 1.0)
    y = gemm(at, dequantised(a, a_scale, a_zero), dequantised(b, b_scale, b_zero, 0 if at.get("transB") else 1), bias)
    return y if y_scale is None else quantised(y, y_scale, y_zero)


def q_linear_concat(at, y_scale, y_zero, *given) -> Integers:
    parts = [dequantised(*given[k : k + 3]) for k in range(0, len(given), 3)]
    return quantised(torch.cat(parts, at["axis"]), y_scale, y_zero)


def shifted(numbers: Tensor, zero: Tensor | None, axis: int, like: Tensor) -> Tensor:
    return numbers.to(like.dtype) - (0 if zero is None else along(zero.to(like.dtype), axis, numbers.dim()))


QUANTISED: dict[str, Callable[..., Any]] = {
    "DequantizeLinear": lambda at, q, scale, zero=None: dequantised(q, scale, zero, at.get("axis", 1)),
    "QLinearConv": q_linear_conv, "QLinearMatMul": q_linear_matmul, "QGemm": q_gemm, "QLinearConcat": q_linear_concat,
    "QLinearAdd": of_reals(2, OPERATORS["Add"]), "QLinearMul": of_reals(2, OPERATORS["Mul"]), "QLinearSigmoid": of_reals(1, OPERATORS["Sigmoid"], 1),
    "QLinearLeakyRelu": of_reals(1, OPERATORS["LeakyRelu"]), "QLinearAveragePool": of_reals(1, channels_last(average_pool)),
    "QLinearGlobalAveragePool": of_reals(1, channels_last(whole_mean)), "QLinearSoftmax": of_reals(1, OPERATORS["Softmax"], 1),
    # The numbers themselves, with scale 1 and zero point 0.
    "DynamicQuantizeLinear": lambda at, x: (x, x.new_ones(()), x.new_zeros(())),
    "ConvInteger": lambda at, x, w, x_zero=None, w_zero=None: conv(at, x, shifted(w, w_zero, 0, x)),
    "MatMulInteger": lambda at, a, b, a_zero=None, b_zero=None: a @ shifted(b, b_zero, -1, a),
}
