"""Maps of attention, written plainly in PyTorch after their papers: no library has all of them for a module that is not its own. Of the transformer alone."""

import torch
from torch import Tensor, nn

from maps_methods import large, shared
from networks import Encoder, Network

TOOL = "PyTorch, by the paper's formula"
NETWORKS = ["vit"]
EPSILON = 1e-6


def attentions(network: Network) -> tuple[Tensor, list[Tensor], list[Tensor]]:
    """The score, each block's attention [heads, tokens, tokens], and the tokens behind each block."""
    model, seen, behind = network.model, [], []
    handles = [block.attention.softmax.register_forward_hook(lambda _, __, output: seen.append(output)) for block in model.blocks]
    handles += [block.register_forward_hook(lambda _, __, output: behind.append(output)) for block in model.blocks]
    score = model(network.image)[0, network.target]
    for handle in handles:
        handle.remove()
    return score, seen, behind


def on_image(tokens: Tensor) -> Tensor:
    return shared(large(tokens[1:].reshape(1, 1, 4, 4)))


def rollout(network: Network) -> Tensor:
    total = torch.eye(17, dtype=torch.float64)
    for attention in attentions(network)[1]:
        own = attention[0].mean(0) + torch.eye(17)
        total = own / own.sum(-1, keepdim=True) @ total
    return on_image(total[0])


def gradient_x_attention(network: Network) -> Tensor:
    score, layers, _ = attentions(network)
    relevance = torch.eye(17, dtype=torch.float64)
    for attention, slope in zip(layers, torch.autograd.grad(score, layers)):
        relevance = relevance + (attention * slope)[0].clamp(min=0).mean(0) @ relevance
    return on_image(relevance[0])


def legrad(network: Network) -> Tensor:
    _, layers, behind = attentions(network)
    total = 0
    for attention, tokens in zip(layers, behind):
        score = network.model.head(network.model.norm(tokens))[0, 0, network.target]
        (slope,) = torch.autograd.grad(score, attention, retain_graph=True)
        total = total + slope[0].clamp(min=0).mean((0, 1)) / len(layers)
    return on_image(total)


def away(z: Tensor) -> Tensor:
    return z + EPSILON * torch.where(z >= 0, 1.0, -1.0).to(z)


class Shares(torch.autograd.Function):
    """y = f(inputs), and backward each input's share of relevance: x_i dy_j/dx_i R_j / y_j, times a factor."""

    @staticmethod
    def forward(context, f, factor, *inputs):
        context.f, context.factor = f, factor
        context.save_for_backward(*inputs)
        return f(*inputs)

    @staticmethod
    def backward(context, relevance):
        inputs = [each.detach().requires_grad_() for each in context.saved_tensors]
        with torch.enable_grad():
            y = context.f(*inputs)
            slopes = torch.autograd.grad(y, inputs, context.factor * relevance / away(y.detach()))
        return None, None, *(x.detach() * slope for x, slope in zip(inputs, slopes))


class Through(torch.autograd.Function):
    """y = f(x), and backward the relevance as it is."""

    @staticmethod
    def forward(context, f, x):
        return f(x)

    @staticmethod
    def backward(context, relevance):
        return None, relevance


class SoftmaxShares(torch.autograd.Function):
    @staticmethod
    def forward(context, x):
        s = x.softmax(-1)
        context.save_for_backward(x, s)
        return s

    @staticmethod
    def backward(context, relevance):
        x, s = context.saved_tensors
        return x * (relevance - s * relevance.sum(-1, keepdim=True))


def attn_lrp(network: Network) -> Tensor:
    """The forward pass again, with a rule at every step."""
    model = network.model
    layer = lambda module, x: Shares.apply(lambda value: module(value), 1, x)
    plus = lambda a, b: Shares.apply(torch.add, 1, a, b)

    def attend(attention: nn.Module, x: Tensor) -> Tensor:
        count, tokens, width = x.shape
        q, k, v = (
            layer(part, x).reshape(count, tokens, attention.heads, -1).transpose(1, 2) for part in (attention.query, attention.key, attention.value)
        )
        scores = Through.apply(attention.scale, Shares.apply(torch.matmul, 0.5, q, k.transpose(-2, -1)))
        mixed = Shares.apply(torch.matmul, 0.5, SoftmaxShares.apply(scores), v)
        return layer(attention.project, mixed.transpose(1, 2).reshape(count, tokens, width))

    def encode(block: Encoder, x: Tensor) -> Tensor:
        x = plus(x, attend(block.attention, Through.apply(block.attention_norm, x)))
        up, activation, down = block.layers
        return plus(x, layer(down, Through.apply(activation, layer(up, Through.apply(block.norm, x)))))

    image = network.image.clone().requires_grad_()
    tokens = layer(model.patches, image).flatten(2).transpose(1, 2)
    # What only shifts passes relevance on as it is.
    tokens = torch.cat([model.token.expand(1, -1, -1), tokens], 1) + model.position
    for block in model.blocks:
        tokens = encode(block, tokens)
    scores = layer(model.head, Through.apply(model.norm, tokens)[:, 0])
    seed = torch.zeros_like(scores)
    seed[0, network.target] = scores[0, network.target].detach()
    (relevance,) = torch.autograd.grad(scores, image, seed)
    return relevance


METHODS = {
    "attention rollout": ({"method": "rollout"}, rollout),
    "gradient x attention": ({"method": "gradient-x-attention"}, gradient_x_attention),
    "LeGrad": ({"method": "legrad"}, legrad),
    "AttnLRP": ({"method": "attn-lrp"}, attn_lrp),
}
