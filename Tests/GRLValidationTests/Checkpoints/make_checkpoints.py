"""Makes the checkpoints of model fixtures: the parameters that their exports were made of, in several formats.

    python make_checkpoints.py

Needs what Models/export needs, and safetensors. Parameters follow from the fixtures' names (Models/export).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[2] / "Models" / "export"))

from fixture_list import FIXTURES  # noqa: E402
from make_fixtures import network_of  # noqa: E402


def parameters(name: str) -> dict[str, torch.Tensor]:
    fixture = next(fixture for fixture in FIXTURES if fixture.name == name)
    return {key: value.detach().clone() for key, value in network_of(fixture).named_parameters()}


def lightning(state: dict[str, torch.Tensor]) -> dict:
    """A trainer's checkpoint: prefixed names, the optimiser's state, buffers as official checkpoints store them."""
    buffers = {"model.index_w": torch.arange(49).reshape(7, 7), "model.mask_w": torch.zeros(2, 4, 4)}
    return {
        "epoch": 1,
        "state_dict": {f"model.{key}": value for key, value in state.items()} | buffers,
        "optimizer_states": [{"state": {0: {"exp_avg": torch.zeros(3)}}, "param_groups": [{"lr": 1e-4}]}],
    }


def main() -> None:
    from safetensors.torch import save_file

    torch.save(lightning(parameters("wide-bias-dynamo18")), FOLDER / "wide-bias-dynamo18.ckpt")
    stale = {key: value + 0.01 for key, value in parameters("plain-dynamo20").items()}
    torch.save({"params_ema": stale, "params": parameters("plain-dynamo20")}, FOLDER / "plain-dynamo20.pth")
    torch.save(parameters("clamped-scale-ts18"), FOLDER / "clamped-scale-ts18.pth")
    save_file(parameters("plain-ts17-onnxsim"), FOLDER / "plain-ts17-onnxsim.safetensors")
    for name in ("plain-float16-ts17", "swinir-ts17", "rcan-ts17", "gray-ts14"):
        np.savez(FOLDER / f"{name}.npz", **{key: value.numpy() for key, value in parameters(name).items()})


if __name__ == "__main__":
    main()
