"""Computes files themselves in float64, to tell what an exporter's rounding changes from what Pathlight gets wrong.

    file_references.py FOLDER CASE...

Exporters fold constants in float32, so a file's network is not quite the framework's. For each case onnx_in_torch.py computes the file operator by
operator, which is independent of the exporter and of Pathlight, and writes CASE/file.json with its scores, CASE/file_gradient.npy and
CASE/file_integrals.npy beside those of the framework. `npm run zoo` compares with them where a case is above the bound.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from exported_case import relative_error
from onnx_in_torch import OnnxInTorch

STEPS = 8


def gradient_at(network: OnnxInTorch, x: torch.Tensor, target: int) -> tuple[torch.Tensor, np.ndarray]:
    image = x.clone().requires_grad_()
    scores = network(image).reshape(-1)
    (gradient,) = torch.autograd.grad(scores[target], image)
    return scores.detach(), np.ascontiguousarray(gradient.numpy())


def write_references(folder: Path) -> str:
    expected = json.loads((folder / "expected.json").read_text())
    x = torch.from_numpy(np.load(folder / "x.npy").astype(np.float64))
    network = OnnxInTorch(folder / "model.onnx")
    scores, gradient = gradient_at(network, x, expected["target"])
    middles = [(step + 0.5) / STEPS for step in range(STEPS)]
    integrals = x.numpy() * sum(gradient_at(network, x * middle, expected["target"])[1] for middle in middles) / STEPS
    np.save(folder / "file_gradient.npy", gradient)
    np.save(folder / "file_integrals.npy", np.ascontiguousarray(integrals))
    (folder / "file.json").write_text(json.dumps({"scores": scores.tolist()}))
    return f"{relative_error(scores.numpy(), np.array(expected['scores'])):.1e} from the framework's scores"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("cases", nargs="+")
    given = parser.parse_args()
    torch.set_num_threads(1)
    for case in given.cases:
        try:
            print(f"{case}: {write_references(given.folder / case)}", flush=True)
        except (FileNotFoundError, KeyError, NotImplementedError, RuntimeError, TypeError) as error:
            print(f"{case}: not written: {type(error).__name__} {error}", flush=True)


if __name__ == "__main__":
    main()
