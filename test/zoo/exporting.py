"""What the exporters of PyTorch models share: seeded weights, numbers in float64, and the folder of cases (README.md)."""

import contextlib
import copy
import json
import math
import re
import signal
import time
from pathlib import Path

import numpy as np
import torch

CLASSES = 6
STEPS = 8


class TooSlow(BaseException):
    """An architecture takes longer than its limit. No Exception, since exporters catch those."""


class TooLarge(BaseException):
    """An architecture has more parameters than wanted."""


@contextlib.contextmanager
def limit(seconds):
    """Ends what runs inside with TooSlow after so many seconds of processor time."""

    def end(*_):
        raise TooSlow(f"more than {seconds} s of processor time")

    previous = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, previous)


def randomise(model, seed):
    """Gives constant weights random values: heads and layer scales that start at 0, and norms and their statistics, which start at 0 and 1."""
    generator = torch.Generator().manual_seed(seed)

    def spread(tensor):
        with torch.no_grad():
            first = tensor.flatten()[0].item()
            if not tensor.eq(first).all():
                return
            noise = torch.randn(tensor.shape, generator=generator)
            if abs(first) >= 0.1:
                # A single number that does not start at 0 may be a size or a temperature.
                if tensor.numel() > 1:
                    tensor.mul_(1 + 0.1 * noise)
            elif tensor.numel() == 1:
                tensor.fill_(0.5)
            elif first == 0 and tensor.dim() > 1:
                fan = math.prod(tensor.shape[1:])
                tensor.copy_(noise / math.sqrt(fan))
            elif first == 0:
                tensor.copy_(0.1 * noise)
            else:
                tensor.copy_(0.3 + 0.1 * noise)

    for parameter in model.parameters():
        if parameter.numel() > 0 and parameter.is_floating_point():
            spread(parameter)
    for module in model.modules():
        if isinstance(getattr(module, "running_mean", None), torch.Tensor):
            module.running_mean.copy_(0.1 * torch.randn(module.running_mean.shape, generator=generator))
            module.running_var.copy_(0.5 + torch.rand(module.running_var.shape, generator=generator))


def reference(model, x):
    """Scores, the target, the gradient at x, and the 8-step integrals from zeros, in float64."""
    exact = copy.deepcopy(model).double()
    # Some modules keep attention biases of the old type until they have been trained.
    exact.train()
    exact.eval()

    def gradient_at(point, target):
        point = point.detach().requires_grad_(True)
        scores = exact(point)[0]
        target = int(scores.argmax()) if target is None else target
        (gradient,) = torch.autograd.grad(scores[target], point)
        return scores.detach(), target, gradient

    wide = x.double()
    scores, target, gradient = gradient_at(wide, None)
    mean = torch.zeros_like(wide)
    for step in range(STEPS):
        mean += gradient_at(wide * (step + 0.5) / STEPS, target)[2] / STEPS
    if not torch.isfinite(scores).all() or scores.std() < 1e-7 or gradient.norm() < 1e-7:
        raise ValueError("the outputs or the gradient vanish: nothing can be compared")
    along = gradient / gradient.norm()
    with torch.no_grad():
        above, below = (exact(wide + step * along)[0][target].item() for step in (1e-4, -1e-4))
    if abs((above - below) / 2e-4 - gradient.norm()) > 0.1 * gradient.norm():
        raise ValueError("PyTorch's own gradient is not that of its outputs, whose differences were taken in float64")
    return scores, target, gradient, wide * mean


class Folder:
    """A folder of cases. What was exported before stays, and is not exported again."""

    def __init__(self, path, source, made):
        self.path = Path(path)
        self.path.mkdir(parents=True, exist_ok=True)
        self.maker = {"source": source, "made": made, "notExported": []}
        known = self.path / "zoo.json"
        if known.exists():
            self.maker["notExported"] = json.loads(known.read_text())["notExported"]

    def tried(self, architecture, exporter):
        entries = self.maker["notExported"]
        return self.case(architecture, exporter).joinpath("expected.json").exists() or any(
            (entry["architecture"], entry["exporter"]) == (architecture, exporter) for entry in entries
        )

    def case(self, architecture, exporter):
        return self.path / f"{architecture}.{exporter.replace(', ', '-').replace(' ', '-')}"

    def leave_out(self, family, architecture, exporter, why):
        lines = str(why).strip().splitlines()
        line = re.sub(r"\x1b\[[0-9;]*m", "", lines[0])[:160] if lines else type(why).__name__
        if isinstance(why, Exception) and not isinstance(why, ValueError):
            line = f"{type(why).__name__}: {line}"
        self.maker["notExported"].append({"family": family, "architecture": architecture, "exporter": exporter, "why": line})
        self.save()

    def save(self):
        (self.path / "zoo.json").write_text(json.dumps(self.maker, indent=2))

    def write(self, family, architecture, exporter, x, numbers, opset, save):
        """Writes a case; `save` writes the model to the path that it is given. The file that makes a case whole comes last."""
        scores, target, gradient, integrals = numbers
        case = self.case(architecture, exporter)
        case.mkdir(exist_ok=True)
        save(str(case / "model.onnx"))
        np.save(case / "x.npy", x.numpy())
        np.save(case / "gradient.npy", np.ascontiguousarray(gradient.numpy()))
        np.save(case / "integrals.npy", np.ascontiguousarray(integrals.numpy()))
        expected = {
            "scores": scores.tolist(),
            "target": target,
            "family": family,
            "architecture": architecture,
            "exporter": exporter,
            "opset": opset,
        }
        (case / "expected.json").write_text(json.dumps(expected))
        self.save()


DYNAMO = "dynamo"
EXTERNAL = "dynamo, external data"
TORCHSCRIPT = "TorchScript"
TORCHSCRIPT_OPSET = 17


def export(folder, family, architecture, make, sizes, exporters, seconds, most):
    """
    Exports one architecture at the first size that it takes. `make(size)` builds it; each step may take so many seconds, and the model may have
    so many parameters.
    """
    wanted = [exporter for exporter in exporters if not folder.tried(architecture, exporter)]
    if not wanted:
        return
    started = time.time()
    try:
        with limit(seconds):
            model, x, numbers = prepare(make, sizes, most)
    except (Exception, TooSlow, TooLarge) as error:
        for exporter in wanted:
            folder.leave_out(family, architecture, exporter, error)
        return
    if {DYNAMO, EXTERNAL} & set(wanted):
        try:
            with limit(seconds):
                program = torch.onnx.export(model, (x,), dynamo=True, verbose=False)
            opset = program.model.opset_imports[""]
            for exporter in {DYNAMO, EXTERNAL} & set(wanted):
                folder.write(
                    family, architecture, exporter, x, numbers, opset,
                    lambda path, outside=exporter == EXTERNAL: program.save(path, external_data=outside),
                )
        except (Exception, TooSlow) as error:
            for exporter in {DYNAMO, EXTERNAL} & set(wanted):
                folder.leave_out(family, architecture, exporter, error)
    if TORCHSCRIPT in wanted:
        try:
            with limit(seconds):
                folder.write(
                    family, architecture, TORCHSCRIPT, x, numbers, TORCHSCRIPT_OPSET,
                    lambda path: torch.onnx.export(model, (x,), path, dynamo=False, opset_version=TORCHSCRIPT_OPSET),
                )
        except (Exception, TooSlow) as error:
            folder.leave_out(family, architecture, TORCHSCRIPT, error)
    print(f"{family}: {architecture} at {tuple(x.shape)}, {time.time() - started:.1f} s", flush=True)


def prepare(make, sizes, most):
    """The model with seeded weights at the first size at which it runs, an input, and its numbers."""
    failure = None
    for size in sizes:
        try:
            torch.manual_seed(0)
            model = make(size).eval()
            count = sum(parameter.numel() for parameter in model.parameters())
            if count > most:
                raise TooLarge(f"{count / 1e6:.0f} million parameters: left out")
            randomise(model, 1)
            x = torch.randn((1, 3, size, size), generator=torch.Generator().manual_seed(2))
            return model, x, reference(model, x)
        except Exception as error:
            failure = error
    raise failure
