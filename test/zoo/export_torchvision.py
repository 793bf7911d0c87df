"""Every classifier of torchvision: export_torchvision.py FOLDER [--only TEXT] [--seconds 20] [--exporters dynamo ...]"""

import argparse
import logging
import re
import warnings

import torch
import torchvision
from torchvision import models

from exporting import CLASSES, DYNAMO, EXTERNAL, TORCHSCRIPT, Folder, export

SIZES = [64, 96, 128, 224, 299]


def maker(name):
    def make(size):
        settings = {"num_classes": CLASSES}
        if name.startswith("vit_"):
            settings["image_size"] = size
        if name.startswith("maxvit"):
            settings["input_size"] = (size, size)
        if name in ("googlenet", "inception_v3"):
            settings |= {"aux_logits": False, "init_weights": False}
        return models.get_model(name, **settings)

    return make


def parameters(name):
    return models.get_model_weights(name).DEFAULT.meta["num_params"]


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
    made = f"torchvision {torchvision.__version__.split('+')[0]}, torch {torch.__version__.split('+')[0]}: all classifiers, {CLASSES} classes, the smallest of {SIZES} that each takes (`test/zoo/export_torchvision.py`)."
    folder = Folder(given.folder, "torchvision", made)
    names = [name for name in models.list_models(module=models) if given.only in name]
    for name in sorted(names, key=parameters):
        family = re.split(r"[_\d]", name)[0]
        export(folder, family, name, maker(name), SIZES, given.exporters, given.seconds, given.most)
    folder.save()


main()
