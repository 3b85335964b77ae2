"""Reading GRL checkpoints: official releases, Lightning checkpoints and those of `Models/train`."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import torch

_CONTAINERS = ("params_ema", "params", "state_dict")
_DERIVED = re.compile(r"(^|\.)((table|index|mask)_|relative_coords_table|relative_position_index|attn_mask)")


def read_checkpoint(path: Path, allow_pickle: bool = False) -> tuple[dict[str, torch.Tensor], dict | None]:
    """Returns the network's parameters and, where the file holds one, its configuration.

    Pickled objects other than tensors run code when they are read, so they need `allow_pickle`.
    """
    try:
        content = torch.load(path, map_location="cpu", weights_only=not allow_pickle)
    except pickle.UnpicklingError as error:
        raise ValueError(
            f"{path} holds pickled objects besides tensors; if you trust it, pass --allow-pickle ({error})"
        ) from error
    configuration = content.get("config")
    for name in _CONTAINERS:
        if isinstance(content.get(name), dict):
            content = content[name]
            break
    parameters = {name: value for name, value in content.items() if isinstance(value, torch.Tensor)}
    return _without_derived(_without_prefix(parameters)), configuration


def load_parameters(network: torch.nn.Module, parameters: dict[str, torch.Tensor]) -> None:
    """Copies the parameters into the network; complains unless both name the same ones."""
    expected = {name for name, _ in network.named_parameters()}
    missing, unexpected = sorted(expected - set(parameters)), sorted(set(parameters) - expected)
    if missing or unexpected:
        raise ValueError(
            "the checkpoint does not fit the configuration: "
            f"missing {missing[:4]} ({len(missing)} in all), unexpected {unexpected[:4]} ({len(unexpected)} in all)"
        )
    network.load_state_dict(parameters, strict=False)


def _without_prefix(parameters: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Keeps the generator of an adversarial checkpoint (`model_g.`) and drops what wraps the names."""
    for prefix in ("model_g.", "model.", "module."):
        if f"{prefix}conv_first.weight" in parameters:
            kept = {name: value for name, value in parameters.items() if name.startswith(prefix)}
            return {name.removeprefix(prefix): value for name, value in kept.items()}
    return parameters


def _without_derived(parameters: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Drops the tables, indices and masks that official checkpoints store; the network computes its own."""
    return {name: value for name, value in parameters.items() if not _DERIVED.search(name)}
