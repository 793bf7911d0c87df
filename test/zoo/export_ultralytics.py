"""Writes Ultralytics' classifiers, the smallest of each generation with seeded weights, as its own exporter does.

    python export_ultralytics.py OUT [CASE...]
"""

import os
import shutil
from pathlib import Path

os.environ.update(YOLO_OFFLINE="true", YOLO_AUTOINSTALL="false", YOLO_VERBOSE="false")

import torch
import ultralytics
from torch import Tensor, nn
from ultralytics import YOLO

from exported_case import Case, export_all, options
from torch_case import randomise, settle, write_torch_case

SIZE = 64
NETWORKS = ["yolov8n-cls", "yolo11n-cls", "yolo26n-cls"]


def probabilities(model: nn.Module, x: Tensor) -> Tensor:
    outputs = model(x)
    return outputs[0] if isinstance(outputs, (tuple, list)) else outputs


def write(name: str, folder: Path) -> None:
    torch.manual_seed(0)
    yolo = YOLO(f"{name}.yaml", task="classify")
    randomise(yolo.model, seed=1)
    x = torch.rand((1, 3, SIZE, SIZE), generator=torch.Generator().manual_seed(2))
    settle(yolo.model.eval(), x, probabilities)
    before = os.getcwd()
    os.chdir(folder)
    try:
        written = yolo.export(format="onnx", imgsz=SIZE, simplify=False)
        shutil.move(written, folder / "model.onnx")
    finally:
        os.chdir(before)
    model = yolo.model.eval()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    write_torch_case(folder, model, x, probabilities, family="Ultralytics", architecture=name, exporter="Ultralytics")


def main() -> None:
    given = options(__doc__).parse_intermixed_args()
    torch.set_num_threads(1)
    cases = {name.replace("-", "_"): Case("Ultralytics", name, "Ultralytics", lambda folder, name=name: write(name, folder.resolve())) for name in NETWORKS}
    export_all(given, "ultralytics", f"torch {torch.__version__}, ultralytics {ultralytics.__version__}.", cases)


if __name__ == "__main__":
    main()
