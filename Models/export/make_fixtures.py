"""Makes the model fixtures of the tests: small networks with random parameters and PyTorch's recorded outputs.

    python make_fixtures.py                  # all of them, into Tests/ModelTests/Fixtures
    python make_fixtures.py plain-ts17 …     # only these; fixtures.json keeps its other entries and their versions
    python make_fixtures.py --references-only [NAME …]   # PyTorch's outputs for the models that are there

Every fixture is a row of `fixture_list.py`.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
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
SAME_OUTPUT = 1e-6
"""Allowed relative difference between two recordings of one network, which other machines and threads round
differently. Networks with different parameters are far beyond it."""
PACKAGES = ("torch", "onnx", "onnxscript", "onnxsim", "onnxslim", "onnxruntime", "spandrel", "spandrel-extra-arches")


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
        network = network_class(fixture.architecture)(**fixture.configuration).eval()
    randomise(network, fixture.seed, fixture.clamp_logit_scale)
    if fixture.options.float16_weights:
        round_to_float16(network)
    return network


def network_class(architecture: str) -> type[torch.nn.Module]:
    """The class of that name, from spandrel or from its collection of networks under other licences."""
    package = "spandrel" if importlib.util.find_spec(f"spandrel.architectures.{architecture}") else "spandrel_extra_arches"
    return getattr(importlib.import_module(f"{package}.architectures.{architecture}"), architecture)


def record(fixture: Fixture, network: torch.nn.Module) -> dict[str, np.ndarray]:
    """Runs the network at the export size and at every further size of the row."""
    channels = fixture.configuration.get("in_channels", fixture.configuration.get("in_chans", 3))
    example = references.random_image(channels, *fixture.image, seed=fixture.seed, batch=fixture.batch)
    others = [
        references.random_image(channels, *size, seed=fixture.seed + index, batch=fixture.other_batch)
        for index, size in enumerate(fixture.other_sizes, start=1)
    ]
    if fixture.follows_input:
        return references.record(network, [example, *others])
    return references.record(network, [example], others)


def make(fixture: Fixture, folder: Path) -> dict:
    """Writes `NAME.onnx` and `NAME.npz`, compares ONNX Runtime with PyTorch, and returns the fixture's entry."""
    network = network_of(fixture)
    arrays = record(fixture, network)
    references.write(folder / f"{fixture.name}.npz", arrays)
    if fixture.architecture == "GRL":
        settle_padding(network, *fixture.image)
    path = folder / f"{fixture.name}.onnx"
    model = export(network, torch.from_numpy(arrays["in0"]), path, fixture.options)
    onnx.checker.check_model(model)
    verdict = compare(path, arrays)
    size = path.stat().st_size // 1000
    print(f"{fixture.name:36} {size:5} kB {len(model.graph.node):5} nodes  {verdict}", flush=True)
    return entry(fixture, verdict)


def make_references(fixture: Fixture, folder: Path) -> dict:
    """Writes `NAME.npz` again for the `NAME.onnx` that is there, and returns the fixture's entry.

    The network is built anew. That it is the exported one shows in its output at the export size, which must equal the
    recorded one; that recording is kept as it is. Another output raises and leaves the file untouched.
    """
    path = folder / f"{fixture.name}.npz"
    arrays = record(fixture, network_of(fixture))
    with np.load(path) as recorded:
        example = {name: recorded[name] for name in ("in0", "out0")}
    if not np.array_equal(example["in0"], arrays["in0"]) or example["out0"].shape != arrays["out0"].shape:
        raise ValueError(f"{path.name}: in0 or the shape of out0 is not that of the row; make the fixture anew")
    difference = references.relative_difference(arrays["out0"], example["out0"])
    if not difference <= SAME_OUTPUT:
        raise ValueError(f"{path.name}: out0 differs by {difference} from the row's network; make the fixture anew")
    arrays |= example
    verdict = compare(folder / f"{fixture.name}.onnx", arrays)
    references.write(path, arrays)
    size = path.stat().st_size // 1000
    print(f"{fixture.name:36} {size:5} kB  recorded before: {difference:.1e}  {verdict}", flush=True)
    return entry(fixture, verdict)


def entry(fixture: Fixture, verdict: float | str) -> dict:
    """What `fixtures.json` says of the fixture.

    `sizes` are those of the pairs `in0`, `out0`, …, at which the file runs, `otherSizes` those of the pairs
    `other0_in`, `other0_out`, …, at which only the network does.
    """
    others = [list(size) for size in fixture.other_sizes]
    return {
        "name": fixture.name,
        "model": f"{fixture.name}.onnx",
        "reference": f"{fixture.name}.npz",
        "architecture": fixture.architecture,
        "exporter": fixture.options.exporter,
        "opset": fixture.options.opset,
        "simplifier": fixture.options.simplify,
        "dynamic": fixture.follows_input,
        "declaredDynamic": fixture.options.dynamic,
        "masks": fixture.masks,
        "float16Weights": fixture.options.float16_weights,
        "externalData": fixture.options.external_data,
        "batch": fixture.batch,
        "sizes": [list(fixture.image), *(others if fixture.follows_input else [])],
        "otherSizes": [] if fixture.follows_input else others,
        "otherBatch": fixture.other_batch,
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


def write_index(path: Path, versions: dict[str, str], entries: dict[str, dict]) -> None:
    """Lists the fixtures in the order of their rows, and the versions of the packages that exported them. Where a
    fixture was made anew with others, its entry has its own."""
    ordered = [entries[fixture.name] for fixture in FIXTURES if fixture.name in entries]
    content = {"versions": versions, "fixtures": ordered}
    path.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="fixtures to make (default: all)")
    parser.add_argument("-o", "--output", type=Path, default=DEFAULT_FOLDER, help="folder (default: %(default)s)")
    parser.add_argument("--references-only", action="store_true", help="leave the models as they are")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - {fixture.name for fixture in FIXTURES}
    if unknown:
        sys.exit(f"error: no fixture is called {', '.join(sorted(unknown))}")

    torch.set_num_threads(1)
    warnings.filterwarnings("ignore", message="torch.meshgrid")
    arguments.output.mkdir(parents=True, exist_ok=True)
    index = arguments.output / "fixtures.json"
    entries = {}
    own_versions = {name: version(name) for name in PACKAGES}
    versions = own_versions
    if arguments.references_only and not index.exists():
        sys.exit(f"error: {arguments.output} has no fixtures.json; make the fixtures first")
    if (arguments.names or arguments.references_only) and index.exists():
        content = json.loads(index.read_text())
        entries = {entry["name"]: entry for entry in content["fixtures"]}
        versions = content["versions"]
    work = make_references if arguments.references_only else make
    for fixture in FIXTURES:
        if not arguments.names or fixture.name in arguments.names:
            made = work(fixture, arguments.output)
            exported_by = own_versions
            if arguments.references_only:
                exported_by = entries.get(fixture.name, {}).get("versions", versions)
            entries[fixture.name] = made if exported_by == versions else made | {"versions": exported_by}
            write_index(index, versions, entries)


if __name__ == "__main__":
    main()
