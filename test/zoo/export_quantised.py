"""Writes files as onnxruntime quantises and optimises them, from Hugging Face cases that export_hugging_face.py has written and a small CNN and MLP.

    python export_quantised.py OUT [CASE...] --hugging-face HUGGING_FACE_OUT

Of an optimised file the right values are those of the file before. A quantised file stands for a float network: its weights and biases are the numbers that
the integers stand for, and its quantisers of activations are the identity where nothing is cut off. Ranges are widened here, so nothing is. So the
right values are those of the PyTorch network with these weights, in float64.
"""

import json
import logging
import shutil
import tempfile
from pathlib import Path
from typing import Callable

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from torch import Tensor, nn

from export_hugging_face import VERSIONS, build, logits
from exported_case import Case, NotComparable, export_all, options, write_case
from torch_case import randomise, seeded_input, write_torch_case

LEVELS = {
    "basic": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC,
    "extended": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
    "all": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL,
}
OPTIMISED = ["vit", "swin", "convnext", "resnet", "mobilevit", "efficientnet", "levit", "poolformer"]
QUANTISED = ["vit", "deit", "convnext", "poolformer", "segformer"]


class Channels(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 8, 3, padding=1, groups=8), nn.Conv2d(8, 12, 1), nn.ReLU(),
                         nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(12, 5))


class Rows(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Flatten(), nn.Linear(3 * 16 * 16, 24), nn.ReLU(), nn.Linear(24, 16), nn.Tanh(), nn.Linear(16, 5))


OWN: dict[str, Callable[[], nn.Module]] = {"cnn": Channels, "mlp": Rows}


def own(name: str) -> tuple[nn.Module, Tensor, Callable[[nn.Module, Tensor], Tensor]]:
    model = OWN[name]()
    randomise(model, seed=3)
    return model.eval(), seeded_input((1, 3, 16, 16), seed=4), lambda network, x: network(x)


def hugging_face(name: str, cases: Path) -> tuple[nn.Module, Tensor, Callable[[nn.Module, Tensor], Tensor]]:
    return build(name), torch.from_numpy(np.load(cases / f"hf_{name}" / "x.npy")), logits


class Pictures(CalibrationDataReader):
    """x and what lies beyond it on both sides, so that no quantiser cuts anything of x off."""

    def __init__(self, name: str, x: np.ndarray):
        self.rows = iter([{name: (scale * x).astype(np.float32)} for scale in (1, 1.5, -1.5, 0.5, 0)])

    def get_next(self):
        return next(self.rows, None)


def static(format: QuantFormat, per_channel: bool) -> Callable[[Path, Path, np.ndarray], None]:
    def quantise(source: Path, path: Path, x: np.ndarray) -> None:
        name = onnx.load(str(source)).graph.input[0].name
        quantize_static(str(source), str(path), Pictures(name, x), quant_format=format, per_channel=per_channel,
                        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
        if format == QuantFormat.QDQ:
            make_room(path)
    return quantise


def make_room(path: Path) -> None:
    """Widens the ranges of a QDQ file's quantisers: norms keep activations as large as in calibration, and weights that were rounded move them beyond that."""
    model = onnx.load(str(path))
    scales = {node.input[1] for node in model.graph.node if node.op_type == "QuantizeLinear"}
    for tensor in model.graph.initializer:
        if tensor.name in scales:
            tensor.CopyFrom(numpy_helper.from_array(np.asarray(1.5 * numpy_helper.to_array(tensor), dtype=np.float32), tensor.name))
    onnx.save(model, str(path))


def dynamic(weights: QuantType) -> Callable[[Path, Path, np.ndarray], None]:
    return lambda source, path, _: quantize_dynamic(str(source), str(path), weight_type=weights)


QUANTISERS: dict[str, Callable[[Path, Path, np.ndarray], None]] = {
    "dynamic": dynamic(QuantType.QUInt8), "dynamic_signed": dynamic(QuantType.QInt8),
    "qdq": static(QuantFormat.QDQ, False), "qdq_channels": static(QuantFormat.QDQ, True), "qoperator": static(QuantFormat.QOperator, False),
}


def dequantised(before: onnx.ModelProto, after: onnx.ModelProto) -> list[tuple[np.ndarray, np.ndarray]]:
    """Pairs of what an initialiser was and what its integers stand for."""
    new = {tensor.name: numpy_helper.to_array(tensor) for tensor in after.graph.initializer}
    pairs = []
    for tensor in before.graph.initializer:
        weight = numpy_helper.to_array(tensor)
        # A Gemm that became a MatMul has its weight transposed.
        name, old = next(((name, old) for name, old in ((tensor.name, weight), (f"{tensor.name}_Transposed", weight.T)) if f"{name}_quantized" in new), (None, weight))
        if name is None:
            continue
        integers = new[f"{name}_quantized"]
        scale = new.get(f"{name}_scale", new.get(f"{name}_quantized_scale"))
        if scale is None:
            raise NotComparable("the scale of a bias is a product of others: its values are not looked up here")
        zero = new.get(f"{name}_zero_point", np.zeros((), dtype=np.int64))
        numbers = [(integers.astype(np.float64) - along(zero, axis, old)) * along(scale, axis, old) for axis in fitting_axes(scale, old)]
        pairs.append((old, min(numbers, key=lambda found: float(np.abs(found - old).max()))))
    return pairs


def fitting_axes(scale: np.ndarray, values: np.ndarray) -> list[int]:
    return [0] if scale.size == 1 else [axis for axis, size in enumerate(values.shape) if size == scale.size]


def along(parameter: np.ndarray, axis: int, values: np.ndarray) -> np.ndarray:
    numbers = parameter.astype(np.float64).reshape(-1)
    return numbers if numbers.size == 1 else numbers.reshape([-1 if each == axis else 1 for each in range(values.ndim)])


def replace_parameters(model: nn.Module, pairs: list[tuple[np.ndarray, np.ndarray]]) -> None:
    """Gives the network the weights that the file's integers stand for, in float64. A weight may lie transposed in the file."""
    model.double()
    left = list(model.named_parameters())
    for old, new in pairs:
        for turn in (lambda values: values, lambda values: values.T):
            found = next((entry for entry in left if entry[1].shape == turn(old).shape and np.array_equal(entry[1].detach().numpy(), turn(old).astype(np.float64))), None)
            if found is not None:
                break
        if found is None:
            raise ValueError(f"no parameter has the values of a quantised initialiser of shape {old.shape}")
        left.remove(found)
        with torch.no_grad():
            found[1].copy_(torch.from_numpy(np.ascontiguousarray(turn(new))))


def write_quantised(name: str, how: str, cases: Path, folder: Path) -> None:
    model, x, score = own(name) if name in OWN else hugging_face(name, cases)
    with tempfile.TemporaryDirectory() as temporary:
        source = Path(temporary) / "model.onnx"
        if name in OWN:
            torch.onnx.export(model, (x,), str(source), dynamo=False, opset_version=17, input_names=["image"], output_names=["logits"])
        else:
            shutil.copy(cases / f"hf_{name}" / "model.onnx", source)
            copy_settings(cases / f"hf_{name}", folder)
        QUANTISERS[how](source, folder / "model.onnx", x.numpy())
        pairs = dequantised(onnx.load(str(source)), onnx.load(str(folder / "model.onnx")))
    if not pairs:
        raise ValueError("nothing was quantised")
    replace_parameters(model, pairs)
    facts = {"family": "onnxruntime", "architecture": name, "exporter": f"quantised, {how}", "quantisedTensors": len(pairs)}
    write_torch_case(folder, model, x, score, **facts)


def copy_settings(source: Path, folder: Path) -> None:
    for file in ("config.json", "preprocessor_config.json"):
        if (source / file).exists():
            shutil.copy(source / file, folder / file)


def write_optimised(name: str, level: str, cases: Path, folder: Path) -> None:
    source = cases / f"hf_{name}"
    session = onnxruntime.SessionOptions()
    session.graph_optimization_level = LEVELS[level]
    session.optimized_model_filepath = str(folder / "model.onnx")
    session.log_severity_level = 3
    onnxruntime.InferenceSession(str(source / "model.onnx"), session, providers=["CPUExecutionProvider"])
    copy_settings(source, folder)
    expected = json.loads((source / "expected.json").read_text(encoding="utf-8"))
    facts = {"family": "onnxruntime", "architecture": name, "exporter": f"optimised, {level}", "float32Gradient": expected["float32Gradient"]}
    write_case(folder, np.load(source / "x.npy"), np.array(expected["scores"]), expected["target"], np.load(source / "gradient.npy"),
               np.load(source / "integrals.npy"), **facts)


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--hugging-face", type=Path, required=True, help="the folder that export_hugging_face.py has written")
    given = parser.parse_intermixed_args()
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)
    cases: dict[str, Case] = {}
    for name in (*OWN, *QUANTISED):
        for how in QUANTISERS:
            write = lambda folder, name=name, how=how: write_quantised(name, how, given.hugging_face, folder)
            cases[f"{name}_{how}"] = Case("onnxruntime", name, f"quantised, {how}", write)
    for name in OPTIMISED:
        for level in LEVELS:
            write = lambda folder, name=name, level=level: write_optimised(name, level, given.hugging_face, folder)
            cases[f"{name}_{level}"] = Case("onnxruntime", name, f"optimised, {level}", write)
    assumed = (
        "The right values of QDQ files take quantisers of activations as the identity. ViT and DeiT have quantisers on their class tokens, "
        "which are constants and are probably rounded for that reason: not traced to the end."
    )
    made = f"onnxruntime {onnxruntime.__version__}, {VERSIONS} {assumed}"
    export_all(given, "onnxruntime", made, cases)


if __name__ == "__main__":
    main()
