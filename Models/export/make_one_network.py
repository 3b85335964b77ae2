"""Makes the fixtures of the comparison of models: one network with one set of random parameters, exported in many ways,
and once with other parameters.

    python make_one_network.py     # into Tests/GRLInspectionTests/Fixtures
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import onnx
import torch

import references
from configurations import size_multiple
from exporting import export
from fixture_list import SWINIR, dynamo, grl, torchscript
from networks import build, compute_masks, narrow_position_bias, randomise, settle_padding, store_masks

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "Tests" / "GRLInspectionTests" / "Fixtures"
CONFIGURATION = grl(2, embed_dim=32, local_connection=True, upsampler="pixelshuffledirect", upscale=2)
SEED, OTHER_SEED = 11, 12

EXPORTS = {
    "one-ts17": (torchscript(17), (16, 24), SEED),
    "one-ts12-16x16": (torchscript(12), (16, 16), SEED),
    "one-ts17-13x21": (torchscript(17), (13, 21), SEED),
    "one-ts18-onnxsim": (torchscript(18, "onnxsim"), (16, 24), SEED),
    "one-ts17-onnxslim": (torchscript(17, "onnxslim"), (24, 16), SEED),
    "one-dynamo20": (dynamo(20), (16, 24), SEED),
    "one-dynamo18-onnxsim": (dynamo(18, "onnxsim"), (8, 16), SEED),
    "one-dynamic-ts16": (torchscript(16, dynamic=True), (13, 21), SEED),
    "other-ts17": (torchscript(17), (16, 24), OTHER_SEED),
}
"""By name: how it is exported, at which height and width, and the seed of its parameters."""

SWINIR_EXPORTS = {
    "swinir-ts17": (torchscript(17), (16, 24), SEED),
    "swinir-dynamo20": (dynamo(20), (16, 16), SEED),
}


def grl_network(image: tuple[int, int], seed: int, dynamic: bool) -> torch.nn.Module:
    network = build(CONFIGURATION)
    narrow_position_bias(network, 32)
    multiple = size_multiple(CONFIGURATION)
    if dynamic:
        compute_masks(network)
    else:
        store_masks(network, *(-(-side // multiple) * multiple for side in image))
    randomise(network, seed)
    settle_padding(network, *image)
    return network


def swinir_network(seed: int) -> torch.nn.Module:
    from spandrel.architectures.SwinIR import SwinIR

    network = SwinIR(**SWINIR).eval()
    randomise(network, seed)
    return network


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", type=Path, default=DEFAULT_FOLDER, help="folder (default: %(default)s)")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore", message="torch.meshgrid")
    for name, (options, image, seed) in (EXPORTS | SWINIR_EXPORTS).items():
        is_swinir = name in SWINIR_EXPORTS
        network = swinir_network(seed) if is_swinir else grl_network(image, seed, options.dynamic)
        path = arguments.output / f"{name}.onnx"
        example = references.random_image(3, *image, seed=seed)
        onnx.checker.check_model(export(network, example, path, options))
        print(f"{name:24} {path.stat().st_size // 1000:5} kB", flush=True)


if __name__ == "__main__":
    main()
