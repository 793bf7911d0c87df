"""Writes a small model of every family of timm, with seeded weights, by PyTorch's exporters.

    python export_timm.py OUT [CASE...]
"""

import logging
import re
import warnings

import timm
import torch

from exported_case import export_all, options
from torch_case import library_cases

CLASSES = 6
# Parts of names that promise a small model, the smallest first: counting the parameters of all models takes minutes.
SMALL = ["zepto", "atto", "femto", "pico", "nano", "xxs", "xxt", "micro", "035", "050", "tiny", "xs", "b0", "m0", "t0", "_s(?![a-z])", "_t(?![a-z])", "small", "18"]
SIZES = [64, 96, 128, 160, 192, 224, 240, 256, 288, 384]


def promise(name):
    return next((place for place, part in enumerate(SMALL) if re.search(part, name)), len(SMALL)), len(name), name


def smallest(family):
    names = sorted(timm.list_models(module=family), key=promise)
    # A tiny model for timm's own tests stands for its family, but is no architecture that people have.
    return ([name for name in names if not name.startswith("test_")] or names)[0]


def make(name, size):
    try:
        return timm.create_model(name, num_classes=CLASSES, img_size=size)
    except TypeError:
        return timm.create_model(name, num_classes=CLASSES)


def main():
    parser = options(__doc__)
    parser.add_argument("--most", type=float, default=135e6, help="parameters of the largest model")
    given = parser.parse_intermixed_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)
    made = f"timm {timm.__version__}, torch {torch.__version__.split('+')[0]}: of every family the model whose name promises the smallest, {CLASSES} classes, the smallest of {SIZES} that it takes."
    families = [family for family in timm.list_modules() if timm.list_models(module=family)]
    networks = sorted(((family, smallest(family)) for family in families), key=lambda network: promise(network[1]))
    cases = library_cases(networks, make, SIZES, given.most)
    export_all(given, "timm", made, cases)


if __name__ == "__main__":
    main()
