"""Writes the node tests of the ONNX standard, as its Python package makes them, as networks that Pathlight can be asked about.

    python export_onnx_nodes.py OUT [CASE...]

One input of a test is the image, as one row; the others are constants. Every floating-point input has its turn, and where there is none, the first
that holds booleans or small integers. The scores are all outputs in one row, and behind them a weighted sum of all, which is what is explained.

The right scores are the test's own outputs; where the same file, computed in float64 by onnx's reference evaluator, agrees with them as far as
their type is exact, they are its numbers. Gradients are differences of those. Where the slopes on the two sides of the image differ, there is none.
"""

import re
import warnings
import zlib
from collections import Counter
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Callable, Iterator, Optional

import ml_dtypes
import numpy as np
import onnx
from onnx import AttributeProto, GraphProto, ModelProto, TensorProto, helper, numpy_helper
from onnx.backend.test.case.node import collect_testcases
from onnx.backend.test.case.test_case import TestCase
from onnx.reference import ReferenceEvaluator, op_run

from exported_case import Case, NotComparable, TooSlow, export_all, limit, options, relative_error, write_case

OPERATORS = Path(__file__).parents[2] / "docs" / "operators.md"
FLOATS = {TensorProto.FLOAT: 1e-3, TensorProto.DOUBLE: 1e-3, TensorProto.FLOAT16: 1e-2, TensorProto.BFLOAT16: 1e-1}
"""How far float64 may be from what a test says, relative in the Euclidean norm: the tests' own tolerance, since some are written with four digits."""
DOMAINS = ("", "ai.onnx")
# What is no subject of a test of several nodes.
HELPERS = ("Cast", "Constant", "Identity", "SequenceConstruct")
STEP = 1e-4
SIDES = 1e-6
"""How far slopes on the two sides, and the gradient, may be from each other, as a share of the largest, before there is a kink or a jump."""
FLATTEST = 1e-5
"""A gradient that is a smaller share of the scores is lost in their rounding."""
LARGEST = 300
"""Elements of an input, above which differences are not taken."""
SLOPE_SECONDS = 4
# Inputs that say a shape, a place, a probability or a way to go, and are no subject of a gradient. Others of these operators may be the image.
SETTINGS = {
    **dict.fromkeys(("BlackmanWindow", "HammingWindow", "HannWindow", "If"), (0,)),
    **{"DequantizeLinear": (1, 2), "Dropout": (1, 2), "Loop": (0, 1), "OneHot": (1,), "Range": (0, 1, 2), "Resize": (1, 2, 3), "Upsample": (1,)},
}
ON_CONSTANTS = ("Constant", "ConstantOfShape", "EyeLike", "NonZero", "Range", "Shape", "Size")
# The operator's text divides by the length of the output less 1, as onnxruntime and Pathlight do; the test takes the length before it is rounded down.
DISPUTED = ("test_resize_downsample_scales_linear_align_corners", "test_resize_downsample_scales_cubic_align_corners")
# The reference evaluator leaves out the absolute values of an L1 norm, and with them the kinks at 0; it rounds Erf to float32.
WITHOUT_SLOPES = ("test_l1normalization_axis_last", "test_gelu_default_1")
ROUNDING = re.compile("QuantizeLinear|QLinear")


class Left(Exception):
    """Why a test is no case."""


def supported_operators() -> set[str]:
    """What docs/operators.md lists, domains other than the standard's before a dot."""
    page = OPERATORS.read_text(encoding="utf-8")
    on_constants = re.search(r"must not depend on the image: (.*?)\. What", page, re.DOTALL)
    assert on_constants is not None
    return {*re.findall(r"^\| ([A-Z][A-Za-z0-9]*|[a-z][A-Za-z0-9.]+\.[A-Za-z0-9]+) \|", page, re.MULTILINE), *re.split(r",\s+", on_constants[1])}


def graphs_of(attribute: AttributeProto) -> list[GraphProto]:
    return [*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs]


def operators_in(graph: GraphProto) -> Iterator[str]:
    for node in graph.node:
        yield node.op_type if node.domain in DOMAINS else f"{node.domain}.{node.op_type}"
        for attribute in node.attribute:
            for inner in graphs_of(attribute):
                yield from operators_in(inner)


def base_of(name: str) -> str:
    """The test whose operator a test says in others."""
    return re.sub(r"_expanded(_.*)?$", "", name)


def subject_of(test: TestCase) -> str:
    operators = list(operators_in(test.model.graph))
    return next((each for each in operators if each not in HELPERS), operators[0])


def data_of(test: TestCase) -> tuple[list, list]:
    """Inputs and outputs: arrays, and lists of arrays for sequences."""
    [(inputs, outputs)] = test.data_sets
    return [array_of(each) for each in inputs], [array_of(each) for each in outputs]


def array_of(value: object) -> object:
    if isinstance(value, TensorProto):
        return numpy_helper.to_array(value)
    return value if value is None or isinstance(value, (list, dict)) else np.asarray(value)


def type_of(array: np.ndarray) -> int:
    return helper.np_dtype_to_tensor_dtype(array.dtype) if array.dtype.kind != "O" else TensorProto.STRING


def is_numeric(array: object) -> bool:
    return isinstance(array, np.ndarray) and (array.dtype.kind in "fiub" or array.dtype == ml_dtypes.bfloat16)


def images_of(test: TestCase, subject: str) -> list[int]:
    """Which inputs may be the image."""
    if subject in ON_CONSTANTS:
        raise Left("Pathlight has the operator on constants only")
    if test.name in DISPUTED:
        raise Left("onnx's reference takes the length of the output before it is rounded down, against the operator's text and onnxruntime")
    inputs, outputs = data_of(test)
    if any(not isinstance(each, np.ndarray) for each in inputs):
        raise Left("an input is a sequence, or optional")
    if any(isinstance(each, dict) or each is None for each in outputs):
        raise Left("an output is optional")
    flat = [array for each in outputs for array in (each if isinstance(each, list) else [each])]
    if not all(is_numeric(array) for array in flat):
        raise Left("an output holds no numbers, or numbers of 8 bits and fewer")
    if sum(array.size for array in flat) == 0:
        raise Left("the outputs are empty")
    if not all(np.isfinite(array.astype(np.float64)).all() for array in flat):
        raise Left("an output is not finite")
    if ROUNDING.search(" ".join(operators_in(test.model.graph))):
        raise Left("it rounds to 8 bits or fewer, and Pathlight has the float network in its place")
    if inputs and inputs[0].size == 0:
        raise Left("the input is empty")
    settings = SETTINGS.get(subject, ())
    found = [i for i, array in enumerate(inputs) if i not in settings and array.size > 0 and type_of(array) in FLOATS]
    if not found and inputs and 0 not in settings and inputs[0].dtype.kind in "iub" and (np.abs(inputs[0].astype(np.float64)) < 2**24).all():
        found = [0]
    if not found:
        raise Left("no input holds floating-point numbers, and the first is none of booleans or small integers")
    found = [i for i in found if np.isfinite(inputs[i].astype(np.float64)).all()]
    if not found:
        raise Left("no input with finite numbers can be the image")
    return found


def constant(name: str, values: object, dtype: type) -> TensorProto:
    return numpy_helper.from_array(np.asarray(values, dtype=dtype), name)


def network_of(test: TestCase, image: int) -> tuple[ModelProto, np.ndarray]:
    """The network whose image is one input of a test, and what the test says that its scores are."""
    inputs, outputs = data_of(test)
    model = ModelProto()
    model.CopyFrom(test.model)
    model.ir_version = max(model.ir_version, 8)
    if not any(entry.domain in DOMAINS for entry in model.opset_import):
        model.opset_import.append(helper.make_opsetid("", 21))
    for entry in model.opset_import:
        if entry.domain in DOMAINS:  # operators of opset 1 that never changed; what stands around them here needs 7
            entry.version = max(entry.version, 7)
    graph = model.graph
    names = [entry.name for entry in graph.input]
    array = inputs[image]
    graph.initializer.extend(numpy_helper.from_array(each, name) for i, (each, name) in enumerate(zip(inputs, names)) if i != image)
    graph.initializer.append(constant("zoo_shape", array.shape, np.int64))
    kind = type_of(array)
    before = [helper.make_node("Cast", ["zoo_image"], ["zoo_typed"], to=kind)] if kind != TensorProto.FLOAT else []
    before.append(helper.make_node("Reshape", [before[0].output[0] if before else "zoo_image", "zoo_shape"], [names[image]]))
    after = []
    rows: list[tuple[str, np.ndarray]] = []

    def add_row(name: str, values: np.ndarray) -> None:
        if values.size == 0:
            return
        at = len(rows)
        if type_of(values) != TensorProto.FLOAT:
            after.append(helper.make_node("Cast", [name], [f"zoo_float_{at}"], to=TensorProto.FLOAT))
            name = f"zoo_float_{at}"
        graph.initializer.append(constant(f"zoo_row_shape_{at}", [1, values.size], np.int64))
        after.append(helper.make_node("Reshape", [name, f"zoo_row_shape_{at}"], [f"zoo_row_{at}"]))
        rows.append((f"zoo_row_{at}", values.astype(np.float64).reshape(-1)))

    for entry, value in zip(graph.output, outputs):
        if not isinstance(value, list):
            add_row(entry.name, value)
            continue
        for position, item in enumerate(value):
            name = f"zoo_{entry.name}_{position}"
            graph.initializer.append(constant(f"{name}_at", position, np.int64))
            after.append(helper.make_node("SequenceAt", [entry.name, f"{name}_at"], [name]))
            add_row(name, np.asarray(item))
    values = np.concatenate([row for _, row in rows])
    weights = np.random.default_rng(zlib.crc32(base_of(test.name).encode())).uniform(-1, 1, values.size).astype(np.float32)
    graph.initializer.append(constant("zoo_weights", weights.reshape(-1, 1), np.float32))
    after.append(helper.make_node("Concat", [name for name, _ in rows], ["zoo_values"], axis=1))
    after.append(helper.make_node("MatMul", ["zoo_values", "zoo_weights"], ["zoo_weighted"]))
    after.append(helper.make_node("Concat", ["zoo_values", "zoo_weighted"], ["zoo_scores"], axis=1))
    nodes = [*before, *graph.node, *after]
    for field, items in (("node", nodes), ("input", [image_entry(array.size)]), ("output", [scores_entry(values.size + 1)]), ("value_info", [])):
        graph.ClearField(field)
        getattr(graph, field).extend(items)
    return model, np.append(values, weights.astype(np.float64) @ values)


def image_entry(size: int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info("zoo_image", TensorProto.FLOAT, [1, size])


def scores_entry(size: int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info("zoo_scores", TensorProto.FLOAT, [1, size])


def in_float64(model: ModelProto) -> ModelProto:
    """The same network with float64 in the place of every other floating-point type."""
    exact = ModelProto()
    exact.CopyFrom(model)
    for entry in (*exact.graph.input, *exact.graph.output):
        entry.type.tensor_type.elem_type = TensorProto.DOUBLE
    make_exact(exact.graph)
    return exact


def make_exact(graph: GraphProto) -> None:
    for tensor in graph.initializer:
        make_tensor_exact(tensor)
    for entry in (*graph.value_info, *graph.input, *graph.output):
        if entry.type.tensor_type.elem_type in FLOATS:
            entry.type.tensor_type.elem_type = TensorProto.DOUBLE
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                make_tensor_exact(attribute.t)
            if attribute.name in ("to", "dtype") and attribute.i in FLOATS:
                attribute.i = TensorProto.DOUBLE
            if node.op_type == "Constant" and attribute.name in ("value_float", "value_floats"):
                numbers = attribute.f if attribute.name == "value_float" else list(attribute.floats)
                attribute.CopyFrom(helper.make_attribute("value", constant("value", numbers, np.float64)))
            for inner in graphs_of(attribute):
                make_exact(inner)


def make_tensor_exact(tensor: TensorProto) -> None:
    if tensor.data_type in FLOATS:
        tensor.CopyFrom(constant(tensor.name, numpy_helper.to_array(tensor).astype(np.float64), np.float64))


@contextmanager
def exact_attributes() -> Iterator[None]:
    """The reference evaluator makes float32 of attributes, and so of what it computes of them and single numbers: the weights of a cubic are 1e-6 off."""
    convert = op_run._attribute_conversion_function
    exact = {AttributeProto.FLOAT: lambda attribute: float(attribute.f), AttributeProto.FLOATS: lambda attribute: [float(f) for f in attribute.floats]}
    op_run._attribute_conversion_function = lambda kind: exact.get(kind) or convert(kind)
    try:
        yield
    finally:
        op_run._attribute_conversion_function = convert


def float64_scores(model: ModelProto) -> Callable[[np.ndarray], np.ndarray]:
    with exact_attributes():
        evaluator = ReferenceEvaluator(in_float64(model))
    return lambda x: np.asarray(evaluator.run(None, {"zoo_image": x})[0]).reshape(-1)


def gradient_at(score: Callable[[np.ndarray], float], x: np.ndarray) -> Optional[np.ndarray]:
    """Differences of the fourth order; None where the slopes on the two sides differ, and where they are lost in rounding."""
    middle = score(x)
    slopes = []
    for i in range(x.size):
        at = {reach: score(x + reach * STEP * np.eye(1, x.size, i)) - middle for reach in (-2, -1, 1, 2)}
        below, above = (4 * at[-1] - at[-2]) / (-2 * STEP), (4 * at[1] - at[2]) / (2 * STEP)
        slopes.append((below, above, (8 * (at[1] - at[-1]) - (at[2] - at[-2])) / (12 * STEP)))
    below, above, central = np.array(slopes).T
    margin = SIDES * np.abs(slopes).max()
    far = not all(np.abs(central - side).max() <= margin for side in (below, above))
    lost = 0 < np.linalg.norm(central) < FLATTEST * abs(middle)
    return None if far or lost else central.reshape(x.shape)


def write(test: TestCase, image: int, base: str, subject: str, folder: Path) -> None:
    model, stated = network_of(test, image)
    onnx.save(model, str(folder / "model.onnx"))
    inputs, outputs = data_of(test)
    x = inputs[image].astype(np.float32).reshape(1, -1)
    scores, gradient, of = stated, None, "the test"
    types = {type_of(array) for each in [*inputs, *outputs] for array in (each if isinstance(each, list) else [each])}
    tolerance = max((FLOATS[kind] for kind in types if kind in FLOATS), default=1e-3)
    try:
        run = float64_scores(model)
        exact = run(x.astype(np.float64))
        if relative_error(exact, stated) <= tolerance:
            scores, of = exact, "float64"
    except Exception:  # the evaluator has no float64 for some operators; the test's own outputs do not need it
        pass
    if of == "the test" and tolerance > 1e-3:
        raise NotComparable("the test rounds to 16 bits, and the reference evaluator has no float64 for it")
    twin = folder.parent / base
    if (twin / "gradient.npy").exists() and np.array_equal(np.load(twin / "x.npy"), x):
        gradient = np.load(twin / "gradient.npy")
    elif of == "float64" and type_of(inputs[image]) in FLOATS and x.size <= LARGEST and base == folder.name and base not in WITHOUT_SLOPES:
        try:
            with limit(SLOPE_SECONDS):
                gradient = gradient_at(lambda point: float(run(point)[-1]), x.astype(np.float64))
        except TooSlow:  # the outputs alone are compared
            pass
    write_case(folder, x, scores, scores.size - 1, gradient, family=subject, architecture=test.name, exporter="", scoresOf=of)


def main() -> None:
    given = options(__doc__).parse_intermixed_args()
    warnings.filterwarnings("ignore")
    np.seterr(all="ignore")
    supported = supported_operators()
    tests = {test.name: test for test in collect_testcases(None)}
    compared = {name for name, test in tests.items() if supported.issuperset(operators_in(test.model.graph))}
    cases: dict[str, Case] = {}
    left: Counter[tuple[str, str]] = Counter()
    for name, test in tests.items():
        subject = subject_of(tests.get(base_of(name), test))
        lacking = sorted({*operators_in(test.model.graph)} - supported)
        try:
            if lacking:
                subject = ", ".join(lacking)
                raise Left("Pathlight does not have the operator")
            for turn, image in enumerate(images_of(test, subject)):
                ending = f".{test.model.graph.input[image].name}" if turn > 0 else ""
                twin = base_of(name) if base_of(name) in compared else name
                run = partial(write, test, image, f"{twin}{ending}", subject)
                cases[f"{name}{ending}"] = Case(subject, name, "", run)
        except Left as why:
            left[subject, str(why)] += 1
    left_out = [{"family": subject, "architecture": "", "exporter": "", "why": why, "cases": count} for (subject, why), count in sorted(left.items())]
    made = f"onnx {onnx.__version__}. A row an operator; cases are tests with one of their inputs as the image."
    export_all(given, "onnx-nodes", made, cases, left_out, grouped=True)


if __name__ == "__main__":
    main()
