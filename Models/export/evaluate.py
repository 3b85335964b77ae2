"""PSNR of a denoising model on pairs of photographs, run whole in ONNX Runtime.

    python evaluate.py ../grl-nano-dn25/grl-nano-dn25.onnx ../images --suffix=-sigma25

A picture NAME.png is the clean one of NAME + suffix. The noisy one is padded by reflection to the model's multiple,
restored, cropped, rounded to 8 bits, and compared over all channels.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image


def psnr(first: np.ndarray, second: np.ndarray) -> float:
    """Peak signal-to-noise ratio in dB of two 8-bit images."""
    error = np.mean((first.astype(np.float64) - second.astype(np.float64)) ** 2)
    return float(10 * np.log10(255**2 / error))


def restore(session: onnxruntime.InferenceSession, pixels: np.ndarray, multiple: int) -> np.ndarray:
    """The restored 8-bit image of the same size. Shape [H, W, 3]."""
    height, width = pixels.shape[:2]
    padding = ((0, -height % multiple), (0, -width % multiple), (0, 0))
    image = np.pad(pixels, padding, mode="reflect").transpose(2, 0, 1)[None].astype(np.float32) / 255
    output = session.run(None, {session.get_inputs()[0].name: image})[0][0].transpose(1, 2, 0)
    return np.clip(np.rint(output[:height, :width] * 255), 0, 255).astype(np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("images", type=Path, help="folder of the pictures")
    parser.add_argument("--suffix", default="-sigma25", help="what follows the name of a noisy picture")
    parser.add_argument("--multiple", type=int, default=1, help="pad sides to this multiple (default: 1)")
    arguments = parser.parse_args()
    session = onnxruntime.InferenceSession(arguments.model, providers=["CPUExecutionProvider"])
    for noisy_path in sorted(arguments.images.glob(f"*{arguments.suffix}.png")):
        clean_path = noisy_path.with_name(noisy_path.name.replace(arguments.suffix, ""))
        noisy, clean = (np.asarray(Image.open(path).convert("RGB")) for path in (noisy_path, clean_path))
        restored = restore(session, noisy, arguments.multiple)
        print(f"{clean_path.stem}: {psnr(noisy, clean):.2f} dB noisy, {psnr(restored, clean):.2f} dB restored")


if __name__ == "__main__":
    main()
