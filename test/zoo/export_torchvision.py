"""Writes every classifier of torchvision, with seeded weights, by PyTorch's exporters.

    python export_torchvision.py OUT [CASE...]
"""

import logging
import re
import warnings
from functools import partial

import torch
import torchvision
from torchvision import models

from exported_case import export_all, options
from torch_case import library_cases

CLASSES = 6
SIZES = [64, 96, 128, 224, 299]


def make(name, size, classes):
    settings = {"num_classes": classes}
    if name.startswith("vit_"):
        settings["image_size"] = size
    if name.startswith("maxvit"):
        settings["input_size"] = (size, size)
    if name in ("googlenet", "inception_v3"):
        settings |= {"aux_logits": False, "init_weights": False}
    return models.get_model(name, **settings)


def parameters(name):
    return models.get_model_weights(name).DEFAULT.meta["num_params"]


def main():
    parser = options(__doc__)
    parser.add_argument("--most", type=float, default=145e6, help="parameters of the largest model")
    parser.add_argument("--size", type=int, nargs="+", default=SIZES, help="rows and columns of the image: the first that the model takes")
    parser.add_argument("--classes", type=int, default=CLASSES)
    given = parser.parse_intermixed_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)
    versions = ", ".join(f"{tool.__name__} {tool.__version__.split('+')[0]}" for tool in (torchvision, torch))
    made = f"{versions}: all classifiers, {given.classes} classes, the first size of {given.size} that each takes."
    names = sorted(models.list_models(module=models), key=parameters)
    networks = [(re.split(r"[_\d]", name)[0], name) for name in names]
    cases = library_cases(networks, partial(make, classes=given.classes), given.size, given.most)
    export_all(given, "torchvision", made, cases)


if __name__ == "__main__":
    main()
