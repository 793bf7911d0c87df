"""Integrated Gradients with PyTorch on the CPU, for bench/contenders/pytorch.ts. Each line of stdin is a JSON request, each line of stdout a JSON answer.

The points of all paths are one tensor. torch.autograd.grad of the sum of the target logits gives all their gradients at once.
"""

import base64
import json
import math
import sys
import time

import numpy
import torch
from torch.nn import functional

THREADS = 2


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


def attribute(logits, shape, classes, request):
    images = array(request["images"], (-1, *shape[1:]))
    targets = torch.tensor(request["targets"])
    steps, count = request["steps"], len(request["targets"])
    started = time.perf_counter()
    alphas = ((torch.arange(steps) + 0.5) / steps).reshape(1, steps, 1, 1, 1)
    points = (images.unsqueeze(1) * alphas).reshape(count * steps, *shape[1:]).requires_grad_()
    outputs = logits(points)
    scores = outputs.gather(1, targets.repeat_interleave(steps).unsqueeze(1)).sum()
    (gradients,) = torch.autograd.grad(scores, points)
    maps = (gradients.reshape(count, steps, *shape[1:]).mean(1) * images).numpy()
    milliseconds = 1000 * (time.perf_counter() - started)
    return {"map": base64.b64encode(maps.tobytes()).decode(), "milliseconds": milliseconds}


def main():
    torch.set_num_threads(THREADS)
    print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads()}), flush=True)
    logits, shape, classes = None, None, None
    for line in sys.stdin:
        try:
            request = json.loads(line)
            if "steps" in request:
                answer = attribute(logits, shape, classes, request)
            else:
                shape, classes = request["shape"], request["classes"]
                if "layers" in request:
                    logits = sequential([layer(each) for each in request["layers"]])
                else:
                    logits = read_onnx(base64.b64decode(request["onnx"]))
                answer = {}
        except Exception as error:  # A failure becomes an answer, and the process lives on.
            answer = {"error": type(error).__name__ + ": " + str(error).split("\n")[0]}
        print(json.dumps(answer), flush=True)


main()
