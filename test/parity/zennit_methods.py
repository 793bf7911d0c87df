"""zennit's composites, by the names that Pathlight gives them."""

from typing import Callable

import torch
from torch import Tensor, nn
from zennit.canonizers import SequentialMergeBatchNorm
from zennit.composites import EpsilonAlpha2Beta1, EpsilonGammaBox, EpsilonPlus, EpsilonPlusFlat, LayerMapComposite, layer_map_base
from zennit.core import Composite
from zennit.rules import Epsilon, Pass
from zennit.types import Linear

from networks import Network, Scale

TOOL = "zennit 0.5.1"


def common() -> dict:
    return {"canonizers": [SequentialMergeBatchNorm()], "layer_map": [(Scale, Pass())]}


def epsilon(network: Network) -> Composite:
    """zennit has no composite of this name: the epsilon rule for all layers with weights."""
    layer_map = [(Scale, Pass()), *layer_map_base(), (Linear, Epsilon())]
    return LayerMapComposite(layer_map, canonizers=[SequentialMergeBatchNorm()])


def box(network: Network) -> Composite:
    return EpsilonGammaBox(low=torch.zeros_like(network.image), high=torch.ones_like(network.image), **common())


COMPOSITES: dict[str, Callable[[Network], Composite]] = {
    "epsilon": epsilon,
    "epsilon-plus": lambda _: EpsilonPlus(**common()),
    "epsilon-plus-flat": lambda _: EpsilonPlusFlat(**common()),
    "epsilon-gamma-box": box,
    "epsilon-alpha2-beta1": lambda _: EpsilonAlpha2Beta1(**common()),
}


def relevance(make: Callable[[Network], Composite]) -> Callable[[Network], Tensor]:
    def compute(network: Network) -> Tensor:
        image = network.image.clone().requires_grad_()
        with make(network).context(network.model) as model:
            output = model(image)
            start = torch.zeros_like(output)
            start[:, network.target] = output[:, network.target].detach()
            (found,) = torch.autograd.grad(output, image, start)
        return found

    return compute


NETWORKS = ["residual", "merged", "plain", "vit"]
METHODS = {f"LRP, {name}": ({"method": "lrp", "composite": name}, relevance(make)) for name, make in COMPOSITES.items()}
