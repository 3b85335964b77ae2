"""Makes exports of one network by several exporters, which `grl-validate --against` must find to agree.

    python make_twins.py

writes `NAME-WAY.onnx` into Tests/GRLValidationTests/Twins: `plain`, and `euclidean`, which cannot be freed of its size.
"""

from __future__ import annotations

from pathlib import Path

import onnx

import references
from exporting import export
from fixture_list import Fixture, dynamo, grl, torchscript
from make_fixtures import network_of
from networks import settle_padding

FOLDER = Path(__file__).resolve().parents[2] / "Tests" / "GRLValidationTests" / "Twins"
IMAGE = (16, 24)
WAYS = {
    "plain": {
        "ts17": torchscript(17),
        "ts11-onnxsim": torchscript(11, "onnxsim"),
        "dynamo20": dynamo(20),
        "dynamo18-onnxslim": dynamo(18, "onnxslim"),
        "any-size-ts17": torchscript(17, dynamic=True),
    },
    "euclidean": {"ts16": torchscript(16), "dynamo20": dynamo(20)},
}
CONFIGURATIONS = {"plain": grl(2), "euclidean": grl(2, euclidean_dist=True)}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, ways in WAYS.items():
        for way, options in ways.items():
            masks = "computed" if options.dynamic else "stored"
            # All ways of a network share its name, and so its random parameters.
            row = Fixture(name, CONFIGURATIONS[name], options, IMAGE, masks=masks)
            network = network_of(row)
            settle_padding(network, *IMAGE)
            example = references.random_image(3, *IMAGE, seed=row.seed)
            path = FOLDER / f"{name}-{way}.onnx"
            onnx.checker.check_model(export(network, example, path, options))
            print(f"{path.name:30} {path.stat().st_size // 1000:5} kB")


if __name__ == "__main__":
    main()
