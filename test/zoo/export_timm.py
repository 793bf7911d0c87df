"""A small model of every family of timm: export_timm.py FOLDER [--only FAMILY] [--seconds 20] [--exporters dynamo ...]"""

import argparse
import logging
import warnings

import timm
import torch

from exporting import CLASSES, DYNAMO, EXTERNAL, TORCHSCRIPT, Folder, export

# Parts of names that promise a small model. The most promising of a family are made without weights, and the one with the fewest is taken.
SMALL = ["test", "atto", "femto", "pico", "zepto", "nano", "tiny", "xxs", "xs", "xxt", "micro", "small", "_s", "_t", "050", "035", "_18", "18", "b0", "m0", "t0"]
COUNTED = 3
SIZES = [64, 96, 128, 160, 192, 224, 240, 256, 288, 384]


def promise(name):
    return next((place for place, part in enumerate(SMALL) if part in name), len(SMALL)), len(name), name


def parameters(name):
    try:
        with torch.device("meta"):
            return sum(parameter.numel() for parameter in timm.create_model(name, num_classes=CLASSES).parameters())
    except Exception:
        return float("inf")


def smallest(family):
    names = sorted(timm.list_models(module=family), key=promise)
    # A tiny model for timm's own tests stands for its family, but is no architecture that people have.
    names = [name for name in names if not name.startswith("test_")] or names
    counted = {name: parameters(name) for name in names[:COUNTED]}
    best = min(counted, key=counted.get)
    return best, counted[best]


def maker(name):
    def make(size):
        try:
            return timm.create_model(name, num_classes=CLASSES, img_size=size)
        except TypeError:
            return timm.create_model(name, num_classes=CLASSES)

    return make


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder")
    arguments.add_argument("--only", default="")
    arguments.add_argument("--seconds", type=int, default=20)
    arguments.add_argument("--most", type=float, default=60e6, help="parameters of the largest model")
    arguments.add_argument("--exporters", nargs="+", default=[DYNAMO, EXTERNAL, TORCHSCRIPT])
    given = arguments.parse_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)
    made = f"timm {timm.__version__}, torch {torch.__version__.split('+')[0]}: a small model of every family, {CLASSES} classes, the smallest of {SIZES} that it takes (`test/zoo/export_timm.py`)."
    folder = Folder(given.folder, "timm", made)
    families = [family for family in timm.list_modules() if given.only in family and timm.list_models(module=family)]
    chosen = sorted(((*smallest(family), family) for family in families), key=lambda each: each[1])
    print(f"{len(chosen)} families", flush=True)
    for name, count, family in chosen:
        if count > given.most:
            for exporter in given.exporters:
                if not folder.tried(name, exporter):
                    folder.leave_out(family, name, exporter, f"{count / 1e6:.0f} million parameters: not run")
            continue
        export(folder, family, name, maker(name), SIZES, given.exporters, given.seconds)
    folder.save()


main()
