"""Computes what transformers and PyTorch make of a photograph, in float64, for folders of export_hugging_face.py.

    photograph_references.py FOLDER PICTURE CASE...

The picture goes through the architecture's own processor. Writes CASE/photograph.json (scores, and the largest of them as the target) and
CASE/photograph_integrals.npy: integrated gradients of 8 midpoint steps from zeros. `npm run reach -- --photograph` compares with them.
"""

import argparse
import json
import logging
import warnings
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from transformers.models.auto.image_processing_auto import get_image_processor_class_from_name

from exported_case import relative_error
from export_hugging_face import CONFIGS, build, logits
from torch_case import STEPS, gradient_of, plain_arithmetic, seeded_input, settle, with_precision


def pixels_of(folder: Path, picture: Path) -> torch.Tensor:
    settings = json.loads((folder / "preprocessor_config.json").read_text())
    processor = get_image_processor_class_from_name(settings["image_processor_type"].removesuffix("Fast")).from_pretrained(folder)
    values = processor(Image.open(picture).convert("RGB"), return_tensors="np")["pixel_values"]
    return torch.from_numpy(np.asarray(values)).double()


def write_reference(folder: Path, picture: Path) -> str:
    model_type = json.loads((folder / "config.json").read_text())["model_type"]
    model = build(model_type)
    size = CONFIGS[model_type][1]
    settle(model, seeded_input((1, 3, size, size), seed=2), logits)
    with_precision(model, torch.float64)
    x = pixels_of(folder, picture)
    with plain_arithmetic():
        known, _, _ = gradient_of(model, logits, torch.from_numpy(np.load(folder / "x.npy")).double(), None)
        if relative_error(known.numpy(), np.array(json.loads((folder / "expected.json").read_text())["scores"])) > 1e-9:
            raise SystemExit(f"{folder.name} is another network than the exporter makes now: write it again")
        scores, target, _ = gradient_of(model, logits, x, None)
        middles = [gradient_of(model, logits, x * (step + 0.5) / STEPS, target)[2].numpy() for step in range(STEPS)]
    np.save(folder / "photograph_integrals.npy", np.ascontiguousarray(x.numpy() * sum(middles) / STEPS))
    (folder / "photograph.json").write_text(json.dumps({"scores": scores.tolist(), "target": target}) + "\n")
    return f"{tuple(x.shape)}, class {target}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("cases", nargs="+")
    given = parser.parse_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)
    for case in given.cases:
        print(f"{case}: {write_reference(given.folder / case, given.picture)}", flush=True)


if __name__ == "__main__":
    main()
