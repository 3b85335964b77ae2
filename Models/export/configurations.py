"""Hyper-parameters of the released GRL networks, by task and size."""

from __future__ import annotations

import ast

SIZES = {
    "tiny": dict(embed_dim=64, depths=[4] * 4, num_heads_window=[2] * 4, num_heads_stripe=[2] * 4),
    "small": dict(embed_dim=128, depths=[4] * 4, num_heads_window=[2] * 4, num_heads_stripe=[2] * 4),
    "base": dict(
        embed_dim=180,
        depths=[4, 4, 8, 8, 8, 4, 4],
        num_heads_window=[3] * 7,
        num_heads_stripe=[3] * 7,
        local_connection=True,
    ),
}
"""Width, depth and heads of each model size; only the base size has the local branch."""

COMMON = dict(
    stripe_groups=[None, None],
    stripe_shift=True,
    mlp_ratio=2,
    qkv_proj_type="linear",
    anchor_proj_type="avgpool",
    anchor_window_down_factor=4,
    conv_type="1conv",
    upscale=1,
    upsampler="",
)

TASKS = {
    "dn": {
        "tiny": dict(window_size=16, stripe_size=[64, 128]),
        "small": dict(window_size=16, stripe_size=[64, 128]),
        "base": dict(window_size=32, stripe_size=[64, 128], anchor_window_down_factor=2),
    },
    "sr": {
        "tiny": dict(window_size=32, stripe_size=[64, 64], upsampler="pixelshuffledirect"),
        "small": dict(window_size=32, stripe_size=[64, 64], upsampler="pixelshuffle"),
        "base": dict(window_size=32, stripe_size=[64, 64], upsampler="pixelshuffle", anchor_window_down_factor=2),
    },
    "bsr": {"base": dict(window_size=16, stripe_size=[32, 64], upsampler="nearest+conv", upscale=4)},
    "jpeg": {"small": dict(window_size=36, stripe_size=[72, 144])},
    "db_motion": {"base": dict(window_size=12, stripe_size=[48, 96])},
    "db_defocus": {"base": dict(window_size=16, stripe_size=[48, 96])},
    "dm": {"small": dict(window_size=8, stripe_size=[32, 32])},
}
"""Windows, stripes and reconstruction of each released task, for the sizes it was released in."""


def released(task: str, size: str, channels: int = 3, scale: int = 2) -> dict:
    """The configuration of a released network.

    `channels` counts the input's channels: 1, 3, or 6 for dual-pixel defocus deblurring, whose output has 3.
    `scale` matters to super-resolution (`sr`) only.
    """
    if task not in TASKS:
        raise ValueError(f"unknown task {task!r}; the released tasks are {', '.join(TASKS)}")
    if size not in TASKS[task]:
        raise ValueError(f"task {task!r} was not released in size {size!r}; choose from {', '.join(TASKS[task])}")
    configuration = COMMON | SIZES[size] | TASKS[task][size]
    configuration |= dict(in_channels=channels, out_channels=3 if channels == 6 else channels)
    if task == "sr":
        configuration["upscale"] = scale
    return configuration


def with_options(configuration: dict, options: list[str]) -> dict:
    """The configuration with every `NAME=VALUE` option applied; values are Python literals, else plain strings."""
    result = dict(configuration)
    for option in options:
        name, separator, text = option.partition("=")
        if not separator:
            raise ValueError(f"option {option!r} is not of the form NAME=VALUE")
        try:
            result[name] = ast.literal_eval(text)
        except (SyntaxError, ValueError):
            result[name] = text
    return result


def size_multiple(configuration: dict) -> int:
    """The multiple to which the network pads its input's height and width."""
    groups = max(group or 0 for group in configuration.get("stripe_groups", [None, None]))
    stripe = max(size or 0 for size in configuration.get("stripe_size", [8, 8]))
    factor = configuration.get("anchor_window_down_factor", 1)
    return max(configuration.get("window_size", 8), stripe, groups * factor)
