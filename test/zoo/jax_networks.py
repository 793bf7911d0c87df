"""Networks as the tutorials of Flax (nnx and linen) and Equinox build them. Pictures are channels last in Flax and channels first, without a batch, in Equinox."""

from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
from flax import linen, nnx
from jax2onnx import onnx_function

SIZE = 32
CLASSES = 6


class Cnn(nnx.Module):
    """The tutorial of Flax on MNIST, with batch norms."""

    def __init__(self, rngs: nnx.Rngs):
        self.first = nnx.Conv(3, 8, (3, 3), rngs=rngs)
        self.first_norm = nnx.BatchNorm(8, rngs=rngs)
        self.second = nnx.Conv(8, 16, (3, 3), strides=2, rngs=rngs)
        self.second_norm = nnx.BatchNorm(16, rngs=rngs)
        self.dropout = nnx.Dropout(0.3, rngs=rngs)
        self.hidden = nnx.Linear(4 * 4 * 16, 24, rngs=rngs)
        self.head = nnx.Linear(24, CLASSES, rngs=rngs)

    def __call__(self, x):
        x = nnx.max_pool(nnx.relu(self.first_norm(self.first(x))), window_shape=(2, 2), strides=(2, 2))
        x = nnx.avg_pool(nnx.relu(self.second_norm(self.second(x))), window_shape=(2, 2), strides=(2, 2))
        x = nnx.relu(self.hidden(x.reshape(x.shape[0], -1)))
        return self.head(self.dropout(x))


class Residual(nnx.Module):
    def __init__(self, inputs: int, outputs: int, stride: int, rngs: nnx.Rngs):
        conv = partial(nnx.Conv, use_bias=False, rngs=rngs)
        self.first, self.first_norm = conv(inputs, outputs, (3, 3), strides=stride), nnx.BatchNorm(outputs, rngs=rngs)
        self.second, self.second_norm = conv(outputs, outputs, (3, 3)), nnx.BatchNorm(outputs, rngs=rngs)
        self.shortcut = conv(inputs, outputs, (1, 1), strides=stride) if stride > 1 else None

    def __call__(self, x):
        y = self.second_norm(self.second(nnx.relu(self.first_norm(self.first(x)))))
        return nnx.relu(y + (x if self.shortcut is None else self.shortcut(x)))


class ResNet(nnx.Module):
    def __init__(self, rngs: nnx.Rngs):
        self.stem, self.norm = nnx.Conv(3, 8, (7, 7), strides=2, use_bias=False, rngs=rngs), nnx.BatchNorm(8, rngs=rngs)
        self.blocks = nnx.List([Residual(8, 8, 1, rngs), Residual(8, 16, 2, rngs), Residual(16, 16, 1, rngs)])
        self.head = nnx.Linear(16, CLASSES, rngs=rngs)

    def __call__(self, x):
        x = nnx.max_pool(nnx.relu(self.norm(self.stem(x))), window_shape=(3, 3), strides=(2, 2), padding="SAME")
        for block in self.blocks:
            x = block(x)
        return self.head(x.mean(axis=(1, 2)))


class Encoder(nnx.Module):
    def __init__(self, width: int, rngs: nnx.Rngs):
        self.first_norm, self.second_norm = nnx.LayerNorm(width, rngs=rngs), nnx.LayerNorm(width, rngs=rngs)
        self.attention = nnx.MultiHeadAttention(num_heads=2, in_features=width, decode=False, rngs=rngs)
        self.hidden, self.back = nnx.Linear(width, 2 * width, rngs=rngs), nnx.Linear(2 * width, width, rngs=rngs)

    def __call__(self, x):
        x = x + self.attention(self.first_norm(x))
        return x + self.back(nnx.gelu(self.hidden(self.second_norm(x)), approximate=False))


@onnx_function
class EncoderAsFunction(Encoder):
    """A block that becomes a function of the file."""


class Vit(nnx.Module):
    def __init__(self, rngs: nnx.Rngs, block=Encoder, width: int = 16):
        self.patches = nnx.Conv(3, width, (8, 8), strides=8, padding="VALID", rngs=rngs)
        count = (SIZE // 8) ** 2 + 1
        self.token = nnx.Param(0.1 * jax.random.normal(rngs.params(), (1, 1, width)))
        self.positions = nnx.Param(0.1 * jax.random.normal(rngs.params(), (1, count, width)))
        self.blocks = nnx.List([block(width, rngs) for _ in range(2)])
        self.norm, self.head = nnx.LayerNorm(width, rngs=rngs), nnx.Linear(width, CLASSES, rngs=rngs)

    def __call__(self, x):
        x = self.patches(x)
        x = x.reshape(x.shape[0], -1, x.shape[-1])
        token = jnp.broadcast_to(self.token[...], (x.shape[0], 1, x.shape[-1]))
        x = jnp.concatenate([token, x], axis=1) + self.positions[...]
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x)[:, 0])


class MixerBlock(nnx.Module):
    def __init__(self, tokens: int, width: int, rngs: nnx.Rngs):
        self.first_norm, self.second_norm = nnx.LayerNorm(width, rngs=rngs), nnx.LayerNorm(width, rngs=rngs)
        self.over_tokens = nnx.Sequential(nnx.Linear(tokens, 24, rngs=rngs), nnx.gelu, nnx.Linear(24, tokens, rngs=rngs))
        self.over_channels = nnx.Sequential(nnx.Linear(width, 24, rngs=rngs), nnx.silu, nnx.Linear(24, width, rngs=rngs))

    def __call__(self, x):
        x = x + jnp.swapaxes(self.over_tokens(jnp.swapaxes(self.first_norm(x), 1, 2)), 1, 2)
        return x + self.over_channels(self.second_norm(x))


class Mixer(nnx.Module):
    """Patches by einops' way: two reshapes around a transposition."""

    def __init__(self, rngs: nnx.Rngs, patch: int = 8, width: int = 16):
        self.patch, self.side = patch, SIZE // patch
        self.embed = nnx.Linear(patch * patch * 3, width, rngs=rngs)
        self.blocks = nnx.List([MixerBlock(self.side**2, width, rngs) for _ in range(2)])
        self.head = nnx.Linear(width, CLASSES, rngs=rngs)

    def __call__(self, x):
        x = x.reshape(x.shape[0], self.side, self.patch, self.side, self.patch, 3).transpose(0, 1, 3, 2, 4, 5)
        x = self.embed(x.reshape(x.shape[0], self.side**2, -1))
        for block in self.blocks:
            x = block(x)
        return nnx.softmax(self.head(x.mean(axis=1)))


class Mobile(linen.Module):
    """Linen: inverted residuals with squeeze and excitation."""

    @linen.compact
    def __call__(self, x):
        norm = partial(linen.BatchNorm, use_running_average=True)
        x = linen.hard_swish(norm()(linen.Conv(8, (3, 3), strides=2, use_bias=False)(x)))
        for width in (8, 12):
            y = linen.relu6(norm()(linen.Conv(24, (1, 1), use_bias=False)(x)))
            y = linen.swish(norm()(linen.Conv(24, (3, 3), strides=8 * 2 // width, feature_group_count=24, use_bias=False)(y)))
            squeezed = linen.relu(linen.Conv(6, (1, 1))(y.mean(axis=(1, 2), keepdims=True)))
            y = norm()(linen.Conv(width, (1, 1), use_bias=False)(y * linen.sigmoid(linen.Conv(24, (1, 1))(squeezed))))
            x = x + y if x.shape == y.shape else y
        return linen.Dense(CLASSES)(linen.GroupNorm(num_groups=4)(x).mean(axis=(1, 2)))


class Equinox(eqx.Module):
    """A picture, not a batch of them."""

    layers: list

    def __init__(self, key):
        keys = jax.random.split(key, 4)
        self.layers = [
            eqx.nn.Conv2d(3, 8, 3, padding=1, key=keys[0]), eqx.nn.GroupNorm(2, 8), jax.nn.elu, eqx.nn.MaxPool2d(2, 2),
            eqx.nn.Conv2d(8, 12, 3, stride=2, padding=1, key=keys[1]), eqx.nn.PReLU(0.2), eqx.nn.AvgPool2d(2, 2), eqx.nn.AdaptiveAvgPool2d((2, 2)),
            jnp.ravel, eqx.nn.Linear(48, 16, key=keys[2]), jax.nn.softplus, eqx.nn.LayerNorm(16), eqx.nn.Linear(16, CLASSES, key=keys[3]),
        ]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


NNX = {"cnn": Cnn, "resnet": ResNet, "vit": Vit, "vit_functions": partial(Vit, block=EncoderAsFunction), "mixer": Mixer}
