"""The networks of Keras' and TensorFlow's tutorials, small: name -> how it is built. Each uses layers that people leave in the file they export."""

from typing import Callable

import keras
import numpy as np
from keras import layers, ops

CLASSES = 5


def sequential(shape: tuple[int, ...], *inner: keras.Layer) -> keras.Model:
    return keras.Sequential([keras.Input(shape), *inner])


def convolutions() -> list[keras.Layer]:
    return [layers.Conv2D(8, 3, padding="same", activation="relu"), layers.MaxPooling2D(), layers.Conv2D(12, 3, padding="same", activation="relu"),
            layers.MaxPooling2D()]


def mnist_convnet() -> keras.Model:
    return sequential((28, 28, 1), layers.Conv2D(8, (3, 3), activation="relu"), layers.MaxPooling2D(), layers.Conv2D(12, (3, 3), activation="relu"),
                      layers.MaxPooling2D(), layers.Flatten(), layers.Dropout(0.5), layers.Dense(10, activation="softmax"))


def fashion_mlp() -> keras.Model:
    return sequential((28, 28), layers.Flatten(), layers.Dense(32, activation="relu"), layers.Dense(10))


def cifar10_logits() -> keras.Model:
    return sequential((32, 32, 3), *convolutions(), layers.Conv2D(12, 3, activation="relu"), layers.Flatten(), layers.Dense(16, activation="relu"), layers.Dense(10))


def flowers() -> keras.Model:
    return sequential((48, 48, 3), layers.Rescaling(1 / 255), *convolutions(), layers.Dropout(0.2), layers.Flatten(), layers.Dense(16, activation="relu"),
                      layers.Dense(CLASSES))


def flowers_augmented() -> keras.Model:
    augmentation = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.1), layers.RandomZoom(0.1)])
    return sequential((48, 48, 3), augmentation, layers.Rescaling(1 / 255), *convolutions(), layers.Flatten(), layers.Dense(CLASSES))


def flowers_flipped() -> keras.Model:
    return sequential((48, 48, 3), layers.RandomFlip("horizontal"), layers.Rescaling(1 / 255), *convolutions(), layers.Flatten(), layers.Dense(CLASSES))


def augmented(*layer: keras.Layer) -> Callable[[], keras.Model]:
    return lambda: sequential((32, 32, 3), *layer, *convolutions(), layers.Flatten(), layers.Dense(CLASSES))


def cats_and_dogs() -> keras.Model:
    inputs = keras.Input((48, 48, 3))
    x = layers.Rescaling(1 / 255)(inputs)
    x = layers.Conv2D(8, 3, strides=2, padding="same")(x)
    x = layers.Activation("relu")(layers.BatchNormalization()(x))
    before = x
    for size in (12, 16):
        x = layers.BatchNormalization()(layers.SeparableConv2D(size, 3, padding="same")(layers.Activation("relu")(x)))
        x = layers.BatchNormalization()(layers.SeparableConv2D(size, 3, padding="same")(layers.Activation("relu")(x)))
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
        x = before = layers.add([x, layers.Conv2D(size, 1, strides=2, padding="same")(before)])
    x = layers.Dropout(0.25)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))


def transfer_logit() -> keras.Model:
    inputs = keras.Input((64, 64, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    base = keras.applications.MobileNetV2((64, 64, 3), alpha=0.35, include_top=False, weights=None)
    base.trainable = False
    x = layers.GlobalAveragePooling2D()(base(x, training=False))
    return keras.Model(inputs, layers.Dense(1)(layers.Dropout(0.2)(x)))


def normalised(**arguments) -> Callable[[], keras.Model]:
    return lambda: sequential((32, 32, 3), layers.Normalization(**arguments), *convolutions(), layers.GlobalAveragePooling2D(), layers.Dense(CLASSES, activation="softmax"))


def adapted() -> keras.Model:
    layer = layers.Normalization(axis=-1)
    layer.adapt(np.random.default_rng(0).normal(3, 2, (16, 32, 32, 3)).astype(np.float32))
    return sequential((32, 32, 3), layer, *convolutions(), layers.GlobalAveragePooling2D(), layers.Dense(CLASSES, activation="softmax"))


class PatchEncoder(layers.Layer):
    """Adds an embedding of their positions to tokens, within the layer, as Keras' tutorial does."""

    def __init__(self, tokens: int, width: int):
        super().__init__()
        self.tokens = tokens
        self.embedding = layers.Embedding(tokens, width)

    def call(self, x):
        return x + self.embedding(ops.expand_dims(ops.arange(self.tokens), 0))


# Added to the tokens outside any layer, which Keras exports as a further input of the file, without its values.
POSITIONS = np.sin(np.arange(16 * 32)).reshape(1, 16, 32)


def vision_transformer() -> keras.Model:
    return transformer(PatchEncoder(16, 32))


def constant_positions() -> keras.Model:
    return transformer(lambda tokens: tokens + ops.convert_to_tensor(POSITIONS, dtype=keras.config.floatx()))


def transformer(positioned: Callable) -> keras.Model:
    inputs = keras.Input((32, 32, 3))
    x = layers.Conv2D(32, 8, strides=8)(inputs)
    x = positioned(layers.Reshape((16, 32))(x))
    for _ in range(2):
        y = layers.LayerNormalization(epsilon=1e-6)(x)
        x = layers.Add()([layers.MultiHeadAttention(num_heads=4, key_dim=8)(y, y), x])
        y = layers.LayerNormalization(epsilon=1e-6)(x)
        x = layers.Add()([layers.Dense(32)(layers.Dense(64, activation="gelu")(y)), x])
    x = layers.Flatten()(layers.LayerNormalization(epsilon=1e-6)(x))
    return keras.Model(inputs, layers.Dense(CLASSES)(x))


def mixer() -> keras.Model:
    inputs = keras.Input((32, 32, 3))
    x = layers.Reshape((16, 24))(layers.Conv2D(24, 8, strides=8)(inputs))
    for _ in range(2):
        y = layers.Permute((2, 1))(layers.LayerNormalization()(x))
        x = layers.Add()([layers.Permute((2, 1))(layers.Dense(16)(layers.Dense(32, activation="gelu")(y))), x])
        x = layers.Add()([layers.Dense(24)(layers.Dense(32, activation="gelu")(layers.LayerNormalization()(x))), x])
    return keras.Model(inputs, layers.Dense(CLASSES)(layers.GlobalAveragePooling1D()(x)))


def conv_mixer() -> keras.Model:
    inputs = keras.Input((32, 32, 3))
    x = layers.BatchNormalization()(layers.Activation("gelu")(layers.Conv2D(16, 4, strides=4)(inputs)))
    for _ in range(2):
        x = layers.Add()([layers.BatchNormalization()(layers.Activation("gelu")(layers.DepthwiseConv2D(5, padding="same")(x))), x])
        x = layers.BatchNormalization()(layers.Activation("gelu")(layers.Conv2D(16, 1)(x)))
    return keras.Model(inputs, layers.Dense(CLASSES, activation="softmax")(layers.GlobalAveragePooling2D()(x)))


def rows(kind: type[keras.Layer]) -> Callable[[], keras.Model]:
    return lambda: sequential((28, 28), kind(12), layers.Dense(10, activation="softmax"))


def activation(layer: Callable[[], keras.Layer]) -> Callable[[], keras.Model]:
    return lambda: sequential((16, 16, 3), layers.Conv2D(8, 3), layer(), layers.Conv2D(8, 3), layer(), layers.GlobalMaxPooling2D(), layers.Dense(CLASSES))


def resized() -> keras.Model:
    return sequential((40, 40, 3), layers.Resizing(32, 32), layers.Rescaling(1 / 255), *convolutions(), layers.Flatten(), layers.Dense(CLASSES, activation="softmax"))


def cropped() -> keras.Model:
    return sequential((40, 40, 3), layers.CenterCrop(32, 32), layers.ZeroPadding2D(1), *convolutions(), layers.Flatten(), layers.Dense(CLASSES))


def multi_label() -> keras.Model:
    return sequential((32, 32, 3), *convolutions(), layers.Flatten(), layers.Dense(CLASSES, activation="sigmoid"))


def normalisations() -> keras.Model:
    return sequential((32, 32, 3), layers.Conv2D(8, 3), layers.GroupNormalization(4), layers.ReLU(), layers.Conv2D(8, 3), layers.LayerNormalization(),
                      layers.UnitNormalization(), layers.AveragePooling2D(3, padding="same"), layers.UpSampling2D(interpolation="bilinear"),
                      layers.Conv2DTranspose(6, 3, strides=2), layers.GlobalAveragePooling2D(), layers.Dense(CLASSES))


TUTORIALS: dict[str, Callable[[], keras.Model]] = {
    "mnist_convnet": mnist_convnet, "fashion_mlp": fashion_mlp, "cifar10_logits": cifar10_logits,
    "flowers": flowers, "flowers_augmented": flowers_augmented, "flowers_flipped": flowers_flipped,
    "random_contrast": augmented(layers.RandomContrast(0.2)), "random_crop": augmented(layers.RandomTranslation(0.1, 0.1)), "gaussian_noise": augmented(layers.GaussianNoise(0.1)),
    "cats_and_dogs": cats_and_dogs, "transfer_logit": transfer_logit, "multi_label": multi_label,
    "normalised": normalised(mean=[0.485, 0.456, 0.406], variance=[0.0524, 0.0502, 0.0506]), "normalised_inverted": normalised(mean=0.5, variance=0.08), "adapted": adapted,
    "vision_transformer": vision_transformer, "constant_positions": constant_positions, "mixer": mixer, "conv_mixer": conv_mixer,
    "lstm_rows": rows(layers.LSTM), "gru_rows": rows(layers.GRU), "simple_rnn_rows": rows(layers.SimpleRNN),
    "resized": resized, "cropped": cropped, "normalisations": normalisations,
    "leaky_relu": activation(layers.LeakyReLU), "prelu": activation(layers.PReLU), "elu": activation(layers.ELU),
    **{name: activation(lambda name=name: layers.Activation(name)) for name in ("selu", "silu", "gelu", "mish", "softplus", "softsign", "hard_sigmoid", "hard_silu", "tanh", "relu6")},
}
