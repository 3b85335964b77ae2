"""Exports a GRL network to ONNX, together with recorded inputs and outputs of PyTorch.

    python export.py --task dn --size tiny --checkpoint dn_grl_tiny_c3s25.ckpt --image 128x128 -o out
    python export.py --checkpoint ../train/grl.pt --image 64x64 --dynamic --reference-size 96x80 -o out
    python export.py --task sr --size base --scale 4 --exporter dynamo --opset 20 --seed 1 -o out
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import torch

import references
from checkpoints import load_parameters, read_checkpoint
from configurations import SIZES, TASKS, released, size_multiple, with_options
from exporting import ExportOptions, export
from networks import build, compute_masks, randomise, round_to_float16, settle_padding, store_masks


def image_size(text: str) -> tuple[int, int]:
    """Parses `HxW`."""
    height, _, width = text.partition("x")
    return int(height), int(width or height)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    network = parser.add_argument_group("network")
    network.add_argument("--task", choices=TASKS, help="a released task")
    network.add_argument("--size", choices=SIZES, default="tiny", help="the released size (default: tiny)")
    network.add_argument("--channels", type=int, choices=(1, 3, 6), default=3, help="input channels (default: 3)")
    network.add_argument("--scale", type=int, choices=(2, 3, 4), default=2, help="super-resolution scale (default: 2)")
    network.add_argument("--config", type=Path, help="a JSON file of GRL's constructor arguments")
    network.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="one constructor argument")
    network.add_argument("--checkpoint", type=Path, help="trained parameters (.pth, .ckpt, .pt)")
    network.add_argument("--allow-pickle", action="store_true", help="read checkpoints that hold pickled objects")
    network.add_argument("--repository", type=Path, help="take the network from this official checkout")
    network.add_argument("--seed", type=int, default=0, help="seed of inputs and of random parameters (default: 0)")
    file = parser.add_argument_group("file")
    file.add_argument("--exporter", choices=("torchscript", "dynamo"), default="torchscript")
    file.add_argument("--opset", type=int, help="default: 17 for torchscript, 20 for dynamo")
    file.add_argument("--image", type=image_size, metavar="HxW", help="export size")
    file.add_argument("--batch", type=int, default=1, help="batch size, always fixed (default: 1)")
    file.add_argument("--dynamic", action="store_true", help="leave height and width free")
    file.add_argument("--masks", choices=("stored", "shared", "computed"), help="default: computed or stored")
    file.add_argument("--simplify", choices=("onnxsim", "onnxslim"))
    file.add_argument("--float16-weights", action="store_true", help="store parameters in 16 bits behind Cast nodes")
    file.add_argument("--external-data", action="store_true", help="store tensors in a second file")
    file.add_argument("--reference-size", type=image_size, action="append", default=[], metavar="HxW")
    file.add_argument("--reference-layers", action="store_true", help="record what every module gives as well")
    file.add_argument("--no-check", action="store_true", help="do not run the file in ONNX Runtime")
    file.add_argument("-o", "--output", type=Path, required=True, help="folder for model.onnx and reference.npz")
    parser.add_argument("--threads", type=int, default=1, help="threads of PyTorch and ONNX Runtime (default: 1)")
    return parser.parse_args()


def resolve_configuration(arguments: argparse.Namespace, stored: dict | None) -> dict:
    """The first of --config, --task and the checkpoint's own configuration, with every --set applied."""
    if arguments.config:
        configuration = json.loads(arguments.config.read_text())
    elif arguments.task:
        configuration = released(arguments.task, arguments.size, arguments.channels, arguments.scale)
    else:
        configuration = stored or {}
    if not configuration and not arguments.set:
        raise ValueError("name a configuration with --task, --config or --set; the checkpoint holds none")
    return with_options(configuration, arguments.set)


def prepare_masks(network: torch.nn.Module, configuration: dict, image: tuple[int, int], masks: str) -> None:
    """Stores the masks of the export size as constants, or leaves them to be computed in the graph."""
    multiple = size_multiple(configuration)
    padded = [-(-side // multiple) * multiple for side in image]
    if masks != "computed":
        store_masks(network, *padded, shared=masks == "shared")
    elif min(padded) == multiple and not all(configuration.get("stripe_groups", [None])):
        raise ValueError(f"computed masks need an export size above {multiple}: exporters fail on their empty regions")
    else:
        compute_masks(network)


def main() -> None:
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    parameters, stored = None, None
    if arguments.checkpoint:
        parameters, stored = read_checkpoint(arguments.checkpoint, arguments.allow_pickle)
    configuration = resolve_configuration(arguments, stored)
    image = arguments.image or _default_image(configuration, arguments.dynamic)
    network = build(configuration, arguments.repository)
    if parameters is None:
        randomise(network, arguments.seed)
    else:
        load_parameters(network, parameters)
    if arguments.float16_weights:
        round_to_float16(network)
    masks = arguments.masks or ("computed" if arguments.dynamic else "stored")
    prepare_masks(network, configuration, image, masks)

    options = ExportOptions(
        exporter=arguments.exporter,
        opset=arguments.opset or (20 if arguments.exporter == "dynamo" else 17),
        dynamic=arguments.dynamic,
        simplify=arguments.simplify,
        float16_weights=arguments.float16_weights,
        constant_folding=masks != "shared",
        external_data=arguments.external_data,
    )
    channels = network.in_channels
    inputs = [
        references.random_image(channels, *size, seed=arguments.seed + index, batch=arguments.batch)
        for index, size in enumerate([image, *arguments.reference_size])
    ]
    arrays = references.record(network, inputs)
    if arguments.reference_layers:
        arrays = references.record_layers(network, inputs[0]) | arrays
    references.write(arguments.output / "reference.npz", arrays)
    settle_padding(network, *image)
    path = arguments.output / "model.onnx"
    model = export(network, inputs[0], path, options)
    print(f"{path}: {len(model.graph.node)} nodes, {model.ByteSize() / 1e6:.1f} MB")
    if not arguments.no_check:
        if not arguments.dynamic:
            arrays = {name: arrays[name] for name in ("in0", "out0")}
        worst = max(references.differences(path, arrays))
        print(f"largest relative difference in ONNX Runtime: {worst:.2e}")
        if worst > references.TOLERANCE:
            raise ValueError(f"the difference exceeds {references.TOLERANCE}")


def _default_image(configuration: dict, dynamic: bool) -> tuple[int, int]:
    """One stripe when fixed; when dynamic, a size that needs padding, so that the padding gets into the graph."""
    multiple = size_multiple(configuration)
    side = 2 * multiple - multiple // 4 if dynamic else multiple
    return side, side


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as error:
        sys.exit(f"error: {error}")
