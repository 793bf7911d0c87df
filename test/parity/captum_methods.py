"""Captum's methods, by the names that Pathlight gives them."""

from captum.attr import Deconvolution, DeepLift, GuidedBackprop
from torch import Tensor

from networks import Network

TOOL = "Captum 0.9"


def deeplift(network: Network) -> Tensor:
    return DeepLift(network.model).attribute(network.image, network.baseline, target=network.target)


def guided_backprop(network: Network) -> Tensor:
    return GuidedBackprop(network.model).attribute(network.image, target=network.target)


def deconvolution(network: Network) -> Tensor:
    return Deconvolution(network.model).attribute(network.image, target=network.target)


METHODS = {
    "DeepLIFT": ({"method": "deeplift"}, deeplift),
    "guided backpropagation": ({"method": "guided-backprop"}, guided_backprop),
    "deconvolution": ({"method": "deconvolution"}, deconvolution),
}
