"""A small model of every family of timm: export_timm.py FOLDER [--source NAME] [--only FAMILY] [--seconds 20] [--exporters dynamo ...]"""

import argparse
import logging
import warnings

import timm
import torch

from exporting import CLASSES, DYNAMO, EXTERNAL, TORCHSCRIPT, Folder, export

# Parts of names that promise a small model, the smallest first.
SMALL = ["zepto", "atto", "femto", "pico", "nano", "xxs", "xxt", "micro", "035", "050", "tiny", "xs", "b0", "m0", "t0", "_s", "_t", "small", "18"]
SIZES = [64, 96, 128, 160, 192, 224, 240, 256, 288, 384]


def promise(name):
    return next((place for place, part in enumerate(SMALL) if part in name), len(SMALL)), len(name), name


def smallest(family):
    names = sorted(timm.list_models(module=family), key=promise)
    # A tiny model for timm's own tests stands for its family, but is no architecture that people have.
    return ([name for name in names if not name.startswith("test_")] or names)[0]


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
    arguments.add_argument("--source", default="timm", help="the name of the results")
    arguments.add_argument("--only", default="")
    arguments.add_argument("--seconds", type=int, default=20)
    arguments.add_argument("--most", type=float, default=60e6, help="parameters of the largest model")
    arguments.add_argument("--exporters", nargs="+", default=[DYNAMO, EXTERNAL, TORCHSCRIPT])
    given = arguments.parse_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)
    made = f"timm {timm.__version__}, torch {torch.__version__.split('+')[0]}: a small model of every family, {CLASSES} classes, the smallest of {SIZES} that it takes (`test/zoo/export_timm.py`)."
    folder = Folder(given.folder, given.source, made)
    families = [family for family in timm.list_modules() if given.only in family and timm.list_models(module=family)]
    chosen = sorted(((smallest(family), family) for family in families), key=lambda each: promise(each[0]))
    print(f"{len(chosen)} families", flush=True)
    for name, family in chosen:
        export(folder, family, name, maker(name), SIZES, given.exporters, given.seconds, given.most)
    folder.save()


main()
