"""Makes the model fixtures of the tests: small networks with random parameters and PyTorch's recorded outputs.

    python make_fixtures.py                  # all of them, into Tests/ModelTests/Fixtures
    python make_fixtures.py plain-ts17 …     # only these; fixtures.json keeps its other entries

Every fixture is a row of `fixture_list.py`.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import onnx
import torch

import references
from configurations import size_multiple
from exporting import export
from fixture_list import FIXTURES, Fixture
from networks import (
    build,
    compute_masks,
    narrow_position_bias,
    randomise,
    round_to_float16,
    settle_padding,
    store_masks,
)

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "Tests" / "ModelTests" / "Fixtures"
PACKAGES = ("torch", "onnx", "onnxscript", "onnxsim", "onnxslim", "onnxruntime", "spandrel")


def network_of(fixture: Fixture) -> torch.nn.Module:
    """Builds the fixture's network with its random parameters, ready for export."""
    if fixture.architecture == "GRL":
        network = build(fixture.configuration)
        if fixture.bias_width != 512:
            narrow_position_bias(network, fixture.bias_width)
        if fixture.masks == "computed":
            compute_masks(network)
        else:
            multiple = size_multiple(fixture.configuration)
            padded = (-(-side // multiple) * multiple for side in fixture.image)
            store_masks(network, *padded, shared=fixture.masks == "shared")
    else:
        module = __import__(f"spandrel.architectures.{fixture.architecture}", fromlist=[fixture.architecture])
        network = getattr(module, fixture.architecture)(**fixture.configuration).eval()
    randomise(network, fixture.seed, fixture.clamp_logit_scale)
    if fixture.options.float16_weights:
        round_to_float16(network)
    return network


def make(fixture: Fixture, folder: Path) -> dict:
    """Writes `NAME.onnx` and `NAME.npz`, compares ONNX Runtime with PyTorch, and returns the fixture's entry."""
    network = network_of(fixture)
    channels = fixture.configuration.get("in_channels", fixture.configuration.get("in_chans", 3))
    sizes = [fixture.image, *fixture.other_sizes]
    inputs = [
        references.random_image(channels, *size, seed=fixture.seed + index, batch=fixture.batch)
        for index, size in enumerate(sizes)
    ]
    arrays = references.record(network, inputs)
    references.write(folder / f"{fixture.name}.npz", arrays)
    if fixture.architecture == "GRL":
        settle_padding(network, *fixture.image)
    path = folder / f"{fixture.name}.onnx"
    model = export(network, inputs[0], path, fixture.options)
    onnx.checker.check_model(model)
    verdict = compare(path, arrays)
    size = path.stat().st_size // 1000
    print(f"{fixture.name:36} {size:5} kB {len(model.graph.node):5} nodes  {verdict}", flush=True)
    return {
        "name": fixture.name,
        "model": path.name,
        "reference": f"{fixture.name}.npz",
        "architecture": fixture.architecture,
        "exporter": fixture.options.exporter,
        "opset": fixture.options.opset,
        "simplifier": fixture.options.simplify,
        "dynamic": fixture.options.dynamic and fixture.masks == "computed",
        "declaredDynamic": fixture.options.dynamic,
        "masks": fixture.masks,
        "float16Weights": fixture.options.float16_weights,
        "externalData": fixture.options.external_data,
        "batch": fixture.batch,
        "sizes": [list(size) for size in sizes],
        "configuration": fixture.configuration,
        "onnxruntime": "agrees" if isinstance(verdict, float) else verdict,
    }


def compare(path: Path, arrays: dict) -> float | str:
    """The largest relative difference of ONNX Runtime, or why it has no output; too large a difference raises."""
    try:
        worst = max(references.differences(path, arrays))
    except Exception as error:
        return f"cannot run: {str(error).splitlines()[0][:160]}"
    if worst > references.TOLERANCE:
        raise ValueError(f"{path.name}: the difference {worst} exceeds {references.TOLERANCE}")
    return worst


def write_index(path: Path, entries: dict[str, dict]) -> None:
    """Lists the fixtures in the order of their rows."""
    ordered = [entries[fixture.name] for fixture in FIXTURES if fixture.name in entries]
    content = {"versions": {name: version(name) for name in PACKAGES}, "fixtures": ordered}
    path.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="fixtures to make (default: all)")
    parser.add_argument("-o", "--output", type=Path, default=DEFAULT_FOLDER, help="folder (default: %(default)s)")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - {fixture.name for fixture in FIXTURES}
    if unknown:
        sys.exit(f"error: no fixture is called {', '.join(sorted(unknown))}")

    torch.set_num_threads(1)
    warnings.filterwarnings("ignore", message="torch.meshgrid")
    arguments.output.mkdir(parents=True, exist_ok=True)
    index = arguments.output / "fixtures.json"
    entries = {}
    if arguments.names and index.exists():
        entries = {entry["name"]: entry for entry in json.loads(index.read_text())["fixtures"]}
    for fixture in FIXTURES:
        if not arguments.names or fixture.name in arguments.names:
            entries[fixture.name] = make(fixture, arguments.output)
            write_index(index, entries)


if __name__ == "__main__":
    main()
