"""How the exporters write cases down, in the layout of README.md. Beyond it, expected.json says how far other arithmetic is from the right values:

    onnxruntimeError   the relative error of onnxruntime's scores; where it is large, the exporter changed the network
    float32Gradient    the relative error of the framework's own gradient in float32; where it is large, the input is near a kink
"""

import argparse
import json
import re
import shutil
import signal
import time
import traceback
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional, Sequence

import numpy as np
import onnx
import onnxruntime

MAKER_SECONDS = 5


def relative_error(found: np.ndarray, right: np.ndarray) -> float:
    """In the Euclidean norm; infinite where the sizes differ."""
    if found.size != right.size:
        return float("inf")
    difference = found.reshape(-1).astype(np.float64) - right.reshape(-1)
    return float(np.linalg.norm(difference) / max(float(np.linalg.norm(right)), 1e-300))


def run_onnxruntime(model: Path, x: np.ndarray) -> list:
    """All outputs of the file for x, as onnxruntime computes them without optimising the graph."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: x})


def onnxruntime_error(model: Path, x: np.ndarray, scores: np.ndarray) -> Optional[float]:
    """How far onnxruntime is from the right scores; None where it cannot run the file, or has other numbers of scores (a binary network's one)."""
    try:
        outputs = run_onnxruntime(model, x)
    except Exception:  # onnxruntime has no kernel for some operators of new opsets; the right scores do not need it
        return None
    rows = [rows_of(output) for output in outputs]
    error = min((relative_error(row, scores) for row in rows if row.dtype.kind == "f"), default=float("inf"))
    return error if np.isfinite(error) else None


def rows_of(output) -> np.ndarray:
    """An output as an array. A ZipMap makes a table from class to score for each picture instead."""
    if isinstance(output, list) and output and isinstance(output[0], dict):
        return np.array([list(table.values()) for table in output])
    return np.asarray(output)


def opset_of(model: Path) -> int:
    imports = onnx.load(str(model), load_external_data=False).opset_import
    return next(entry.version for entry in imports if entry.domain in ("", "ai.onnx"))


class NotComparable(ValueError):
    """The framework's own numbers are no reference."""


def write_case(
    folder: Path, x: np.ndarray, scores: np.ndarray, target: int, gradient: Optional[np.ndarray], integrals: Optional[np.ndarray] = None, **facts
) -> None:
    """Writes everything but the network, which the exporter has put into the folder already."""
    model = folder / "model.onnx"
    scores = np.asarray(scores, dtype=np.float64).reshape(-1)
    np.save(folder / "x.npy", np.ascontiguousarray(x, dtype=np.float32))
    for name, values in (("gradient", gradient), ("integrals", integrals)):
        if values is not None:
            np.save(folder / f"{name}.npy", np.ascontiguousarray(values, dtype=np.float64))
    expected = {
        "scores": [float(s) for s in scores],
        "target": int(target),
        "opset": opset_of(model),
        "onnxruntimeError": onnxruntime_error(model, x, scores),
        **facts,
    }
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")


class TooSlow(BaseException):
    """A case takes longer than its limit. No Exception, since exporters catch those."""


@contextmanager
def limit(seconds: float):
    """Ends what runs inside with TooSlow after so many seconds of processor time."""

    def end(*_):
        raise TooSlow(f"more than {seconds} s of processor time")

    previous = signal.signal(signal.SIGPROF, end)
    left_outside, _ = signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, left_outside)
        signal.signal(signal.SIGPROF, previous)


@dataclass(frozen=True)
class Case:
    family: str
    architecture: str
    exporter: str
    write: Callable[[Path], None]

    def left_out(self, why: object) -> dict[str, str]:
        return {"family": self.family, "architecture": self.architecture, "exporter": self.exporter, "why": str(why)}


def options(description: str | None) -> argparse.ArgumentParser:
    """What every exporter takes."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("only", nargs="*", metavar="CASE", help="these alone, and again if they are there")
    parser.add_argument("--seconds", type=float, default=60, help="processor time that a case may take")
    return parser


def export_all(
    given: argparse.Namespace, source: str, made: str, cases: dict[str, Case], left_out: Sequence[dict] = (), grouped: bool = False
) -> None:
    """
    Writes the cases, each into a folder of its own, and zoo.json every few seconds. What was tried before is not tried again, unless it is named. What an
    exporter could not write is listed in zoo.json beside `left_out`, with its line; the trace lies in CASE.failure.txt. `grouped`: see README.md.
    """
    write = lambda: write_maker(given.out, source, made, cases, left_out, grouped)
    given.out.mkdir(parents=True, exist_ok=True)
    unknown = [name for name in given.only if name not in cases]
    if unknown:
        raise SystemExit(f"no case is called {', '.join(unknown)} (there are {', '.join(cases)})")
    written = float("-inf")
    for name in given.only or cases:
        case, folder, trace = cases[name], given.out / name, given.out / f"{name}.failure.txt"
        known = (folder / "expected.json").exists() or trace.exists()
        if not known or given.only:
            shutil.rmtree(folder, ignore_errors=True)
            trace.unlink(missing_ok=True)
            folder.mkdir()
            start = time.process_time()
            try:
                with limit(given.seconds):
                    case.write(folder)
                print(f"{name}: {time.process_time() - start:.1f} s", flush=True)
            except (Exception, TooSlow) as error:  # one architecture that an exporter cannot write must not end the run
                shutil.rmtree(folder)
                trace.write_text(f"{line_of(error)}\n{traceback.format_exc()}", encoding="utf-8")
                print(f"{name}: not exported, {line_of(error)}", flush=True)
        if time.monotonic() - written > MAKER_SECONDS:
            write()
            written = time.monotonic()
    write()


def write_maker(out: Path, source: str, made: str, cases: dict[str, Case], left_out: Sequence[dict], grouped: bool) -> None:
    """Writes zoo.json. It says how many cases were not tried, where the run was ended."""
    traces = {name: out / f"{name}.failure.txt" for name in cases}
    failed = {name: path.read_text("utf-8").splitlines()[0] for name, path in traces.items() if path.exists()}
    untried = sum(name not in failed and not (out / name / "expected.json").exists() for name in cases)
    note = f" The run was ended: {untried} of {len(cases)} cases were not tried." if untried else ""
    not_exported = [*left_out, *(cases[name].left_out(why) for name, why in failed.items())]
    maker = {"source": source, "made": made + note, "notExported": not_exported, **({"grouped": True} if grouped else {})}
    (out / "zoo.json").write_text(json.dumps(maker, indent=1) + "\n", encoding="utf-8")


def line_of(error: BaseException) -> str:
    """The first line of an error, without the colours of a terminal."""
    line = re.sub(r"\x1b\[[0-9;]*m", "", (str(error).strip().splitlines() or [""])[0])[:160]
    return line if isinstance(error, (NotComparable, TooSlow)) else f"{type(error).__name__}: {line}"
