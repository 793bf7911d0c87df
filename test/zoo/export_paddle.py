"""Writes classifiers of paddle.vision and a small transformer as paddle2onnx writes them, with seeded random weights.

    python export_paddle.py OUT [CASE...]

The right values are those of the same network with the same weights in float64, by Paddle's own gradients.
"""

import os
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Callable

os.environ["CUDA_VISIBLE_DEVICES"] = ""

import numpy as np
import onnx
import paddle
from paddle import nn
from paddle.vision import models

from exported_case import Case, NotComparable, export_all, options, relative_error, write_case

STEPS = 8
CLASSES = 6


class Vit(nn.Layer):
    """Patches, a class token, two encoders of paddle.nn."""

    def __init__(self, size: int = 32, patch: int = 8, width: int = 16):
        super().__init__()
        self.patches = nn.Conv2D(3, width, patch, stride=patch)
        drawn = nn.initializer.Normal(std=0.2)
        self.token = self.create_parameter((1, 1, width), default_initializer=drawn)
        self.positions = self.create_parameter((1, (size // patch) ** 2 + 1, width), default_initializer=drawn)
        block = nn.TransformerEncoderLayer(width, 2, 2 * width, dropout=0.0, activation="gelu", normalize_before=True)
        self.blocks, self.norm, self.head = nn.TransformerEncoder(block, 2), nn.LayerNorm(width), nn.Linear(width, CLASSES)

    def forward(self, x: paddle.Tensor) -> paddle.Tensor:
        x = self.patches(x).flatten(2).transpose([0, 2, 1])
        x = paddle.concat([self.token.expand([x.shape[0], -1, -1]), x], axis=1) + self.positions
        return self.head(self.norm(self.blocks(x))[:, 0])


@dataclass(frozen=True)
class Network:
    build: Callable[[], nn.Layer]
    picture: tuple[int, int, int] = (3, 64, 64)


NETWORKS = {
    "lenet": Network(lambda: models.LeNet(num_classes=CLASSES), (1, 28, 28)),
    "squeezenet1_1": Network(lambda: models.squeezenet1_1(num_classes=CLASSES)),
    "mobilenet_v2": Network(lambda: models.mobilenet_v2(num_classes=CLASSES, scale=0.25)),
    "mobilenet_v3_small": Network(lambda: models.mobilenet_v3_small(num_classes=CLASSES, scale=0.5)),
    "shufflenet_v2_x0_25": Network(lambda: models.shufflenet_v2_x0_25(num_classes=CLASSES)),
    "resnet18": Network(lambda: models.resnet18(num_classes=CLASSES)),
    "vit": Network(Vit, (3, 32, 32)),
}


@dataclass(frozen=True)
class Form:
    name: str
    exporter: str
    batch: int | None
    opset: int
    any_size: bool = False


# 9 is the opset that paddle.onnx.export has as its own.
FORMS = [
    Form("", "paddle2onnx, any batch", None, 9),
    Form("_opset17", "paddle2onnx, opset 17", 1, 17),
    Form("_size", "paddle2onnx, any batch and size", None, 9, any_size=True),
]
# The linear layer of the first and the positions of the second have a size, and Paddle ends the process where the third has none.
OF_ONE_SIZE = {"lenet", "vit", "shufflenet_v2_x0_25"}


def randomise(model: nn.Layer) -> None:
    """Vectors (biases, scales, statistics of batch norms) as they might be after training: they start at 0 and at 1."""
    generator = np.random.default_rng(1)
    for value in model.state_dict().values():
        before, noise = value.numpy(), generator.normal(size=value.shape)
        if before.ndim == 1:
            value.set_value(np.where(before == 0, 0.1 * noise, before * (1 + 0.2 * np.abs(noise))).astype(before.dtype))


@contextmanager
def plain_norms():
    """
    Says layer norms in plain arithmetic while a reference is computed. Paddle's own gradient of them is wrong on the CPU where their scale is not 1
    (3.3.1, by a quarter, in float32 and float64): it is not that of differences of its outputs.
    """
    forward = nn.LayerNorm.forward

    def normalise(norm: nn.LayerNorm, x: paddle.Tensor) -> paddle.Tensor:
        centred = x - x.mean(axis=-1, keepdim=True)
        variance = (centred * centred).mean(axis=-1, keepdim=True)
        return centred / (variance + norm._epsilon).sqrt() * norm.weight + norm.bias

    nn.LayerNorm.forward = normalise
    try:
        yield
    finally:
        nn.LayerNorm.forward = forward


def gradient_of(model: nn.Layer, x: np.ndarray, target: int | None) -> tuple[np.ndarray, int, np.ndarray]:
    """Scores, the class explained (the largest score where none is given) and the gradient of its score, in the type of x and the weights."""
    picture = paddle.to_tensor(x, stop_gradient=False)
    scores = model(picture).reshape([-1])
    chosen = int(scores.argmax()) if target is None else target
    (gradient,) = paddle.grad(scores[chosen], picture)
    return scores.numpy(), chosen, gradient.numpy()


def check(model: nn.Layer, x: np.ndarray, scores: np.ndarray, target: int, gradient: np.ndarray) -> None:
    norm = float(np.linalg.norm(gradient))
    if gradient.dtype != np.float64 or scores.std() < 1e-7 or not norm > 1e-7:
        raise NotComparable("the outputs or the gradient vanish, or are not in float64: nothing can be compared")
    above, below = (gradient_of(model, x + step * gradient / norm, target)[0][target] for step in (1e-5, -1e-5))
    if abs((above - below) / 2e-5 - norm) > 0.1 * norm:
        raise NotComparable("Paddle's own gradient is not that of its outputs, whose differences were taken in float64")


def write(name: str, form: Form, folder: Path) -> None:
    network = NETWORKS[name]
    paddle.seed(0)
    model = network.build()
    randomise(model)
    model.eval()
    x = np.random.default_rng(2).normal(size=(1, *network.picture)).astype(np.float32)
    sides = [None, None] if form.any_size else network.picture[1:]
    declared = [paddle.static.InputSpec([form.batch, network.picture[0], *sides], "float32", "image")]
    paddle.onnx.export(model, str(folder / "model"), input_spec=declared, opset_version=form.opset)
    wide = x.astype(np.float64)
    with plain_norms():
        single = gradient_of(model, x, None)[2]
        model.to(dtype="float64")
        scores, target, gradient = gradient_of(model, wide, None)
        check(model, wide, scores, target, gradient)
        midpoints = [gradient_of(model, wide * ((step + 0.5) / STEPS), target)[2] for step in range(STEPS)]
    integrals = wide * sum(midpoints) / STEPS
    facts = {"family": name.split("_")[0], "architecture": name, "exporter": form.exporter, "float32Gradient": relative_error(single, gradient)}
    write_case(folder, x, scores, target, gradient, integrals, **facts)


def main() -> None:
    given = options(__doc__).parse_intermixed_args()
    cases: dict[str, Case] = {}
    for form in FORMS:
        for name in NETWORKS:
            if form.any_size and name in OF_ONE_SIZE:
                continue
            write_one = lambda folder, name=name, form=form: write(name, form, folder)
            cases[f"paddle_{name}{form.name}"] = Case(name.split("_")[0], name, form.exporter, write_one)
    tools = ", ".join(f"{tool} {version(tool)}" for tool in ("paddlepaddle", "paddle2onnx", "onnx"))
    export_all(given, "paddle", f"{tools}.", cases)


if __name__ == "__main__":
    main()
