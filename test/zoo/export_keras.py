"""Writes keras.applications and the tutorials' networks as Keras and tf2onnx write them.

    python export_keras.py OUT [CASE...]

The right values are those of the same network built again in float64, with the same weights, by TensorFlow's GradientTape.
"""

import json
import os
from pathlib import Path
from typing import Callable

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_NUM_INTRAOP_THREADS"] = "1"
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
import onnx
import tensorflow as tf
import tf2onnx

from exported_case import Case, export_all, options, relative_error, write_case
from keras_tutorials import POSITIONS, TUTORIALS

STEPS = 8


def application(name: str, size: int, **arguments) -> Callable[[], keras.Model]:
    build = getattr(keras.applications, name)
    return lambda: build(input_shape=(size, size, 3), weights=None, classes=10, **arguments)


# One or two of each family, the smallest, at the smallest size or near it.
APPLICATIONS = {
    "mobilenet": application("MobileNet", 64, alpha=0.25), "mobilenet_v2": application("MobileNetV2", 64, alpha=0.35),
    "mobilenet_v3_small": application("MobileNetV3Small", 64, alpha=0.75), "mobilenet_v3_minimal": application("MobileNetV3Small", 64, minimalistic=True),
    "mobilenet_v3_large": application("MobileNetV3Large", 64, alpha=0.75),
    "efficientnet_b0": application("EfficientNetB0", 64), "efficientnet_v2_b0": application("EfficientNetV2B0", 64),
    "efficientnet_v2_b0_plain": application("EfficientNetV2B0", 64, include_preprocessing=False),
    "densenet_121": application("DenseNet121", 64), "nasnet_mobile": application("NASNetMobile", 64), "resnet_50": application("ResNet50", 64),
    "resnet_50_v2": application("ResNet50V2", 64), "xception": application("Xception", 71), "inception_v3": application("InceptionV3", 75),
    "convnext_tiny": application("ConvNeXtTiny", 64), "vgg_16": application("VGG16", 32),
}


def randomise(model: keras.Model) -> None:
    """Batch norms, biases and layer scales as they might be after training; kernels keep their seeded initial values."""
    generator = np.random.default_rng(1)
    for variable in model.weights:
        name, value = variable.path.rsplit("/", 1)[-1], np.asarray(variable)
        noise = generator.normal(size=value.shape)
        if name in ("gamma", "scale", "variance", "moving_variance", "var"):
            changed = 1 + 0.2 * np.abs(noise)
        elif name in ("beta", "bias", "moving_mean", "mean", "alpha") and value.dtype.kind == "f":
            changed = value + 0.1 * noise
        elif name in ("layer_scale", "gamma_scale") or (value.ndim == 1 and value.dtype.kind == "f"):
            changed = 0.5 + 0.2 * noise
        else:
            continue
        variable.assign(changed.astype(value.dtype))
    finalise(model)


def finalise(model: keras.Model) -> None:
    for layer in model.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()


def in_float64(build: Callable[[], keras.Model], model: keras.Model) -> keras.Model:
    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    try:
        exact = build()
        exact.set_weights([np.asarray(weight).astype(np.float64) for weight in model.get_weights()])
        finalise(exact)
    finally:
        keras.config.set_floatx(before)
        keras.config.set_dtype_policy(before)
    return exact


def two_sided(outputs: np.ndarray, binary: str | None) -> np.ndarray:
    """The scores of "not X" and "X" where the network has one number."""
    if binary == "sigmoid":
        return np.stack([1 - outputs[0], outputs[0]])
    return np.stack([-outputs[0], outputs[0]]) if binary == "logit" else outputs


def gradient_of(model: keras.Model, x: np.ndarray, target: int | None, binary: str | None) -> tuple[np.ndarray, int, np.ndarray]:
    tensor = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        outputs = tf.reshape(model(tensor, training=False), [-1])
        scores = two_sided(outputs.numpy(), binary)
        target = int(scores.argmax()) if target is None else target
        explained = outputs[0] if binary else outputs[target]
    gradient = tape.gradient(explained, tensor).numpy()
    return scores, target, -gradient if binary and target == 0 else gradient


def binary_kind(model: keras.Model) -> str | None:
    if model.output_shape[-1] != 1:
        return None
    return "sigmoid" if model.layers[-1].get_config().get("activation") == "sigmoid" else "logit"


def export_with_keras(model: keras.Model, path: Path) -> None:
    model.export(str(path), format="onnx", verbose=False)


def export_with_tf2onnx(model: keras.Model, path: Path) -> None:
    signature = [tf.TensorSpec(model.inputs[0].shape, tf.float32, name="image")]
    channels_first = ["image"] if len(model.inputs[0].shape) == 4 else None
    tf2onnx.convert.from_function(tf.function(lambda image: model(image, training=False)), signature, opset=17, inputs_as_nchw=channels_first, output_path=str(path))


def bind_further_inputs(path: Path, model: keras.Model) -> list[str]:
    """
    A Normalization layer can become two further inputs of the file, and a constant that no layer holds becomes one. Writes the side file that gives them
    their values, as a user would, and returns their names.
    """
    inputs = onnx.load(str(path)).graph.input
    further = [value.name for value in inputs[1:]]
    layer = next((layer for layer in model.layers if isinstance(layer, keras.layers.Normalization)), None)
    if len(further) == 1 and layer is None:
        np.save(path.with_name("positions.npy"), POSITIONS.astype(np.float32))
        path.with_suffix(".json").write_text(json.dumps({"bind": {further[0]: "positions.npy"}}) + "\n", encoding="utf-8")
    if not further or layer is None:
        return further
    known = [np.asarray(layer.mean).reshape(-1).tolist(), np.sqrt(np.asarray(layer.variance)).reshape(-1).tolist()]
    path.with_suffix(".json").write_text(json.dumps({"bind": dict(zip(further, known))}) + "\n", encoding="utf-8")
    return further


def write(name: str, build: Callable[[], keras.Model], folder: Path, with_keras: bool) -> None:
    keras.backend.clear_session()
    keras.utils.set_random_seed(0)
    model = build()
    randomise(model)
    shape = (1, *model.input_shape[1:])
    takes_bytes = name.startswith(("efficientnet", "mobilenet_v3", "convnext")) and not name.endswith("_plain")
    largest = 255 if takes_bytes or any(isinstance(layer, keras.layers.Rescaling) for layer in model.layers) else 1
    x = (largest * np.random.default_rng(2).uniform(0.02, 0.98, shape)).astype(np.float32)
    model(x)
    path = folder / "model.onnx"
    (export_with_keras if with_keras else export_with_tf2onnx)(model, path)
    further = bind_further_inputs(path, model)
    binary = binary_kind(model)
    exact = in_float64(build, model)
    scores, target, gradient = gradient_of(exact, x.astype(np.float64), None, binary)
    integrals = x.astype(np.float64) * sum(gradient_of(exact, x.astype(np.float64) * (step + 0.5) / STEPS, target, binary)[2] for step in range(STEPS)) / STEPS
    single = gradient_of(model, x, target, binary)[2]
    error = relative_error(single, gradient)
    if not with_keras and len(shape) == 4:
        x, gradient, integrals = (values.transpose(0, 3, 1, 2) for values in (x, gradient, integrals))
    facts = {"family": family_of(name), "architecture": name, "exporter": exporter_name(with_keras), "float32Gradient": error}
    write_case(folder, x, scores, target, gradient, integrals, **facts, **({"furtherInputs": further} if further else {}))


def family_of(name: str) -> str:
    """Versions of an application are one family, and each network of a tutorial is one."""
    return name.split("_")[0] if name in APPLICATIONS else name


def exporter_name(with_keras: bool) -> str:
    return "Keras" if with_keras else "tf2onnx, channels first"


def main() -> None:
    given = options(__doc__).parse_intermixed_args()
    tf.get_logger().setLevel("ERROR")
    cases: dict[str, Case] = {}
    for name, build in {**TUTORIALS, **APPLICATIONS}.items():
        for with_keras in (True, False):
            exporter = exporter_name(with_keras)
            write_one = lambda folder, name=name, build=build, with_keras=with_keras: write(name, build, folder, with_keras)
            cases[f"keras_{name}" + ("" if with_keras else "_tf2onnx")] = Case(family_of(name), name, exporter, write_one)
    export_all(given, "keras", f"tensorflow {tf.__version__}, keras {keras.__version__}, tf2onnx {tf2onnx.__version__}.", cases)


if __name__ == "__main__":
    main()
