"""Quantus' measures of one map (saliency), on perturbations that are written beside them, so that Pathlight measures on the same."""

import copy
import json
from pathlib import Path

import numpy as np
import quantus
import torch
from skimage.metrics import structural_similarity
from torch import Tensor, nn

from networks import Network
from network_file import write_file

TOOL = "Quantus 0.6"
"""What is removed as a whole: blocks of 4 x 4 pixels. Quantus' steps divide the pixels of an image, so it removes one channel of a block at a time."""
SIDE = 4


class InDouble(nn.Module):
    """Quantus hands float32 to a model, whose weights are float64."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> Tensor:
        return self.model(x.double())


def saliency(model: nn.Module, image: Tensor, target: int) -> np.ndarray:
    image = image.double().requires_grad_()
    (slope,) = torch.autograd.grad(model(image)[:, target].sum(), image)
    return slope.numpy()


def ranked(values: np.ndarray) -> np.ndarray:
    """Each element the rank of its block by the block's sum, the largest highest; in a block the first channel before the others."""
    blocks = values.sum(1).reshape(8, SIDE, 8, SIDE).sum((1, 3)).ravel()
    ranks = np.empty(64)
    ranks[np.argsort(-blocks, kind="stable")] = np.arange(64, 0, -1)
    planes = np.kron(ranks.reshape(8, 8), np.ones((SIDE, SIDE)))
    return np.stack([3 * planes - channel for channel in range(3)])[None]


def write(folder: Path, network: Network) -> dict:
    random = np.random.default_rng(7)
    image, baseline = network.image.float().numpy(), network.baseline.float().numpy()
    target, model = np.array([network.target]), InDouble(network.model).eval()
    own = saliency(network.model, network.image, network.target).astype(np.float32)
    other = saliency(network.model, network.baseline, network.target).astype(np.float32)
    gone = np.kron(random.random((64, 1, 8, 8)) < random.uniform(0.05, 0.5, (64, 1, 1, 1)), np.ones((SIDE, SIDE), bool)).reshape(64, 1, 32, 32)
    versions = np.where(gone, baseline, image).astype(np.float32)
    neighbours = (image + random.uniform(-0.02, 0.02, (10, 3, 32, 32))).astype(np.float32)
    for name, data in {"own": own, "other": other, "versions": versions, "neighbours": neighbours}.items():
        np.save(folder / f"metrics-{name}.npy", data)

    def putting(values: np.ndarray):
        """Elements become those of another image."""

        def perturb(arr: np.ndarray, indices: np.ndarray, **_) -> np.ndarray:
            arr = arr.copy()
            rows = np.arange(len(arr))[:, None]
            arr[rows, indices] = values.reshape(1, -1)[rows, indices]
            return arr

        return perturb

    def one_after_another(images: np.ndarray):
        """Whatever was to be changed, the next of these."""
        rest = iter(images)
        return lambda arr, indices, **_: next(rest).reshape(1, -1).copy()

    def curve(start: np.ndarray, end: np.ndarray) -> list[float]:
        metric = quantus.PixelFlipping(features_in_step=SIDE**2, perturb_func=putting(end), return_auc_per_sample=False, disable_warnings=True)
        return [float(value) for value in metric(model, start, target, ranked(own), softmax=True, channel_first=True)[0][2::3]]

    def infidelity() -> float:
        """The squared error of the map times the factor for which it is least: Quantus has none."""
        with torch.no_grad():
            outputs = network.model(torch.as_tensor(np.concatenate([image, versions])).double())[:, network.target].numpy()
        happened, foretold = outputs[0] - outputs[1:], ((image - versions) * own.astype(float)).sum((1, 2, 3))
        scaled = own * (happened @ foretold) / (foretold @ foretold)
        metric = quantus.Infidelity(perturb_patch_sizes=[SIDE], n_perturb_samples=1, perturb_func=one_after_another(versions), disable_warnings=True)
        return float(metric(model, image, target, scaled, channel_first=True)[0])

    def sensitivity() -> float:
        metric = quantus.MaxSensitivity(
            nr_samples=10, perturb_func=one_after_another(neighbours), return_nan_when_prediction_changes=False, disable_warnings=True
        )
        explain = lambda model, inputs, targets, **_: saliency(network.model, torch.as_tensor(inputs), network.target)
        return float(metric(model, image, target, own.astype(float), explain_func=explain, channel_first=True)[0])

    summed = own.astype(float).sum(1, keepdims=True)
    on_copies = []

    def explain_copy(model, inputs, targets, **_) -> np.ndarray:
        """The map on a copy that Quantus has drawn anew, which is written, too. The weights are what float32 holds, as those of the file."""
        drawn = copy.deepcopy(model.model).float()
        write_file(folder / f"copy-{len(on_copies)}.onnx", drawn, network.image)
        on_copies.append(saliency(drawn.double(), network.image, network.target).sum(1, keepdims=True))
        return on_copies[-1]

    def drawn_anew() -> float:
        """The mean over copies of which each has one layer more drawn anew, from the output down."""
        metric = quantus.MPRT(layer_order="top_down", similarity_func=quantus.similarity_func.correlation_spearman, disable_warnings=True)
        scores = metric(model, image, target, summed, explain_func=explain_copy, channel_first=True)
        return float(np.mean([value for values in scores.values() for value in values]))

    def shares(values: np.ndarray) -> np.ndarray:
        return np.abs(values[0, 0]) / np.abs(values).max()
    return {
        "deletion": curve(image, baseline),
        "insertion": curve(baseline, image),
        "infidelity": infidelity(),
        "max-sensitivity": sensitivity(),
        "randomisation": float(quantus.similarity_func.correlation_spearman(np.abs(summed).ravel(), np.abs(other.astype(float).sum(1)).ravel())),
        "randomisation, of the same copies": drawn_anew(),
        "randomisation-ssim, of the same copies": float(
            np.mean([structural_similarity(shares(summed), shares(other), data_range=1) for other in on_copies])
        ),
        "sparseness": float(quantus.Sparseness(disable_warnings=True)(model, image, target, summed, channel_first=True)[0]),
        "complexity": float(quantus.Complexity(disable_warnings=True)(model, image, target, summed, channel_first=True)[0]),
    }
