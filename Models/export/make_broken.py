"""Makes the corpus of broken exports: one small network, and exports of it that each have one mistake.

    python make_broken.py            # all of them, into Tests/GRLValidationTests/Fixtures
    python make_broken.py NAME …     # only these

`good.onnx` is the network as it was trained, `good.pth` its checkpoint, `good.npz` what PyTorch gave for one image, with
what every module gave. Each other file is `NAME.onnx` of the list below, and `broken.json` says which layer is wrong.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

import references
from exporting import ExportOptions, export, save
from fixture_list import direct, grl
from networks import build, narrow_position_bias, randomise, store_masks

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "Tests" / "GRLValidationTests" / "Fixtures"
IMAGE = (16, 8)
"""Height and width. The other way around the windows are as many, and their masks others."""
CONFIGURATION = direct(2) | grl(2, embed_dim=12, upsampler="pixelshuffledirect", upscale=2)
BIAS_WIDTH = 8
SEED = 20260
OPTIONS = ExportOptions("torchscript", 17)


@dataclass(frozen=True)
class Mistake:
    name: str
    layer: str
    """The module that is the first to give something else than it should; the empty name for all of them."""
    network: Callable[[nn.Module], nn.Module | None] | None = None
    """Changes a network before its export."""
    model: Callable[[onnx.ModelProto], None] | None = None
    """Changes the exported file."""
    training: bool = False


def trained() -> nn.Module:
    """The network as it was trained."""
    network = build(CONFIGURATION)
    narrow_position_bias(network, BIAS_WIDTH)
    store_masks(network, *IMAGE)
    randomise(network, SEED)
    with torch.no_grad():
        # Beyond the limit of the clamp, which is ln 100.
        network.layers[0].blocks[1].attn.window_attn.attn_transform.logit_scale.fill_(5.5)
    return network


def transpose_weight(network: nn.Module) -> None:
    weight = network.layers[0].blocks[0].attn.proj.weight
    weight.copy_(weight.T.clone())


def swap_layers(network: nn.Module) -> None:
    first, second = (network.layers[0].blocks[index].mlp for index in (0, 1))
    network.layers[0].blocks[0].mlp, network.layers[0].blocks[1].mlp = second, first


def drop_shift(network: nn.Module) -> None:
    network.layers[0].blocks[0].attn.window_attn.shift_size = 0


def mask_other_size(network: nn.Module) -> None:
    store_masks(network, *reversed(IMAGE))
    network.input_resolution = IMAGE


def clamp_elsewhere(network: nn.Module) -> None:
    """The limit is ln 10 instead of ln 100."""
    scale = network.layers[0].blocks[1].attn.window_attn.attn_transform.logit_scale
    scale.copy_(scale.clamp(max=math.log(1 / 0.1)))


def approximate_gelu(network: nn.Module) -> None:
    network.layers[0].blocks[0].mlp.act = nn.GELU(approximate="tanh")


def change_epsilon(network: nn.Module) -> None:
    network.layers[0].blocks[1].norm1.eps = 1e-3


def exchange_red_and_blue(network: nn.Module) -> None:
    network.register_forward_pre_hook(lambda _network, inputs: (inputs[0].flip(1), *inputs[1:]))


def train_on(network: nn.Module) -> None:
    generator = torch.Generator().manual_seed(SEED + 1)
    for parameter in network.parameters():
        parameter.mul_(1 + 0.02 * torch.randn(parameter.shape, generator=generator))


def round_to_half(network: nn.Module) -> None:
    for parameter in network.parameters():
        parameter.copy_(parameter.half().float())


def leave_training_on(network: nn.Module) -> None:
    network.layers[0].blocks[1].mlp.drop1.p = 0.1
    network.train()


def mix_pixel_order(model: onnx.ModelProto) -> None:
    (shuffle,) = (node for node in model.graph.node if node.op_type == "DepthToSpace")
    (mode,) = (attribute for attribute in shuffle.attribute if attribute.name == "mode")
    mode.s = b"DCR"


MISTAKES = [
    Mistake("transposed-weight", "layers.0.blocks.0.attn.proj", transpose_weight),
    Mistake("swapped-layers", "layers.0.blocks.0.mlp.fc1", swap_layers),
    Mistake("dropped-shift", "layers.0.blocks.0.attn.window_attn", drop_shift),
    Mistake("mask-size", "layers.0.blocks.0.attn.window_attn", mask_other_size),
    Mistake("clamp", "layers.0.blocks.1.attn.window_attn", clamp_elsewhere),
    Mistake("gelu-tanh", "layers.0.blocks.0.mlp.act", approximate_gelu),
    Mistake("epsilon", "layers.0.blocks.1.norm1", change_epsilon),
    Mistake("pixel-order", "upsample", model=mix_pixel_order),
    Mistake("bgr", "conv_first", exchange_red_and_blue),
    Mistake("stale-checkpoint", "conv_first", train_on),
    Mistake("half-weights", "conv_first", round_to_half),
    Mistake("training-mode", "layers.0.blocks.1.mlp.drop1", leave_training_on, training=True),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="mistakes to make (default: all)")
    parser.add_argument("-o", "--output", type=Path, default=DEFAULT_FOLDER, help="folder (default: %(default)s)")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - {mistake.name for mistake in MISTAKES}
    if unknown:
        sys.exit(f"error: no mistake is called {', '.join(sorted(unknown))}")

    torch.set_num_threads(1)
    folder = arguments.output
    folder.mkdir(parents=True, exist_ok=True)
    network = trained()
    image = references.random_image(3, *IMAGE, seed=SEED)
    if not arguments.names:
        export(network, image, folder / "good.onnx", OPTIONS)
        torch.save(network.state_dict(), folder / "good.pth")
        np.savez_compressed(folder / "good.npz", **references.record_layers(network, image))
    for mistake in MISTAKES:
        if arguments.names and mistake.name not in arguments.names:
            continue
        broken = copy.deepcopy(network)
        if mistake.network:
            with torch.no_grad():
                mistake.network(broken)
        path = folder / f"{mistake.name}.onnx"
        model = export(broken, image, path, replace(OPTIONS, training=mistake.training))
        if mistake.model:
            mistake.model(model)
            save(model, path, external_data=False)
        print(f"{mistake.name:20} {path.stat().st_size // 1000:4} kB  {mistake.layer}", flush=True)
    entries = [{"name": mistake.name, "layer": mistake.layer} for mistake in MISTAKES]
    (folder / "broken.json").write_text(json.dumps(entries, indent=1) + "\n")


if __name__ == "__main__":
    main()
