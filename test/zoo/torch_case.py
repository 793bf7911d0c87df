"""What the exporters of PyTorch networks share: seeded parameters, and scores and gradients by float64 autograd."""

import math
from contextlib import contextmanager
from pathlib import Path
from typing import Callable

import numpy as np
import torch
from torch import Tensor, nn

from exported_case import relative_error, write_case

STEPS = 8


def randomise(model: nn.Module, seed: int) -> None:
    """
    Gives every parameter seeded values of a size at which each layer matters. Heads and layer scales that start at 0 or 1e-5, and batch norms that start as
    the identity, would hide whatever is wrong behind them.
    """
    generator = torch.Generator().manual_seed(seed)

    def normal(like: Tensor) -> Tensor:
        return torch.randn(like.shape, generator=generator, dtype=torch.float64).to(like.dtype)

    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() >= 2 and parameter.numel() > parameter.shape[0]:
                parameter.copy_(normal(parameter) / math.sqrt(max(1, parameter[0].numel())))
            elif parameter.numel() > 1 and float(parameter.min()) == float(parameter.max()) == 1:
                parameter.copy_(1 + 0.2 * normal(parameter))
            else:
                parameter.copy_(parameter + 0.2 * normal(parameter))
        for name, buffer in model.named_buffers():
            if name.endswith("running_mean"):
                buffer.copy_(0.1 * normal(buffer))
            elif name.endswith("running_var"):
                buffer.copy_(1 + 0.2 * normal(buffer).abs())


def seeded_input(shape: tuple[int, ...], seed: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(torch.float32)


@contextmanager
def softmax_in_its_own_type():
    """transformers asks its softmaxes for float32, whatever the type of the network."""
    softmax = nn.functional.softmax
    nn.functional.softmax = lambda values, dim=None, dtype=None, **rest: softmax(values, dim=dim, **rest)
    try:
        yield
    finally:
        nn.functional.softmax = softmax


def gradient_of(model: nn.Module, score: Callable[[nn.Module, Tensor], Tensor], x: Tensor, target: int | None) -> tuple[np.ndarray, int, np.ndarray]:
    """Scores, the class explained (the largest score where none is given) and the gradient of its score, in the type of x."""
    x = x.clone().requires_grad_(True)
    with softmax_in_its_own_type():
        scores = score(model, x).reshape(-1)
    target = int(scores.argmax()) if target is None else target
    (gradient,) = torch.autograd.grad(scores[target], x)
    return scores.detach().numpy(), target, gradient.numpy()


def with_precision(model: nn.Module, dtype: torch.dtype) -> None:
    model.to(dtype)
    model.train()  # LeViT and its relatives keep attention biases from the last eval(), in its type
    model.eval()


def write_torch_case(folder: Path, model: nn.Module, x: Tensor, score: Callable[[nn.Module, Tensor], Tensor], **facts) -> None:
    """`score` maps (model, x) to the row of scores that the file has as its output."""
    with_precision(model, torch.float64)
    scores, target, gradient = gradient_of(model, score, x.double(), None)
    midpoints = [gradient_of(model, score, x.double() * (step + 0.5) / STEPS, target)[2] for step in range(STEPS)]
    integrals = x.double().numpy() * sum(midpoints) / STEPS
    with_precision(model, torch.float32)
    _, _, single = gradient_of(model, score, x, target)
    write_case(folder, x.numpy(), scores, target, gradient, integrals, float32Gradient=relative_error(single, gradient), **facts)
