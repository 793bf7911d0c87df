"""The file that Pathlight reads of a network."""

import copy
from pathlib import Path

import torch
from torch import Tensor, nn


def write_file(path: Path, model: nn.Module, image: Tensor) -> None:
    """Batch norms stay, and are not merged in float32."""
    unfolded = {"training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": False}
    torch.onnx.export(copy.deepcopy(model).float(), (image.float(),), str(path), dynamo=False, opset_version=17, input_names=["image"], **unfolded)
