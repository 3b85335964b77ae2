"""Building GRL networks, giving them random parameters, and preparing them for export."""

from __future__ import annotations

import importlib
import importlib.util
import math
import sys
import types
from pathlib import Path

import torch
from torch import nn

from configurations import size_multiple

LOGIT_SCALE_LIMIT = math.log(100)
"""GRL clamps the logarithm of the attention's scale here."""


def grl_class(repository: Path | None = None) -> type[nn.Module]:
    """The network's class: spandrel's, or that of a checkout of the official repository."""
    if repository is None:
        return importlib.import_module("spandrel.architectures.GRL").GRL
    if not (repository / "models" / "networks" / "grl.py").is_file():
        raise ValueError(f"{repository} is no checkout of the official repository: it lacks models/networks/grl.py")
    _stand_in_for_fairscale()
    sys.path.insert(0, str(repository))
    return importlib.import_module("models.networks.grl").GRL


def build(configuration: dict, repository: Path | None = None) -> nn.Module:
    """A network in evaluation mode; its image size, unless given, is the smallest that needs no padding."""
    arguments = dict(drop_path_rate=0.0, img_size=size_multiple(configuration)) | configuration
    return grl_class(repository)(**arguments).eval()


def store_masks(network: nn.Module, height: int, width: int, shared: bool = False) -> None:
    """Keeps the masks, tables and indices of one padded size as buffers: an export then holds them as constants.

    Tracing turns every use of a buffer into a constant of its own, unless the buffer is a persistent one. `shared`
    makes them so; the export must then leave constants unfolded, or folding copies them after all.
    """
    network.input_resolution = (height, width)
    for name, value in network.set_table_index_mask((height, width)).items():
        network.register_buffer(name, value, persistent=shared)


def compute_masks(network: nn.Module) -> None:
    """Makes the network compute masks, tables and indices in every run: an export then follows its input's size.

    The network uses its buffers when the input has exactly the size they were made for, and no input has size zero.
    """
    network.input_resolution = (0, 0)


@torch.no_grad()
def randomise(network: nn.Module, seed: int, clamp_logit_scale: bool = False) -> None:
    """Gives every parameter a random value that a wrong runtime cannot hide behind.

    Weights keep the magnitude of what passes through; norms scale and shift, biases are not zero, the position
    bias covers much of its sigmoid, attention scales differ by head. `clamp_logit_scale` puts those scales around
    the limit of the clamp instead.
    """
    generator = torch.Generator().manual_seed(seed)

    def normal(parameter: torch.Tensor, deviation: float, mean: float = 0.0) -> None:
        parameter.copy_(torch.randn(parameter.shape, generator=generator) * deviation + mean)

    def uniform(parameter: torch.Tensor, low: float, high: float) -> None:
        parameter.copy_(torch.rand(parameter.shape, generator=generator) * (high - low) + low)

    for name, module in network.named_modules():
        for field, parameter in module.named_parameters(recurse=False):
            if isinstance(module, nn.LayerNorm):
                normal(parameter, 0.2, mean=1.0 if field == "weight" else 0.0)
            elif field == "logit_scale" and clamp_logit_scale:
                uniform(parameter, LOGIT_SCALE_LIMIT - 0.2, LOGIT_SCALE_LIMIT + 1)
            elif field == "logit_scale":
                uniform(parameter, math.log(2), math.log(30))
            elif field == "relative_position_bias_table":
                normal(parameter, 1.0)
            elif "cpb_mlp" in name and parameter.shape[-1] == 2:
                normal(parameter, 1.0)
            elif parameter.dim() > 1:
                normal(parameter, 1 / math.sqrt(parameter[0].numel()))
            else:
                uniform(parameter, -0.2, 0.2)


@torch.no_grad()
def temper_residuals(network: nn.Module) -> None:
    """Makes the residual branches of a deep random network smaller, by 16 / layers beyond 16 layers.

    Without it the 40 layers of the base size amplify rounding so much that PyTorch's own float32 output differs from
    its float64 output by 1e-4 to 2e-4, ten times the bound that runtimes are held to.
    """
    norms = [
        module
        for name, module in network.named_modules()
        if isinstance(module, nn.LayerNorm) and ".blocks." in name
    ]
    layers = len(norms) / 2
    for norm in norms:
        norm.weight.mul_(min(1, 16 / layers))


def settle_padding(network: nn.Module, height: int, width: int) -> None:
    """Makes a network pad with zeros if an image of this size is too small to be padded by reflection.

    The network finds that out by catching an exception, which neither exporter survives. An export
    therefore has one of the two paddings, whatever sizes it is run at.
    """
    multiple = network.pad_size
    if any(-side % multiple >= side for side in (height, width)):
        network.check_image_size = lambda image: nn.functional.pad(
            image, (0, -image.shape[3] % multiple, 0, -image.shape[2] % multiple)
        )


def narrow_position_bias(network: nn.Module, width: int) -> None:
    """Replaces the position bias networks, 512 wide otherwise, by narrower ones: exports stay small."""
    for module in network.modules():
        if hasattr(module, "cpb_mlp"):
            module.cpb_mlp = type(module.cpb_mlp)(2, module.logit_scale.shape[0], channels=width)


@torch.no_grad()
def round_to_float16(network: nn.Module) -> None:
    """Rounds every parameter to the nearest float16 value, so that storing it in 16 bits changes nothing."""
    for parameter in network.parameters():
        parameter.copy_(parameter.half().float())


def _stand_in_for_fairscale() -> None:
    """The official network imports fairscale for checkpointed training only, which an export never uses."""
    if importlib.util.find_spec("fairscale") is not None:
        return
    module = types.ModuleType("fairscale.nn")
    module.checkpoint_wrapper = lambda layer, **_: layer
    sys.modules.setdefault("fairscale", types.ModuleType("fairscale"))
    sys.modules.setdefault("fairscale.nn", module)
