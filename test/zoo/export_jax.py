"""Writes the networks of jax_networks.py as jax2onnx writes them, with seeded random weights.

    python export_jax.py OUT [CASE...]

The right values are those of the same network with the same weights in float64, by jax.grad.
"""

import os
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Callable

# Each network is compiled twice and run twelve times.
os.environ["XLA_FLAGS"] = "--xla_backend_optimization_level=0"

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx
from jax2onnx import to_onnx

from exported_case import Case, NotComparable, export_all, options, relative_error, write_case
from jax_networks import NNX, SIZE, Equinox, Mobile

STEPS = 8


@dataclass(frozen=True)
class Network:
    """A function of the weights and a batch (or a picture alone), with float32 weights, and the same as people give it to jax2onnx."""

    score: Callable[[Any, jax.Array], jax.Array]
    weights: Any
    exported: Callable[[jax.Array], jax.Array]


def nnx_network(build: Callable[..., nnx.Module]) -> Network:
    model = build(rngs=nnx.Rngs(0))
    model.eval()
    definition, weights, rest = nnx.split(model, (nnx.Param, nnx.BatchStat), ...)
    weights = randomised(weights)
    return Network(lambda values, x: nnx.merge(definition, values, rest)(x), weights, nnx.merge(definition, weights, rest))


def linen_network() -> Network:
    model = Mobile()
    weights = randomised(model.init(jax.random.key(0), jnp.zeros((1, SIZE, SIZE, 3))))
    return Network(model.apply, weights, lambda x: model.apply(weights, x))


def equinox_network(batch: bool) -> Network:
    arrays, rest = eqx.partition(Equinox(jax.random.key(0)), eqx.is_array)
    weights = randomised(arrays)

    def network(values: Any) -> Callable[[jax.Array], jax.Array]:
        model = eqx.combine(values, rest)
        return jax.vmap(model) if batch else model

    return Network(lambda values, x: network(values)(x), weights, network(weights))


def randomised(weights: Any) -> Any:
    """Vectors (biases, scales, statistics of batch norms) as they might be after training: they start at 0 and at 1."""
    generator = np.random.default_rng(1)

    def change(value: jax.Array) -> jax.Array:
        noise = generator.normal(size=value.shape)
        if value.ndim != 1:
            return value
        return jnp.asarray(np.where(np.asarray(value) == 0, 0.1 * noise, np.asarray(value) * (1 + 0.2 * np.abs(noise))), dtype=jnp.float32)

    return jax.tree.map(change, weights)


@dataclass(frozen=True)
class Form:
    """How people export: the shape declared, channels first or as the network has them, and the opset where it is not jax2onnx's own."""

    name: str
    exporter: str
    batch: tuple[int | str, ...] = (1,)
    channels_first: bool = False
    opset: int | None = None


FORMS = [
    Form("", "jax2onnx"),
    Form("_batch", "jax2onnx, any batch", batch=("B",)),
    Form("_nchw", "jax2onnx, channels first", channels_first=True),
    Form("_opset18", "jax2onnx, opset 18", opset=18),
]
EQUINOX_FORMS = [Form("", "jax2onnx"), Form("_batch", "jax2onnx, any batch", batch=("B",)), Form("_picture", "jax2onnx, no batch", batch=())]


Derivative = Callable[[Any, Any, int], tuple[np.ndarray, np.ndarray]]


def derivative_of(network: Network) -> Derivative:
    """Maps weights, x and a class to the scores and to the gradient of that class's score, in the type of x and the weights."""

    def explained(x: jax.Array, weights: Any, target: jax.Array) -> tuple[jax.Array, jax.Array]:
        scores = network.score(weights, x).reshape(-1)
        return scores[target], scores

    compiled = jax.jit(jax.grad(explained, has_aux=True))

    def derivative(weights: Any, x: Any, target: int) -> tuple[np.ndarray, np.ndarray]:
        gradient, scores = compiled(x, weights, target)
        return np.asarray(scores), np.asarray(gradient)

    return derivative


def check(derivative: Derivative, weights: Any, x: np.ndarray, target: int, gradient: np.ndarray) -> None:
    norm = float(np.linalg.norm(gradient))
    if gradient.dtype != np.float64 or not norm > 1e-7:
        raise NotComparable("the gradient vanishes, or is not in float64: nothing can be compared")
    above, below = (derivative(weights, x + step * gradient / norm, target)[0][target] for step in (1e-5, -1e-5))
    if abs((above - below) / 2e-5 - norm) > 0.1 * norm:
        raise NotComparable("JAX's own gradient is not that of its outputs, whose differences were taken in float64")


def write(name: str, network: Network, form: Form, picture: tuple[int, ...], folder: Path) -> None:
    path = folder / "model.onnx"
    settings: dict[str, Any] = {} if form.opset is None else {"opset": form.opset}
    if form.channels_first:
        settings["inputs_as_nchw"] = [0]
    to_onnx(network.exported, [(*form.batch, *picture)], return_mode="file", output_path=str(path), **settings)
    x = np.random.default_rng(2).normal(size=(1,) * len(form.batch) + picture).astype(np.float32)
    derivative = derivative_of(network)
    target = int(derivative(network.weights, x, 0)[0].argmax())
    single = derivative(network.weights, x, target)[1]
    with jax.enable_x64(True):
        weights = jax.tree.map(lambda value: jnp.asarray(value, dtype=jnp.float64), network.weights)
        wide = x.astype(np.float64)
        scores, gradient = derivative(weights, wide, target)
        check(derivative, weights, wide, target, gradient)
        midpoints = [derivative(weights, wide * ((step + 0.5) / STEPS), target)[1] for step in range(STEPS)]
    integrals = wide * sum(midpoints) / STEPS
    error = relative_error(single, gradient)
    if form.channels_first:
        x, gradient, integrals = (values.transpose(0, 3, 1, 2) for values in (x, gradient, integrals))
    write_case(folder, x, scores, target, gradient, integrals, family=name, architecture=name, exporter=form.exporter, float32Gradient=error)


def main() -> None:
    given = options(__doc__).parse_intermixed_args()
    last, first = (SIZE, SIZE, 3), (3, SIZE, SIZE)
    cases: dict[str, Case] = {}

    def add(name: str, build: Callable[[], Network], form: Form, picture: tuple[int, ...]) -> None:
        cases[f"jax_{name}{form.name}"] = Case(name, name, form.exporter, lambda folder: write(name, build(), form, picture, folder))

    for form in FORMS:
        for name, build in NNX.items():
            add(name, lambda build=build: nnx_network(build), form, last)
        add("linen_mobile", linen_network, form, last)
    for form in EQUINOX_FORMS:
        add("equinox", lambda form=form: equinox_network(batch=form.batch != ()), form, first)
    tools = ", ".join(f"{tool} {version(tool)}" for tool in ("jax2onnx", "jax", "flax", "equinox", "onnx"))
    export_all(given, "jax", f"{tools}.", cases)


if __name__ == "__main__":
    main()
