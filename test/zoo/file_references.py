"""Computes files themselves in float64, to tell what an exporter's rounding changes from what Pathlight gets wrong.

    file_references.py FOLDER CASE... [--float32]

Exporters fold constants in float32, so a file's network is not quite the framework's. For each case onnx_in_torch.py computes the file operator by
operator, which is independent of the exporter and of Pathlight, and writes CASE/file.json with its scores, CASE/file_gradient.npy and
CASE/file_integrals.npy beside those of the framework. `npm run zoo` compares with them where a case is above the bound.

With --float32 it also computes the file in float32 by PyTorch, several times, rounded otherwise each time (OtherRounding), and writes into
CASE/float32.json how far each of these draws is from float64: "forward", "gradient" and "integrals", relative, in the Euclidean norm. Where they are far
off, the network magnifies rounding, or float32 falls over a kink next to the image.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from exported_case import relative_error
from onnx_in_torch import OnnxInTorch, OtherRounding

STEPS = 8
DRAWS = 16
DRAWS_OF_INTEGRALS = 4


def gradient_at(network: OnnxInTorch, x: torch.Tensor, target: int) -> tuple[np.ndarray, np.ndarray]:
    image = x.clone().requires_grad_()
    scores = network(image).reshape(-1)
    (gradient,) = torch.autograd.grad(scores[target], image)
    return scores.detach().double().numpy(), np.ascontiguousarray(gradient.double().numpy())


def integrals_of(network: OnnxInTorch, x: torch.Tensor, target: int) -> np.ndarray:
    middles = [(step + 0.5) / STEPS for step in range(STEPS)]
    return np.ascontiguousarray(x.double().numpy() * sum(gradient_at(network, x * middle, target)[1] for middle in middles) / STEPS)


def write_references(folder: Path, with_float32: bool) -> str:
    expected = json.loads((folder / "expected.json").read_text())
    target = expected["target"]
    image = torch.from_numpy(np.load(folder / "x.npy"))
    network = OnnxInTorch(folder / "model.onnx")
    scores, gradient = gradient_at(network, image.double(), target)
    integrals = integrals_of(network, image.double(), target)
    np.save(folder / "file_gradient.npy", gradient)
    np.save(folder / "file_integrals.npy", integrals)
    (folder / "file.json").write_text(json.dumps({"scores": scores.tolist()}))
    line = f"{relative_error(scores, np.array(expected['scores'])):.1e} from the framework's scores"
    if not with_float32:
        return line
    draws = []
    for seed in range(DRAWS):
        other = OtherRounding(folder / "model.onnx", seed)
        found_scores, found_gradient = gradient_at(other, image, target)
        draw = {"forward": relative_error(found_scores, scores), "gradient": relative_error(found_gradient, gradient)}
        if seed < DRAWS_OF_INTEGRALS:
            draw["integrals"] = relative_error(integrals_of(other, image, target), integrals)
        draws.append(draw)
    (folder / "float32.json").write_text(json.dumps(draws, indent=1))
    errors = sorted(draw["gradient"] for draw in draws)
    return f"{line}; gradients in float32 {errors[0]:.1e} to {errors[-1]:.1e}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("cases", nargs="+")
    parser.add_argument("--float32", action="store_true")
    given = parser.parse_intermixed_args()
    torch.set_num_threads(1)
    for case in given.cases:
        try:
            print(f"{case}: {write_references(given.folder / case, given.float32)}", flush=True)
        except (FileNotFoundError, KeyError, NotImplementedError, RuntimeError, TypeError) as error:
            print(f"{case}: not written: {type(error).__name__} {error}", flush=True)


if __name__ == "__main__":
    main()
