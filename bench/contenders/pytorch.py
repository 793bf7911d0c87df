"""Integrated Gradients with PyTorch on the CPU, for bench/contenders/pytorch.ts. Each line of stdin is a JSON request, each line of stdout a JSON answer.

The points of all paths are tensors of one or several chunks. torch.autograd.grad of the sum of the target logits gives all gradients of a chunk at once.
Before a job is first answered, it runs with every setting that may be the fastest: sizes of chunks, layouts of memory, numbers of threads.
"""

import base64
import json
import math
import sys
import time

import numpy
import torch
from torch.nn import functional

THREADS = (2, 1)
# Points in a chunk. A chunk whose activations fit the caches may be faster than all points at once.
CHUNKS = (16, 64, 256, 1024)
LAYOUTS = (torch.contiguous_format, torch.channels_last)
# Seconds in which settings are tried for a job. Those that are left then are not tried.
PATIENCE = 30


def array(text, shape):
    return torch.from_numpy(numpy.frombuffer(base64.b64decode(text), dtype=numpy.float32).copy()).reshape(shape)


def layer(description):
    kind = description["kind"]
    if kind == "conv":
        outputs, inputs, kernel = description["outputs"], description["inputs"], description["kernel"]
        weight = array(description["weights"], (outputs, inputs, kernel, kernel))
        bias = array(description["bias"], (outputs,))
        return lambda x: functional.conv2d(x, weight, bias, padding=description["padding"])
    if kind == "dense":
        weight = array(description["weights"], (description["outputs"], description["inputs"]))
        bias = array(description["bias"], (description["outputs"],))
        return lambda x: functional.linear(x, weight, bias)
    if kind == "relu":
        return torch.relu
    if kind == "maxpool":
        return lambda x: functional.max_pool2d(x, description["size"])
    return lambda x: x.flatten(1)


def sequential(layers):
    def logits(x):
        for each in layers:
            x = each(x)
        return x

    return logits


def read_onnx(data):
    """The network of an ONNX file that has only the operators of a residual classifier; raises for any other operator."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load_from_string(data).graph
    constants = {each.name: torch.from_numpy(numpy_helper.to_array(each).copy()) for each in graph.initializer}
    image = next(each.name for each in graph.input if each.name not in constants)
    nodes = [(node, {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute}) for node in graph.node]

    def pad(x, attributes, value):
        """Explicit padding, because PyTorch's own is the same on both sides."""
        if attributes.get("auto_pad", b"NOTSET") != b"NOTSET":
            raise ValueError("the padding " + attributes["auto_pad"].decode())
        top, left, bottom, right = attributes.get("pads", [0, 0, 0, 0])
        return functional.pad(x, (left, right, top, bottom), value=value) if top or left or bottom or right else x

    def apply(node, attributes, inputs):
        x = inputs[0]
        if node.op_type == "Conv":
            bias = inputs[2] if len(inputs) > 2 else None
            strides, dilations = attributes.get("strides", [1, 1]), attributes.get("dilations", [1, 1])
            return functional.conv2d(pad(x, attributes, 0.0), inputs[1], bias, strides, 0, dilations, attributes.get("group", 1))
        if node.op_type == "BatchNormalization":
            scale, bias, mean, variance = inputs[1:5]
            return functional.batch_norm(x, mean, variance, scale, bias, eps=attributes.get("epsilon", 1e-5))
        if node.op_type == "Gemm":
            weight = inputs[1] if attributes.get("transB", 0) else inputs[1].t()
            return functional.linear(x, weight, inputs[2])
        if node.op_type == "MaxPool":
            return functional.max_pool2d(pad(x, attributes, -math.inf), attributes["kernel_shape"], attributes.get("strides", [1, 1]))
        if node.op_type == "AveragePool" and not any(attributes.get("pads", [0])):
            return functional.avg_pool2d(x, attributes["kernel_shape"], attributes.get("strides", [1, 1]))
        if node.op_type == "GlobalAveragePool":
            return x.mean((2, 3), keepdim=True)
        if node.op_type == "Relu":
            return torch.relu(x)
        if node.op_type == "Add":
            return x + inputs[1]
        if node.op_type == "Flatten":
            return x.flatten(1)
        if node.op_type == "Reshape":
            return x.reshape(x.shape[0], *[int(size) for size in inputs[1]][1:])
        if node.op_type == "Concat":
            return torch.cat(inputs, attributes["axis"])
        if node.op_type in ("Identity", "Dropout"):
            return x
        raise ValueError("the ONNX operator " + node.op_type)

    def logits(x):
        values = dict(constants)
        values[image] = x
        for node, attributes in nodes:
            values[node.output[0]] = apply(node, attributes, [values[name] for name in node.input if name])
        return values[graph.output[0].name]

    return logits


class Setting:
    """How a job runs."""

    def __init__(self, chunk, layout, threads):
        self.chunk, self.layout, self.threads = chunk, layout, threads

    def __str__(self):
        layout = "channels_last, " if self.layout is torch.channels_last else ""
        return f"{layout}{self.chunk} points at once, {self.threads} thread{'s' if self.threads > 1 else ''}"


def settings(points, shape):
    """Every setting that may be the fastest, the usual ones first."""
    chunks = [points] + [chunk for chunk in reversed(CHUNKS) if chunk < points]
    layouts = LAYOUTS if len(shape) == 4 else LAYOUTS[:1]
    return [Setting(chunk, layout, threads) for threads in THREADS for layout in layouts for chunk in chunks]


def integrate(logits, images, targets, steps, setting):
    """[images] maps: images times the mean gradient along their paths from 0."""
    alphas = ((torch.arange(steps) + 0.5) / steps).repeat(len(images)).reshape(-1, *[1] * (images.dim() - 1))
    owners = torch.arange(len(images)).repeat_interleave(steps)
    sums = torch.zeros_like(images)
    for start in range(0, len(alphas), setting.chunk):
        part = slice(start, start + setting.chunk)
        points = (images[owners[part]] * alphas[part]).contiguous(memory_format=setting.layout).requires_grad_()
        scores = logits(points).gather(1, targets[owners[part]].unsqueeze(1)).sum()
        (gradients,) = torch.autograd.grad(scores, points)
        sums.index_add_(0, owners[part], gradients.contiguous())
    return sums / steps * images


def attribute(logits, shape, request, best):
    images = array(request["images"], (-1, *shape[1:]))
    targets = torch.tensor(request["targets"])
    steps = request["steps"]
    job = (len(images), steps)
    if job not in best:
        best[job] = fastest(logits, images, targets, steps, shape)
    setting = best[job]
    torch.set_num_threads(setting.threads)
    started = time.perf_counter()
    maps = integrate(logits, images, targets, steps, setting).numpy()
    milliseconds = 1000 * (time.perf_counter() - started)
    return {"map": base64.b64encode(maps.tobytes()).decode(), "milliseconds": milliseconds, "setting": str(setting)}


def fastest(logits, images, targets, steps, shape):
    """The setting with the shortest of three runs; each runs once before that to warm up. What takes long runs once."""
    times = []
    begun = time.perf_counter()
    for setting in settings(len(images) * steps, shape):
        if times and time.perf_counter() - begun > PATIENCE:
            break
        torch.set_num_threads(setting.threads)
        runs = []
        while len(runs) < 4 and sum(runs) < 4:
            started = time.perf_counter()
            integrate(logits, images, targets, steps, setting)
            runs.append(time.perf_counter() - started)
        times.append((min(runs[1:] or runs), setting))
    return min(times, key=lambda each: each[0])[1]


def main():
    torch.set_num_threads(THREADS[0])
    print(json.dumps({"version": torch.__version__}), flush=True)
    logits, shape, best = None, None, {}
    for line in sys.stdin:
        try:
            request = json.loads(line)
            if "steps" in request:
                answer = attribute(logits, shape, request, best)
            else:
                shape, best = request["shape"], {}
                if "layers" in request:
                    logits = sequential([layer(each) for each in request["layers"]])
                else:
                    logits = read_onnx(base64.b64decode(request["onnx"]))
                answer = {}
        except Exception as error:  # A failure becomes an answer, and the process lives on.
            answer = {"error": type(error).__name__ + ": " + str(error).split("\n")[0]}
        print(json.dumps(answer), flush=True)


main()
