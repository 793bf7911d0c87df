"""Captum's methods, by the names that Pathlight gives them."""

from captum.attr._core import deep_lift
from captum.attr import Deconvolution, DeepLift, GuidedBackprop
from torch import Tensor, nn

from networks import Network

TOOL = "Captum 0.9"


def deeplift(network: Network) -> Tensor:
    return DeepLift(network.model).attribute(network.image, network.baseline, target=network.target)


def deeplift_with_the_same_rules(network: Network) -> Tensor:
    """GELU by Captum's own rule for functions of single elements, and Softmax by its derivative: the two of which Pathlight thinks otherwise."""
    rules = deep_lift.SUPPORTED_NON_LINEAR
    kept = dict(rules)
    rules[nn.GELU] = deep_lift.nonlinear
    del rules[nn.Softmax]
    try:
        return deeplift(network)
    finally:
        rules.clear()
        rules.update(kept)


def guided_backprop(network: Network) -> Tensor:
    return GuidedBackprop(network.model).attribute(network.image, target=network.target)


def deconvolution(network: Network) -> Tensor:
    return Deconvolution(network.model).attribute(network.image, target=network.target)


METHODS = {
    "DeepLIFT": ({"method": "deeplift"}, deeplift),
    "DeepLIFT, with Pathlight's rules for GELU and Softmax": ({"method": "deeplift"}, deeplift_with_the_same_rules),
    "guided backpropagation": ({"method": "guided-backprop"}, guided_backprop),
    "deconvolution": ({"method": "deconvolution"}, deconvolution),
}
