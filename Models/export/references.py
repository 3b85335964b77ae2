"""Recorded outputs of PyTorch, and the check of an exported file against them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch

TOLERANCE = 2e-5
"""Allowed difference, relative to the larger of 1 and the output's largest magnitude."""


def random_image(channels: int, height: int, width: int, seed: int, batch: int = 1) -> torch.Tensor:
    """A batch of images with values in [0, 1): a smooth gradient with noise on it. Shape [N, C, H, W]."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.rand((batch, channels, 3, 3), generator=generator)
    smooth = torch.nn.functional.interpolate(coarse, (height, width), mode="bilinear", align_corners=True)
    noise = torch.rand((batch, channels, height, width), generator=generator)
    return 0.7 * smooth + 0.3 * noise


@torch.no_grad()
def record(
    network: torch.nn.Module, inputs: Iterable[torch.Tensor], others: Iterable[torch.Tensor] = ()
) -> dict[str, np.ndarray]:
    """The arrays `in0`, `out0`, `in1`, `out1`, … of the network's runs in float32, each of shape [N, C, H, W].

    The images of `others` are those that the network runs and its export does not: their arrays are called
    `other0_in`, `other0_out`, …. The network gets copies, because some change their input in place.
    """
    arrays = {}
    for index, image in enumerate(inputs):
        arrays[f"in{index}"] = image.numpy()
        arrays[f"out{index}"] = network(image.clone()).numpy()
    for index, image in enumerate(others):
        arrays[f"other{index}_in"] = image.numpy()
        arrays[f"other{index}_out"] = network(image.clone()).numpy()
    return arrays


def record_layers(network: torch.nn.Module, image: torch.Tensor) -> dict[str, np.ndarray]:
    """The arrays `in0` and `out0` of one run, and under the name of each module that runs once and gives one tensor what
    it gives. `grl-validate --reference` finds the first layer that differs by them.
    """
    arrays: dict[str, np.ndarray | None] = {}

    def keep(name: str):
        def hook(_module, _inputs, output) -> None:
            is_only = isinstance(output, torch.Tensor) and name not in arrays
            arrays[name] = output.detach().clone().numpy() if is_only else None

        return hook

    handles = [module.register_forward_hook(keep(name)) for name, module in network.named_modules() if name]
    try:
        recorded = record(network, [image])
    finally:
        for handle in handles:
            handle.remove()
    return recorded | {name: array for name, array in arrays.items() if array is not None}


def write(path: Path, arrays: dict[str, np.ndarray]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **arrays)


def differences(model: Path, arrays: dict[str, np.ndarray]) -> list[float]:
    """Runs the file in ONNX Runtime; the largest relative difference of each pair `in0`, `out0`, ….

    Pairs that the export does not run (`record`'s `others`) are passed over.
    """
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = torch.get_num_threads()
    settings.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, settings, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    result = []
    for index in range(sum(name.startswith("in") for name in arrays)):
        expected = arrays[f"out{index}"]
        output = session.run(None, {name: arrays[f"in{index}"]})[0]
        if output.shape != expected.shape:
            raise ValueError(f"in{index}: shape {output.shape} instead of {expected.shape}")
        result.append(relative_difference(output, expected))
    return result


def relative_difference(output: np.ndarray, expected: np.ndarray) -> float:
    """The largest difference of two arrays of one shape, relative to max(1, max |expected|)."""
    return float(np.abs(output - expected).max() / max(1.0, np.abs(expected).max()))
