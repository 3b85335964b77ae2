"""Makes the checkpoints of the tests. Needs torch and safetensors.

    python make_fixtures.py
"""

from __future__ import annotations

import io
import sys
import types
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch

FOLDER = Path(__file__).resolve().parent


class Callback:
    """A class that no reader knows."""

    def __init__(self):
        self.best = torch.tensor(0.5)
        self.path = Path("best.ckpt")


def unknown_module() -> None:
    """Makes the class a member of a module with a name of its own, as a training framework's would be."""
    module = types.ModuleType("framework.callbacks")
    module.Callback = Callback
    Callback.__module__ = "framework.callbacks"
    sys.modules["framework"] = types.ModuleType("framework")
    sys.modules["framework.callbacks"] = module


def tensors() -> OrderedDict:
    """Every element type, views that share a storage, parameters, scalars, an empty tensor."""
    base = torch.arange(24, dtype=torch.float32).reshape(4, 6)
    return OrderedDict(
        base=base,
        transposed=base.t(),
        part=base[1:3, 2:5],
        repeated=torch.arange(3, dtype=torch.float32).expand(2, 3),
        parameter=torch.nn.Parameter(torch.tensor([1.5, -2.0])),
        scalar=torch.tensor(7),
        empty=torch.zeros(0, 3),
        float64=torch.tensor([0.1], dtype=torch.float64),
        float16=torch.tensor([0.5, 65504.0], dtype=torch.float16),
        bfloat16=torch.tensor([1.0, -3.0], dtype=torch.bfloat16),
        int8=torch.tensor([-1], dtype=torch.int8),
        int16=torch.tensor([-2], dtype=torch.int16),
        int32=torch.tensor([-3], dtype=torch.int32),
        int64=torch.tensor([-4, 2**40], dtype=torch.int64),
        uint8=torch.tensor([255], dtype=torch.uint8),
        bool=torch.tensor([True, False]),
    )


def small(value: float, prefix: str = "") -> OrderedDict:
    return OrderedDict(
        (prefix + name, torch.full((2,), value)) for name in ("conv_first.weight", "conv_first.bias")
    )


def lightning() -> dict:
    """What a Lightning trainer writes: weights among optimiser states, callbacks and objects of unknown classes."""
    network = torch.nn.Linear(2, 2)
    optimizer = torch.optim.Adam(network.parameters())
    network(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    return {
        "epoch": 3,
        "pytorch-lightning_version": "2.4.0",
        "state_dict": OrderedDict([*small(1.0, "model.").items(), *small(2.0, "ema_model.module.").items()]),
        "optimizer_states": [optimizer.state_dict()],
        "optimizer": small(9.0),
        "callbacks": {"Callback": Callback(), "EMA": {"ema_weights": small(3.0)}},
        "hyper_parameters": {"path": Path("data"), "learning_rate": np.float64(1e-4), "size": torch.Size([2, 3])},
        "random_state": 2**90,
    }


def with_byte_order(order: str) -> bytes:
    """An archive that says that it was written in another byte order."""
    source, target = io.BytesIO(), io.BytesIO()
    torch.save(small(1.0), source)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            data = order.encode() if entry.filename.endswith("/byteorder") else old.read(entry)
            new.writestr(zipfile.ZipInfo(entry.filename), data)
    return target.getvalue()


def main() -> None:
    from safetensors.torch import save_file

    unknown_module()
    contiguous = {name: value.detach().clone().contiguous() for name, value in tensors().items()}
    torch.save(tensors(), FOLDER / "tensors.pth")
    torch.save(tensors(), FOLDER / "protocol4.pth", pickle_protocol=4)
    save_file(contiguous, FOLDER / "tensors.safetensors", metadata={"format": "pt", 'a "key"': "ü\n"})
    arrays = {name: value.numpy() for name, value in contiguous.items() if value.dtype != torch.bfloat16}
    np.savez(FOLDER / "tensors.npz", **arrays)
    torch.save(lightning(), FOLDER / "lightning.ckpt")
    torch.save({"params": small(1.0), "params_ema": small(2.0)}, FOLDER / "average.pth")
    torch.save({"state_dict": small(1.0, "model_g.") | small(2.0, "model_d.")}, FOLDER / "adversarial.ckpt")
    torch.save(small(1.0), FOLDER / "legacy.pth", _use_new_zipfile_serialization=False)
    torch.save({"weight": torch.tensor([1 + 2j])}, FOLDER / "complex.pth")
    torch.save(torch.nn.Linear(1, 1), FOLDER / "whole_model.pth")
    (FOLDER / "big_endian.pth").write_bytes(with_byte_order("big"))


if __name__ == "__main__":
    main()
