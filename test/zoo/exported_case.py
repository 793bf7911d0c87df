"""How the exporters write cases down, in the layout of README.md. Beyond it, expected.json says how far other arithmetic is from the right values:

    onnxruntimeError   the relative error of onnxruntime's scores; where it is large, the exporter changed the network
    float32Gradient    the relative error of the framework's own gradient in float32; where it is large, the input is near a kink
"""

import json
import shutil
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional, Sequence

import numpy as np
import onnx
import onnxruntime


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


def write_case(folder: Path, x: np.ndarray, scores: np.ndarray, target: int, gradient: np.ndarray, integrals: Optional[np.ndarray] = None, **facts) -> None:
    """Writes everything but the network, which the exporter has put into the folder already."""
    model = folder / "model.onnx"
    scores = np.asarray(scores, dtype=np.float64).reshape(-1)
    np.save(folder / "x.npy", np.ascontiguousarray(x, dtype=np.float32))
    np.save(folder / "gradient.npy", np.ascontiguousarray(gradient, dtype=np.float64))
    if integrals is not None:
        np.save(folder / "integrals.npy", np.ascontiguousarray(integrals, dtype=np.float64))
    expected = {
        "scores": [float(s) for s in scores],
        "target": int(target),
        "opset": opset_of(model),
        "onnxruntimeError": onnxruntime_error(model, x, scores),
        **facts,
    }
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Case:
    family: str
    architecture: str
    exporter: str
    write: Callable[[Path], None]


def export_all(out: Path, source: str, versions: dict[str, str], cases: dict[str, Case], only: list[str], left_out: Sequence[dict] = ()) -> None:
    """
    Writes the cases named in `only` (all where it is empty), each into a folder of its own, and zoo.json. What an exporter could not write is listed there
    beside `left_out`, with its line; the trace lies in CASE.failure.txt.
    """
    out.mkdir(parents=True, exist_ok=True)
    unknown = [name for name in only if name not in cases]
    if unknown:
        raise SystemExit(f"no case is called {', '.join(unknown)} (there are {', '.join(cases)})")
    not_exported = list(left_out)
    for name in only or cases:
        case, folder = cases[name], out / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        start = time.time()
        try:
            case.write(folder)
            print(f"{name}: {time.time() - start:.1f} s", flush=True)
        except Exception as error:  # one architecture that an exporter cannot write must not end the run
            shutil.rmtree(folder)
            why = f"{type(error).__name__}: {(str(error).strip().splitlines() or [''])[0][:200]}"
            not_exported.append({"family": case.family, "architecture": case.architecture, "exporter": case.exporter, "why": why})
            (out / f"{name}.failure.txt").write_text(traceback.format_exc(), encoding="utf-8")
            print(f"{name}: not exported, {why}", flush=True)
    made = ", ".join(f"{tool} {version}" for tool, version in versions.items())
    (out / "zoo.json").write_text(json.dumps({"source": source, "made": made, "notExported": not_exported}, indent=1) + "\n", encoding="utf-8")
