"""Writes every image classifier of transformers, tiny and with seeded weights, as Optimum writes it where it can, and as PyTorch's dynamo exporter does.

    python export_hugging_face.py OUT [CASE...]

Each case is a Hugging Face folder (config.json, preprocessor_config.json) with the right values beside it; see exported_case.py.
"""

import logging
import tempfile
import warnings
from pathlib import Path

import onnx
import optimum.version
import timm
import torch
import transformers
from optimum.exporters.onnx import main_export
from optimum.exporters.tasks import TasksManager
from torch import Tensor, nn
from transformers import AutoConfig, AutoModelForImageClassification
from transformers.models.auto.image_processing_auto import IMAGE_PROCESSOR_MAPPING_NAMES, get_image_processor_class_from_name
from transformers.models.auto.modeling_auto import MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING_NAMES

from exported_case import Case, export_all, options
from hugging_face_configs import CLASSES, CONFIGS, NO_PICTURE
from torch_case import EXTERNAL, randomise, seeded_input, settle, write_torch_case

VERSIONS = f"torch {torch.__version__}, transformers {transformers.__version__}, optimum {optimum.version.__version__}, timm {timm.__version__}, onnx {onnx.__version__}."


class Logits(nn.Module):
    """The model as a function from pixels to logits, which is what users give to torch.onnx.export."""

    def __init__(self, model: nn.Module):
        super().__init__()
        self.model = model

    def forward(self, pixel_values: Tensor) -> Tensor:
        return logits(self.model, pixel_values)


def logits(model: nn.Module, x: Tensor) -> Tensor:
    return model(**{model.main_input_name: x}).logits


def build(model_type: str) -> nn.Module:
    arguments, _ = CONFIGS[model_type]
    config = AutoConfig.for_model(model_type, num_labels=CLASSES, attn_implementation="eager", **arguments)
    names = MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING_NAMES[model_type]
    config.architectures = [names if isinstance(names, str) else names[0]]
    torch.manual_seed(0)
    model = AutoModelForImageClassification.from_config(config, attn_implementation="eager")
    randomise(model, seed=1)
    return model.eval()


def save_processor(model_type: str, size: int, folder: Path) -> None:
    """preprocessor_config.json as the architecture's own processor writes it, with its defaults but for the size; a plain ViT's where it has none."""
    names = IMAGE_PROCESSOR_MAPPING_NAMES.get(model_type) or ("ViTImageProcessor",)
    found = next((c for c in map(get_image_processor_class_from_name, filter(None, names)) if c is not None), transformers.ViTImageProcessor)
    if not hasattr(found, "save_pretrained") or model_type == "timm_wrapper":
        found = transformers.ViTImageProcessor
    processor = found()
    for key in ("size", "crop_size"):
        value = getattr(processor, key, None)
        if isinstance(value, dict):
            setattr(processor, key, {side: size for side in value})
    processor.save_pretrained(folder)


def optimum_exports(model_type: str) -> bool:
    try:
        return "image-classification" in TasksManager.get_supported_tasks_for_model_type(model_type, "onnx", library_name="transformers")
    except KeyError:
        return False


def export_with_optimum(model: nn.Module, model_type: str, size: int, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as saved:
        model.save_pretrained(saved)
        save_processor(model_type, size, Path(saved))
        main_export(saved, folder, task="image-classification", do_validation=False, no_post_process=False)


def export_with_dynamo(model: nn.Module, model_type: str, size: int, folder: Path) -> None:
    model.config.save_pretrained(folder)
    save_processor(model_type, size, folder)
    x = torch.zeros(1, 3, size, size)
    torch.onnx.export(Logits(model), (x,), str(folder / "model.onnx"), dynamo=True, verbose=False,
                      input_names=["pixel_values"], output_names=["logits"])


def write(model_type: str, folder: Path, by_optimum: bool) -> None:
    _, size = CONFIGS[model_type]
    model = build(model_type)
    x = seeded_input((1, 3, size, size), seed=2)
    settle(model, x, logits)
    (export_with_optimum if by_optimum else export_with_dynamo)(model, model_type, size, folder)
    facts = {"family": model_type, "architecture": type(model).__name__, "exporter": "Optimum" if by_optimum else EXTERNAL}
    write_torch_case(folder, model, x, logits, **facts)


def main() -> None:
    given = options(__doc__).parse_intermixed_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)
    known = [name for name in MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING_NAMES if name in CONFIGS]
    ways = [(name, by_optimum) for name in known for by_optimum in ([True, False] if optimum_exports(name) else [False])]
    cases = {}
    for name, by_optimum in sorted(ways, key=lambda way: not way[1]):
        case = f"hf_{name.replace('-', '_')}" + ("" if by_optimum else "_dynamo")
        write_one = lambda folder, name=name, by_optimum=by_optimum: write(name, folder, by_optimum)
        cases[case] = Case(name, name, "Optimum" if by_optimum else EXTERNAL, write_one)
    left_out = [Case(name, name, "", write).left_out(NO_PICTURE.get(name, "no configuration in hugging_face_configs.py"))
                for name in MODEL_FOR_IMAGE_CLASSIFICATION_MAPPING_NAMES if name not in CONFIGS]
    export_all(given, "hugging-face", VERSIONS, cases, left_out)


if __name__ == "__main__":
    main()
