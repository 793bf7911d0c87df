"""What the exporters of PyTorch networks share: seeded parameters, scores and gradients by float64 autograd, and PyTorch's own exporters."""

import math
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Callable, Iterable

import numpy as np
import torch
from torch import Tensor, nn

from exported_case import Case, NotComparable, relative_error, write_case

STEPS = 8
Score = Callable[[nn.Module, Tensor], Tensor]


def whole(model: nn.Module, x: Tensor) -> Tensor:
    return model(x)


def randomise(model: nn.Module, seed: int) -> None:
    """
    Gives constant parameters random values: heads and layer scales that start at 0 or 1e-5, norms that start as the identity, and the statistics of batch
    norms. They would hide whatever is wrong behind them.
    """
    generator = torch.Generator().manual_seed(seed)

    def spread(tensor: Tensor) -> None:
        first = tensor.flatten()[0].item()
        if not tensor.eq(first).all():
            return
        noise = torch.randn(tensor.shape, generator=generator).to(tensor.dtype)
        if abs(first) >= 0.1:
            # A single number that does not start at 0 may be a size or a temperature.
            if tensor.numel() > 1:
                tensor.mul_(1 + 0.1 * noise)
        elif tensor.numel() == 1:
            tensor.fill_(0.5)
        elif first == 0 and tensor.dim() > 1:
            tensor.copy_(noise / math.sqrt(math.prod(tensor.shape[1:])))
        elif first == 0:
            tensor.copy_(0.1 * noise)
        else:
            tensor.copy_(0.3 + 0.1 * noise)

    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.numel() > 0 and parameter.is_floating_point():
                spread(parameter)
        for module in model.modules():
            if isinstance(getattr(module, "running_mean", None), Tensor):
                module.running_mean.copy_(0.1 * torch.randn(module.running_mean.shape, generator=generator))
                module.running_var.copy_(0.5 + torch.rand(module.running_var.shape, generator=generator))


def settle(model: nn.Module, x: Tensor, score: Score) -> None:
    """
    Gives batch norms the statistics of random images where the signal of a deep network with small weights fades with others, until nothing is left of it
    to compare.
    """
    scores, _, gradient = gradient_of(model, score, x, None)
    if scores.std() >= 1e-3 and gradient.norm() >= 1e-3:
        return
    norms = [module for module in model.modules() if isinstance(getattr(module, "running_mean", None), Tensor)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 1.0
    torch.manual_seed(3)
    with torch.no_grad():
        score(model.train(), torch.randn(4, *x.shape[1:]))
    for norm, momentum in zip(norms, momenta):
        norm.momentum = momentum
    model.eval()


def seeded_input(shape: tuple[int, ...], seed: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(torch.float32)


@contextmanager
def plain_arithmetic():
    """
    Replaces two functions of PyTorch while a reference is computed:

    - transformers asks its softmaxes for float32, whatever the type of the network;
    - the gradient of a batch norm for inference is wrong on the CPU where its output is one image that is turned into rows of tokens
      (`bn(x).flatten(2).transpose(1, 2)`, torch 2.15): CvT, LeViT, EfficientFormer, VAN, XCiT. An ONNX file keeps its epsilon as a float32.
    """
    functional = nn.functional
    softmax, batch_norm = functional.softmax, functional.batch_norm

    def normalise(x, mean, variance, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
        if training or mean is None:
            return batch_norm(x, mean, variance, weight, bias, training, momentum, eps)
        shape = (1, -1) + (1,) * (x.dim() - 2)
        factor = (variance + float(torch.tensor(eps, dtype=torch.float32))).rsqrt() * (1 if weight is None else weight)
        shift = (0 if bias is None else bias) - mean * factor
        return x * factor.reshape(shape) + shift.reshape(shape)

    functional.softmax = lambda values, dim=None, dtype=None, **rest: softmax(values, dim=dim, **rest)
    functional.batch_norm = normalise
    try:
        yield
    finally:
        functional.softmax, functional.batch_norm = softmax, batch_norm


def gradient_of(model: nn.Module, score: Score, x: Tensor, target: int | None) -> tuple[Tensor, int, Tensor]:
    """Scores, the class explained (the largest score where none is given) and the gradient of its score, in the type of x."""
    x = x.clone().requires_grad_(True)
    scores = score(model, x).reshape(-1)
    target = int(scores.argmax()) if target is None else target
    (gradient,) = torch.autograd.grad(scores[target], x)
    return scores.detach(), target, gradient


def with_precision(model: nn.Module, dtype: torch.dtype) -> None:
    model.to(dtype)
    model.train()  # LeViT and its relatives keep attention biases from the last eval(), in its type
    model.eval()


@dataclass(frozen=True)
class References:
    """What PyTorch says of a network at x, in float64. The exporters of a network share it."""

    x: np.ndarray
    scores: np.ndarray
    target: int
    gradient: np.ndarray
    integrals: np.ndarray
    float32_error: float

    def write(self, folder: Path, **facts) -> None:
        write_case(folder, self.x, self.scores, self.target, self.gradient, self.integrals, float32Gradient=self.float32_error, **facts)


def references_of(model: nn.Module, x: Tensor, score: Score) -> References:
    """`score` maps (model, x) to the row of scores that the file has as its output. Raises NotComparable where autograd is no reference."""
    wide = x.double()
    with plain_arithmetic():
        with_precision(model, torch.float64)
        scores, target, gradient = gradient_of(model, score, wide, None)
        midpoints = [gradient_of(model, score, wide * (step + 0.5) / STEPS, target)[2] for step in range(STEPS)]
        check(model, score, wide, scores, target, gradient)
        with_precision(model, torch.float32)
        _, _, single = gradient_of(model, score, x, target)
    integrals = wide.numpy() * sum(midpoint.numpy() for midpoint in midpoints) / STEPS
    error = relative_error(single.numpy(), gradient.numpy())
    return References(x.numpy(), scores.numpy(), target, gradient.numpy(), integrals, error)


def write_torch_case(folder: Path, model: nn.Module, x: Tensor, score: Score, **facts) -> None:
    references_of(model, x, score).write(folder, **facts)


def check(model: nn.Module, score: Score, x: Tensor, scores: Tensor, target: int, gradient: Tensor) -> None:
    norm = gradient.norm()
    if not torch.isfinite(scores).all() or scores.std() < 1e-7 or norm < 1e-7:
        raise NotComparable("the outputs or the gradient vanish: nothing can be compared")
    with torch.no_grad():
        above, below = (score(model, x + step * gradient / norm).reshape(-1)[target] for step in (1e-5, -1e-5))
    if abs((above - below) / 2e-5 - norm) > 0.1 * norm:
        raise NotComparable("PyTorch's own gradient is not that of its outputs, whose differences were taken in float64")


DYNAMO = "dynamo"
EXTERNAL = "dynamo, external data"
ANY_BATCH = "dynamo, any batch"
TORCHSCRIPT = "TorchScript"
UNFOLDED = "TorchScript, not folded"
EXPORTERS = [TORCHSCRIPT, EXTERNAL, DYNAMO, ANY_BATCH, UNFOLDED]
TORCHSCRIPT_OPSET = 17


def export(model: nn.Module, x: Tensor, exporter: str, path: Path) -> None:
    """Writes the model as this exporter of PyTorch does; EXTERNAL and DYNAMO are two ways to save a Network's program."""
    if exporter == UNFOLDED:
        keep = torch.onnx.TrainingMode.PRESERVE
        torch.onnx.export(model, (x,), str(path), dynamo=False, opset_version=TORCHSCRIPT_OPSET, training=keep, do_constant_folding=False)
    elif exporter == TORCHSCRIPT:
        torch.onnx.export(model, (x,), str(path), dynamo=False, opset_version=TORCHSCRIPT_OPSET)
    else:
        # For any batch. From two images: torch.export takes an axis of one for one that is always so.
        axes = ({0: torch.export.Dim("batch", min=1, max=64)},)
        torch.onnx.export(model, (x.repeat(2, 1, 1, 1),), dynamo=True, verbose=False, dynamic_shapes=axes).save(str(path))


def case_name(name: str, exporter: str) -> str:
    return f"{name}.{exporter.replace(', ', '-').replace(' ', '-')}"


class Network:
    """A classifier of a library at the first size that it takes. What its exporters share is computed once, when the first needs it."""

    def __init__(self, make: Callable[[int], nn.Module], sizes: list[int], most: float):
        self.model, self.x = sized(make, sizes, most)

    @cached_property
    def references(self) -> References:
        return references_of(self.model, self.x, whole)

    @cached_property
    def program(self) -> torch.onnx.ONNXProgram:
        return torch.onnx.export(self.model, (self.x,), dynamo=True, verbose=False)

    def write(self, folder: Path, exporter: str, **facts) -> None:
        path = folder / "model.onnx"
        with_precision(self.model, torch.float32)
        if exporter in (EXTERNAL, DYNAMO):
            self.program.save(str(path), external_data=exporter == EXTERNAL)
        else:
            export(self.model, self.x, exporter, path)
        self.references.write(folder, exporter=exporter, **facts)


def library_cases(
    networks: Iterable[tuple[str, str]], make: Callable[[str, int], nn.Module], sizes: list[int], most: float
) -> dict[str, Case]:
    """
    Cases of networks, given as (family, name), by every exporter; at most `most` parameters. All cases of a network follow each other, since only the last
    network is kept.
    """

    @lru_cache(maxsize=1)
    def network(name: str) -> Network:
        return Network(partial(make, name), sizes, most)

    def case(family: str, name: str, exporter: str) -> Case:
        return Case(family, name, exporter, lambda folder: network(name).write(folder, exporter, family=family, architecture=name))

    return {case_name(name, exporter): case(family, name, exporter) for family, name in networks for exporter in EXPORTERS}


def sized(make: Callable[[int], nn.Module], sizes: list[int], most: float) -> tuple[nn.Module, Tensor]:
    """The model with seeded parameters at the first size at which it runs, and an input."""
    failure: Exception | None = None
    for size in sizes:
        try:
            torch.manual_seed(0)
            model = make(size).eval()
            count = sum(parameter.numel() for parameter in model.parameters())
            if count > most:
                raise NotComparable(f"{count / 1e6:.0f} million parameters: left out")
            randomise(model, seed=1)
            x = seeded_input((1, 3, size, size), seed=2)
            settle(model, x, whole)
            return model, x
        except NotComparable:
            raise
        except Exception as error:
            failure = error
    raise failure if failure else ValueError("no size was given")
