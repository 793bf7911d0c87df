"""
Maps of other tools, in float64, for `npm run parity -- FOLDER`, which compares Pathlight with them:

    python3 -m venv /tmp/parity && /tmp/parity/bin/pip install -r test/parity/requirements.txt
    /tmp/parity/bin/python test/parity/references.py FOLDER

A tool is a module with a name, TOOL, and METHODS: for each row of the table the options that Pathlight takes (or a function that makes them of a network), a function from a network to its map, and
maybe the names of the networks that have the row. The map has the shape of the image. quantus_metrics.py writes measures of a map instead.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np

import captum_methods
import maps_methods
import quantus_metrics
import transformer_methods
import zennit_methods
from network_file import write_file
from networks import Network, networks

TOOLS = [captum_methods, maps_methods, transformer_methods, zennit_methods]
"""The networks of a tool that names none."""
NETWORKS = ["residual", "plain", "vit"]


def write(folder: Path, network: Network) -> list[dict]:
    folder.mkdir(parents=True, exist_ok=True)
    write_file(folder / "model.onnx", network.model, network.image)
    np.save(folder / "image.npy", network.image.float().numpy())
    np.save(folder / "baseline.npy", network.baseline.float().numpy())
    cases = []
    for tool in TOOLS:
        for name, (options, compute, *only) in tool.METHODS.items():
            if network.name not in (only[0] if only else getattr(tool, "NETWORKS", NETWORKS)):
                continue
            file = f"{len(cases)}.npy"
            found = compute(network).detach().numpy()
            np.save(folder / file, found.astype(np.float32))
            cases.append({"name": name, "tool": tool.TOOL, "options": options(network) if callable(options) else options, "map": file})
            print(network.name, name, float(np.abs(found).max()))
    return cases


def main() -> None:
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1])
    made = [
        {
            "network": network.name,
            "target": network.target,
            "cases": write(folder / network.name, network),
            **({"metrics": quantus_metrics.write(folder / network.name, network)} if network.name in NETWORKS else {}),
        }
        for network in networks()
    ]
    (folder / "cases.json").write_text(json.dumps(made, indent=1))


main()
