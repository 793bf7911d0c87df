"""
The networks of the comparison: small, seeded, with weights that float32 holds. Modules stand in the order in which they run, no ReLU serves twice, and sums
and scales are modules, as Captum and zennit need it.
"""

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval
from zennit.layer import Sum

CLASSES = 5


@dataclass(frozen=True)
class Network:
    name: str
    model: nn.Module
    """[1, 3, 32, 32] from 0 to 1."""
    image: Tensor
    baseline: Tensor
    target: int


class Residual(nn.Module):
    """a + b. zennit has a rule for its own Sum; the file gets a plain Add."""

    def __init__(self) -> None:
        super().__init__()
        self.sum = Sum()

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        return a + b if torch.onnx.is_in_onnx_export() else self.sum(torch.stack([a, b], -1))


class Scale(nn.Module):
    """Multiplication by a constant, for which a composite can have a rule."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        return x * self.factor


class Apart(nn.Module):
    """
    Nothing, but another tensor. Without it Captum's DeepLIFT is not complete where a max pool reads a ReLU: its hook of the ReLU takes the gradient of the
    tensor between them before its hook of the pool has changed that.
    """

    def forward(self, x: Tensor) -> Tensor:
        return x if torch.onnx.is_in_onnx_export() else x * 1


class Block(nn.Module):
    def __init__(self, channels: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, outputs, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(outputs)
        self.first_relu = nn.ReLU()
        self.second = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential() if stride == 1 else nn.Sequential(nn.Conv2d(channels, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
        self.residual = Residual()
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        inner = self.first_relu(self.first_norm(self.first(x)))
        return self.relu(self.residual(self.second_norm(self.second(inner)), self.shortcut(x)))


def residual() -> nn.Module:
    """Residual sums, batch norms, average pooling."""
    stem = [nn.Conv2d(3, 8, 3, 1, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.AvgPool2d(2)]
    return nn.Sequential(*stem, Block(8, 8, 1), Block(8, 16, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, CLASSES))


def merged(model: nn.Module) -> nn.Module:
    """The same with every batch norm in the convolution before it, and the weights rounded to float32, so that nobody has to merge anything."""
    model = copy.deepcopy(model).double()
    for parent in list(model.modules()):
        names = list(parent._modules)
        for name, following in zip(names, names[1:]):
            convolution, norm = parent._modules[name], parent._modules[following]
            if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                whole = fuse_conv_bn_eval(convolution, norm)
                parent._modules[name], parent._modules[following] = whole.float().double(), nn.Identity()
    return model


def plain() -> nn.Module:
    """As VGG: convolutions, max pooling, hidden products."""
    convolutions = [nn.Conv2d(3, 8, 3, 1, 1), nn.ReLU(), Apart(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3, 1, 1), nn.ReLU(), Apart(), nn.MaxPool2d(2)]
    return nn.Sequential(*convolutions, nn.Flatten(), nn.Linear(16 * 64, 32), nn.ReLU(), nn.Linear(32, CLASSES))


class Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))
        self.scale = Scale((width // heads) ** -0.5)
        self.softmax = nn.Softmax(-1)
        self.project = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        count, tokens, width = x.shape
        q, k, v = (layer(x).reshape(count, tokens, self.heads, -1).transpose(1, 2) for layer in (self.query, self.key, self.value))
        attention = self.softmax(self.scale(q @ k.transpose(-2, -1)))
        return self.project((attention @ v).transpose(1, 2).reshape(count, tokens, width))


class Encoder(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.attention_sum = Residual()
        self.norm = nn.LayerNorm(width)
        self.layers = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
        self.sum = Residual()

    def forward(self, x: Tensor) -> Tensor:
        x = self.attention_sum(x, self.attention(self.attention_norm(x)))
        return self.sum(x, self.layers(self.norm(x)))


class VisionTransformer(nn.Module):
    """Patches of 8 x 8, a class token, two blocks."""

    def __init__(self, width: int = 48, heads: int = 3) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, width, 8, 8)
        self.token = nn.Parameter(torch.randn(1, 1, width))
        self.position = nn.Parameter(0.5 * torch.randn(1, 17, width))
        self.blocks = nn.Sequential(Encoder(width, heads), Encoder(width, heads))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        tokens = self.patches(x).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.token.expand(len(x), -1, -1), tokens], 1) + self.position
        return self.head(self.norm(self.blocks(tokens))[:, 0])


def networks() -> list[Network]:
    made = []
    for seed, (name, make) in enumerate([("residual", residual), ("plain", plain), ("vit", VisionTransformer)]):
        torch.manual_seed(seed)
        model = make().eval()
        for module in model.modules():
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                nn.init.kaiming_normal_(module.weight)
            if isinstance(module, nn.BatchNorm2d):
                nn.init.normal_(module.weight, 1, 0.3)
                nn.init.normal_(module.bias, 0, 0.3)
                nn.init.normal_(module.running_mean, 0, 0.3)
                nn.init.uniform_(module.running_var, 0.5, 1.5)
        image, baseline = torch.rand(1, 3, 32, 32), 0.2 * torch.rand(1, 3, 32, 32)
        target = int(model(image).argmax())
        made.append(Network(name, model.double(), image.double(), baseline.double(), target))
        if name == "residual":
            made.append(Network("merged", merged(model), image.double(), baseline.double(), target))
    return made
