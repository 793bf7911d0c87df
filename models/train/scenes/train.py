"""Trains models/scenes.onnx and models/scenes-naive.onnx on rendered pictures, and measures them.

    npm run scenes -- FOLDER
    python3 models/train/scenes/train.py FOLDER [--out DIR]

FOLDER holds what scripts/scenes/main.ts wrote. Writes into --out, for each network, <name>.onnx and <name>.json
(preprocessing), then scenes/accuracy.json. The seed, the schedule and the number of threads are fixed. The test set is read
only after the last epoch.
"""

import argparse
import platform
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from report import format_json  # noqa: E402

SIDE = 64
THINGS = ["apple", "ball", "banana", "car", "fish", "house", "mug", "tree"]
PLACES = ["cloth", "beach", "table", "road", "water", "snow", "tiles", "meadow"]
BATCH = 64
PEAK_RATE = 6e-3
SHIFT = 4
LAYERS = ("conv 5x5 3->16 stride 2 pad 2, ReLU, conv 3x3 16->32 stride 2 pad 1, ReLU, conv 3x3 32->48 pad 1, ReLU, max-pool 2, "
          "conv 3x3 48->64 pad 1, ReLU, conv 3x3 64->64 pad 1 added to its input, ReLU, mean over pixels, dense 64->8")


class Conv(nn.Module):
    """Convolution and batch normalisation, which become one convolution when training is over."""

    def __init__(self, read: int, written: int, side: int = 3, stride: int = 1):
        super().__init__()
        self.conv = nn.Conv2d(read, written, side, stride, side // 2, bias=False)
        self.norm = nn.BatchNorm2d(written)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.conv(x))

    def merge(self) -> None:
        self.conv = fuse_conv_bn_eval(self.conv, self.norm)
        self.norm = nn.Identity()


class Network(nn.Module):
    """Image [N,3,64,64] -> logits [N,8]."""

    def __init__(self) -> None:
        super().__init__()
        self.first = Conv(3, 16, 5, 2)
        self.second = Conv(16, 32, stride=2)
        self.third = Conv(32, 48)
        self.fourth = Conv(48, 64)
        self.fifth = Conv(64, 64)
        self.dense = nn.Linear(64, len(THINGS))

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.second(torch.relu(self.first(x))))
        x = nn.functional.max_pool2d(torch.relu(self.third(x)), 2)
        x = torch.relu(self.fourth(x))
        x = torch.relu(x + self.fifth(x))
        return self.dense(nn.functional.avg_pool2d(x, 8).flatten(1))

    def merge(self) -> "Network":
        self.eval()
        for layer in self.children():
            if isinstance(layer, Conv):
                layer.merge()
        return self


# Name, pictures, seed, epochs.
RECIPES = [("scenes", "train", 1, 20), ("scenes-naive", "train-home", 2, 12)]


def read_set(folder: Path, name: str) -> tuple[Tensor, Tensor, Tensor]:
    """Images, uint8 [N,3,64,64]; things [N]; places [N]."""
    images = np.fromfile(folder / f"{name}.images", np.uint8).reshape(-1, SIDE, SIDE, 3)
    labels = np.fromfile(folder / f"{name}.labels", np.uint8).reshape(-1, 2).astype(np.int64)
    return torch.from_numpy(np.ascontiguousarray(images.transpose(0, 3, 1, 2))), torch.from_numpy(labels[:, 0]), torch.from_numpy(labels[:, 1])


def vary(images: Tensor) -> Tensor:
    """A batch as the network is to see it: each picture mirrored or not, the batch moved by up to SHIFT pixels. Values in [0,1]."""
    mirrored = torch.rand(len(images)) < 0.5
    images = torch.where(mirrored[:, None, None, None], images.flip(3), images).float() / 255
    row, column = torch.randint(0, 2 * SHIFT + 1, (2,)).tolist()
    padded = nn.functional.pad(images, (SHIFT,) * 4, mode="replicate")
    return padded[:, :, row:row + SIDE, column:column + SIDE]


def train(name: str, seed: int, epochs: int, images: Tensor, labels: Tensor) -> Network:
    """Cross-entropy, AdamW, one-cycle learning rate."""
    torch.manual_seed(seed)
    model = Network()
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, total_steps=epochs * -(-len(labels) // BATCH))
    for epoch in range(epochs):
        total = 0.0
        for batch in torch.randperm(len(labels)).split(BATCH):
            loss = nn.functional.cross_entropy(model(vary(images[batch])), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        print(f"{name}: epoch {epoch + 1} of {epochs}, mean loss {total / len(labels):.4f}", flush=True)
    return model.merge()


def export(model: Network, path: Path) -> None:
    torch.onnx.export(model, torch.zeros(1, 3, SIDE, SIDE), str(path), opset_version=13, input_names=["image"], output_names=["logits"],
                      dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}}, dynamo=False)
    path.with_suffix(".json").write_text(format_json({"range": [0, 1], "labels": THINGS}) + "\n")


def measure(model: Network, images: Tensor, things: Tensor, places: Tensor) -> dict:
    """Accuracy, recall by thing, and which share of a thing's pictures in each place is read right."""
    with torch.no_grad():
        predicted = torch.cat([model(part.float() / 255).argmax(1) for part in images.split(400)])
    right = predicted == things
    home = things == places
    share = lambda chosen: round(float(right[chosen].float().mean()), 4)  # noqa: E731
    kinds = range(len(THINGS))
    return {
        "testAccuracy": share(torch.ones_like(home)),
        "atHome": share(home),
        "elsewhere": share(~home),
        "recall": [share(things == thing) for thing in kinds],
        "readRight": [[share((things == thing) & (places == place)) for place in kinds] for thing in kinds],
        "confusion": torch.bincount(things * 8 + predicted, minlength=64).reshape(8, 8).tolist(),
        "misreadElsewhere": int((~right & ~home).sum()),
        "misreadAsThePlacesThing": int((~right & ~home & (predicted == places)).sum()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="where npm run scenes wrote the pictures")
    parser.add_argument("--out", type=Path, default=HERE / "../..", help="folder to write into (default: models/)")
    options = parser.parse_args()
    (options.out / "scenes").mkdir(parents=True, exist_ok=True)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)

    test = read_set(options.folder, "test")
    models = {}
    for name, part, seed, epochs in RECIPES:
        images, things, _ = read_set(options.folder, part)
        model = train(name, seed, epochs, images, things)
        path = options.out / f"{name}.onnx"
        export(model, path)
        measured = measure(model, *test)
        models[name] = {
            "layers": LAYERS,
            "trainedOn": part,
            "trainingImages": len(things),
            "seed": seed,
            "epochs": epochs,
            "batch": BATCH,
            "peakLearningRate": PEAK_RATE,
            "parameters": sum(p.numel() for p in model.parameters()),
            "bytes": path.stat().st_size,
            "sha256": sha256(path.read_bytes()).hexdigest(),
            **measured,
        }
        print(f"{name}: test {measured['testAccuracy']:.2%}, at home {measured['atHome']:.2%}, elsewhere {measured['elsewhere']:.2%}", flush=True)
    accuracy = {
        "things": THINGS,
        "places": PLACES,
        "testImages": len(test[1]),
        "sha256": {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(options.folder.glob("*.images"))},
        "python": platform.python_version(),
        "torch": torch.__version__,
        "models": models,
    }
    (options.out / "scenes/accuracy.json").write_text(format_json(accuracy) + "\n")


if __name__ == "__main__":
    main()
