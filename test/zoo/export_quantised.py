"""Writes files as onnxruntime quantises and optimises them, from cases that other exporters have written, and a small CNN and MLP.

    python export_quantised.py OUT [CASE...] --cases FOLDER [FOLDER...]

Of an optimised file the right values are those of the file before. A quantised file stands for a float network (docs/models.md). onnx_in_torch.py computes
both in float64. It is believed where it has the framework's own gradients of the file before.
"""

import argparse
import json
import logging
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from torch import nn

from exported_case import Case, NotComparable, export_all, options, relative_error, write_case
from onnx_in_torch import OnnxInTorch
from torch_case import STEPS, TORCHSCRIPT, export, gradient_of, randomise, seeded_input, whole, write_torch_case

Level = onnxruntime.GraphOptimizationLevel
# The last is what level "all" does beside the layout of one processor's blocks.
LEVELS = {"basic": Level.ORT_ENABLE_BASIC, "extended": Level.ORT_ENABLE_EXTENDED, "all": Level.ORT_ENABLE_ALL, "all_plain": Level.ORT_ENABLE_ALL}
LEVEL_NAMES = {"all_plain": "all but NchwcTransformer"}

# One to three of each exporter: the names of their cases.
NETWORKS = [
    *(f"hf_{name}" for name in ("vit", "deit", "convnext", "poolformer", "segformer", "resnet", "swin", "mobilevit", "efficientnet", "levit")),
    "mobilenetv2_035.TorchScript", "starnet_s050.TorchScript", "squeezenet1_1.TorchScript", "mobilenet_v3_small.TorchScript", "shufflenet_v2_x0_5.TorchScript",
    "keras_mnist_convnet", "keras_cifar10_logits", "yolov8n_cls", "sklearn_mlp_without_zipmap",
]
# Their gradients are so small that nothing is left of them in a quantised network.
FADING = {"hf_mobilevit", "hf_efficientnet", "shufflenet_v2_x0_5"}


class Channels(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 8, 3, padding=1, groups=8), nn.Conv2d(8, 12, 1), nn.ReLU(),
                         nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(12, 5))


class Rows(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Flatten(), nn.Linear(3 * 16 * 16, 24), nn.ReLU(), nn.Linear(24, 16), nn.Tanh(), nn.Linear(16, 5))


OWN: dict[str, Callable[[], nn.Module]] = {"cnn": Channels, "mlp": Rows}


def write_own(name: str, folder: Path) -> None:
    model = OWN[name]()
    randomise(model, seed=3)
    x = seeded_input((1, 3, 16, 16), seed=4)
    export(model.eval(), x, TORCHSCRIPT, folder / "model.onnx")
    write_torch_case(folder, model, x, whole, architecture=name)


class Pictures(CalibrationDataReader):
    """x and what lies beyond it on both sides, so that quantisers cut little of it off."""

    def __init__(self, name: str, x: np.ndarray):
        self.rows = iter([{name: (scale * x).astype(np.float32)} for scale in (1, 1.5, -1.5, 0.5, 0)])

    def get_next(self):
        return next(self.rows, None)


Quantiser = Callable[[Path, Path, np.ndarray], None]


def static(format: QuantFormat, per_channel: bool) -> Quantiser:
    def quantise(source: Path, path: Path, x: np.ndarray) -> None:
        name = onnx.load(str(source)).graph.input[0].name
        quantize_static(str(source), str(path), Pictures(name, x), quant_format=format, per_channel=per_channel,
                        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)

    return quantise


def dynamic(weights: QuantType) -> Quantiser:
    return lambda source, path, _: quantize_dynamic(str(source), str(path), weight_type=weights)


QUANTISERS: dict[str, Quantiser] = {
    "dynamic": dynamic(QuantType.QUInt8), "dynamic_signed": dynamic(QuantType.QInt8),
    "qdq": static(QuantFormat.QDQ, False), "qdq_channels": static(QuantFormat.QDQ, True), "qoperator": static(QuantFormat.QOperator, False),
}


@dataclass(frozen=True)
class Source:
    """A case that is quantised or optimised."""

    name: str
    folder: Path

    def expected(self) -> dict:
        return json.loads((self.folder / "expected.json").read_text(encoding="utf-8"))

    def array(self, name: str) -> np.ndarray:
        return np.load(self.folder / f"{name}.npy")


def network_of(source: Source) -> OnnxInTorch:
    """What the file stands for. Raises NotComparable where it has not the gradients of its framework; exporters fold batch norms in float32."""
    expected, network = source.expected(), OnnxInTorch(source.folder / "model.onnx")
    scores, _, gradient = gradient_of(network, whole, torch.from_numpy(source.array("x")).double(), expected["target"])
    error = max(relative_error(scores.numpy(), np.array(expected["scores"])), relative_error(gradient.numpy(), source.array("gradient")))
    if error > 1e-5:
        raise NotComparable(f"the network before is not that of its framework here: {error:.1e}")
    return network


def write_quantised(source: Source, how: str, folder: Path) -> None:
    network_of(source)
    x = source.array("x")
    QUANTISERS[how](source.folder / "model.onnx", folder / "model.onnx", x)
    copy_settings(source.folder, folder)
    write_torch_case(folder, OnnxInTorch(folder / "model.onnx"), torch.from_numpy(x), whole, **facts(source, f"quantised, {how}"))


def facts(source: Source, exporter: str) -> dict:
    architecture = source.expected()["architecture"]
    return {"family": architecture, "architecture": architecture, "exporter": exporter}


def copy_settings(source: Path, folder: Path) -> None:
    for file in ("config.json", "preprocessor_config.json"):
        if (source / file).exists():
            shutil.copy(source / file, folder / file)


def write_optimised(source: Source, level: str, exporter: str, folder: Path) -> None:
    session = onnxruntime.SessionOptions()
    session.graph_optimization_level = LEVELS[level]
    session.optimized_model_filepath = str(folder / "model.onnx")
    session.log_severity_level = 3
    left_out = ["NchwcTransformer"] if level in LEVEL_NAMES else []
    onnxruntime.InferenceSession(str(source.folder / "model.onnx"), session, providers=["CPUExecutionProvider"], disabled_optimizers=left_out)
    copy_settings(source.folder, folder)
    network, picture, target = network_of(source), source.array("x"), source.expected()["target"]
    x = torch.from_numpy(picture).double()
    scores, _, gradient = gradient_of(network, whole, x, target)
    midpoints = [gradient_of(network, whole, x * (step + 0.5) / STEPS, target)[2].numpy() for step in range(STEPS)]
    write_case(folder, picture, scores.numpy(), target, gradient.numpy(), picture * (sum(midpoints) / STEPS), **facts(source, exporter))


def sources(given: argparse.Namespace, own: Path) -> list[Source]:
    found = {name: next((folder / name for folder in given.cases if (folder / name / "expected.json").exists()), None) for name in NETWORKS}
    missing = [name for name, folder in found.items() if folder is None]
    if missing:
        raise SystemExit(f"none of the folders of --cases has {', '.join(missing)}")
    for name in OWN:
        (own / name).mkdir()
        write_own(name, own / name)
    return [*(Source(name, own / name) for name in OWN), *(Source(name.split(".")[0], folder) for name, folder in found.items() if folder)]


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--cases", type=Path, nargs="+", required=True, help="the folders that other exporters have written")
    given = parser.parse_intermixed_args()
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)
    cases: dict[str, Case] = {}

    def add(source: Source, how: str, exporter: str, write: Callable[[Path], None]) -> None:
        architecture = source.expected()["architecture"]
        cases[f"{source.name}_{how}"] = Case(architecture, architecture, exporter, write)

    with tempfile.TemporaryDirectory() as own:
        for source in sources(given, Path(own)):
            for level in LEVELS:
                exporter = f"optimised, {LEVEL_NAMES.get(level, level)}"
                add(source, level, exporter, lambda folder, source=source, level=level, exporter=exporter: write_optimised(source, level, exporter, folder))
            if source.name in FADING:
                continue
            for how in QUANTISERS:
                add(source, how, f"quantised, {how}", lambda folder, source=source, how=how: write_quantised(source, how, folder))
            quantised, exporter = Source(source.name, given.out / f"{source.name}_qdq"), "quantised, qdq, then optimised, all but NchwcTransformer"
            add(source, "qdq_all_plain", exporter, lambda folder, quantised=quantised, exporter=exporter: write_optimised(quantised, "all_plain", exporter, folder))
        made = f"onnxruntime {onnxruntime.__version__}, torch {torch.__version__}, onnx {onnx.__version__}: cases of the other exporters, quantised or optimised."
        export_all(given, "onnxruntime", made, cases)


if __name__ == "__main__":
    main()
