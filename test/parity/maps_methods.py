"""Class activation, layers and regions: pytorch-grad-cam's and Captum's maps, enlarged to the size of the image and shared among its channels."""

from captum.attr import (
    FeatureAblation,
    LayerConductance,
    LayerGradientXActivation,
    LayerIntegratedGradients,
    Occlusion,
    ShapleyValues,
)
from pytorch_grad_cam import EigenCAM, GradCAM, GradCAMPlusPlus, HiResCAM, LayerCAM, ScoreCAM
from pytorch_grad_cam.utils.image import scale_cam_image
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from networks import Network

TOOL = "pytorch-grad-cam 1.5, Captum 0.9"

LAYERS = {
    "residual": (lambda model: model[5].relu, "/5/relu/Relu"),
    "plain": (lambda model: model[5], "/5/Relu"),
    "vit": (lambda model: model.blocks[1].attention_norm, "/blocks/blocks.1/attention_norm/LayerNormalization"),
}


def layer_of(network: Network) -> nn.Module:
    return LAYERS[network.name][0](network.model)


def options(method: str, **rest):
    return lambda network: {"method": method, "layer": LAYERS[network.name][1], **rest}


def folded(values: Tensor) -> Tensor:
    """Tokens without the class token, as a plane."""
    if values.ndim == 4:
        return values
    side = round((values.shape[1] - 1) ** 0.5)
    return values[:, 1:].transpose(1, 2).reshape(len(values), -1, side, side)


def large(plane: Tensor) -> Tensor:
    return interpolate(plane, size=(32, 32), mode="bilinear", align_corners=False)


def shared(plane: Tensor) -> Tensor:
    return (plane / 3).expand(1, 3, 32, 32)


def spread(values: Tensor) -> Tensor:
    """The sum over channels, spread over the pixels so that the sum stays."""
    plane = folded(values).sum(1, keepdim=True)
    ones = torch.ones_like(plane, requires_grad=True)
    (parts,) = torch.autograd.grad(large(ones).sum(), ones)
    return shared(large(plane / parts))


def activation(kind, layer_of=layer_of, negated=False):
    def compute(network: Network) -> Tensor:
        layer = layer_of(network)
        cam = kind(network.model, [layer], reshape_transform=folded)
        image = network.image.clone().requires_grad_()
        target = ClassifierOutputTarget(network.target)
        target_output = cam.activations_and_grads(image)[0]
        network.model.zero_grad()
        target(target_output).backward()
        seen = cam.activations_and_grads
        values, slopes = seen.activations[0].detach().numpy(), seen.gradients[0].detach().numpy()
        # Score-CAM covers with 0, so 0 has to be the baseline.
        cam.model = lambda images: network.model(images + network.baseline)
        plane = cam.get_cam_image(image.detach() - network.baseline, layer, [target], values, slopes, False)
        seen.release()
        if kind is EigenCAM and (plane * values.sum(1)).sum() < 0:
            # A component has no sign of its own. Pathlight's is positive where activations are large.
            plane = -plane
        if negated:
            plane = -plane
        return shared(large(torch.as_tensor(plane).double().clamp(min=0)[None]))

    return compute


EARLIER = {
    "residual": (lambda model: model[2], "/2/Relu"),
    "plain": (lambda model: model[1], "/1/Relu"),
    "vit": (lambda model: model.blocks[0].norm, "/blocks/blocks.0/norm/LayerNormalization"),
}


def two_layers(network: Network) -> Tensor:
    """Both maps from 0 to 1, and their mean, as pytorch-grad-cam aggregates layers before it scales the result."""
    layers = EARLIER[network.name][0](network.model), layer_of(network)
    cam = LayerCAM(network.model, list(layers), reshape_transform=folded)
    cam.model = network.model
    own = cam.activations_and_grads
    network.model.zero_grad()
    ClassifierOutputTarget(network.target)(own(network.image.clone().requires_grad_())[0]).backward()
    planes = []
    for values, slopes in zip(own.activations, own.gradients):
        plane = np.maximum(cam.get_cam_image(network.image, None, [], values.detach().numpy(), slopes.detach().numpy(), False), 0)
        planes.append(large(torch.as_tensor(scale_cam_image(plane)).double()[None]))
    own.release()
    return shared((planes[0] + planes[1]) / 2)


def of_two_layers(network: Network) -> dict:
    return {"method": "layer-cam", "layers": [EARLIER[network.name][1], LAYERS[network.name][1]]}


def at_layer(network: Network) -> Tensor:
    return spread(LayerGradientXActivation(network.model, layer_of(network)).attribute(network.image, target=network.target))


def conductance(network: Network) -> Tensor:
    """Captum takes the slope at the beginning of a step. The way back takes it at the end, so half the difference has the mean of both."""
    own = LayerConductance(network.model, layer_of(network))
    ends = network.image, network.baseline
    along, back = (own.attribute(a, b, target=network.target, n_steps=16, method="riemann_trapezoid") for a, b in (ends, ends[::-1]))
    return spread((along - back) / 2)


def layer_ig(network: Network) -> Tensor:
    own = LayerIntegratedGradients(network.model, layer_of(network))
    return spread(own.attribute(network.image, network.baseline, target=network.target, n_steps=16, method="riemann_middle"))


def blocks(side: int) -> Tensor:
    rows = torch.arange(32) // side
    return (rows[:, None] * (32 // side) + rows)[None, None]


def shapley(network: Network) -> Tensor:
    found = ShapleyValues(network.model).attribute(network.image, network.baseline, target=network.target, feature_mask=blocks(16))
    return found / (3 * 16**2)


def ablation(network: Network) -> Tensor:
    found = FeatureAblation(network.model).attribute(network.image, network.baseline, target=network.target, feature_mask=blocks(8))
    return found / (3 * 8**2)


def windows(network: Network) -> Tensor:
    found = Occlusion(network.model).attribute(network.image, (3, 8, 8), (3, 4, 4), network.baseline, target=network.target)
    return found / 3


METHODS = {
    "Grad-CAM": (options("grad-cam"), activation(GradCAM)),
    "Grad-CAM++": (options("grad-cam++"), activation(GradCAMPlusPlus)),
    "HiResCAM": (options("hires-cam"), activation(HiResCAM)),
    "LayerCAM": (options("layer-cam"), activation(LayerCAM)),
    "LayerCAM of two layers": (of_two_layers, two_layers),
    "Eigen-CAM": (options("eigen-cam"), activation(EigenCAM)),
    "Eigen-CAM, the component negated": (options("eigen-cam"), activation(EigenCAM, negated=True), ["vit"]),
    "Score-CAM": (options("score-cam"), activation(ScoreCAM)),
    "activation x gradient of a layer": (options("activation-x-gradient"), at_layer),
    "conductance of a layer": (options("conductance", steps=16), conductance),
    "integrated gradients of a layer": (options("layer-ig", steps=16), layer_ig),
    "Shapley values of four patches": ({"method": "shapley", "patch": 16, "samples": 16}, shapley),
    "Kernel SHAP of four patches": ({"method": "kernel-shap", "patch": 16, "samples": 16}, shapley),
    "occlusion of patches": ({"method": "occlusion", "patch": 8}, ablation),
    "occlusion of windows": ({"method": "occlusion", "window": 8, "stride": 4}, windows),
}
