"""Packs photographs into one file for `train.py`.

    python prepare_images.py /usr/share/backgrounds -o images.npz --exclude Stripes --exclude Waves
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

SUFFIXES = {".jpg", ".jpeg", ".png"}


def photographs(folders: list[Path], excluded: list[str]) -> list[Path]:
    """Every image file below the folders whose path holds none of the excluded words, in a fixed order."""
    files = {file for folder in folders for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES}
    return sorted(file for file in files if not any(word in str(file) for word in excluded))


def reduced(image: Image.Image, short_side: int) -> np.ndarray:
    """The image at half its size, or less, so that its shorter side is at most `short_side`. Shape [H, W, 3]."""
    image = image.convert("RGB")
    factor = max(2.0, min(image.size) / short_side)
    size = tuple(int(side / factor) for side in image.size)
    return np.asarray(image.resize(size, Image.Resampling.LANCZOS))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True, help="the .npz file to write")
    parser.add_argument("--exclude", action="append", default=[], metavar="WORD", help="skip paths that hold this word")
    parser.add_argument("--short-side", type=int, default=900, help="largest shorter side (default: 900)")
    parser.add_argument("--least-side", type=int, default=128, help="skip smaller results (default: 128)")
    arguments = parser.parse_args()

    Image.MAX_IMAGE_PIXELS = None
    images = []
    for file in photographs(arguments.folders, arguments.exclude):
        with Image.open(file) as image:
            pixels = reduced(image, arguments.short_side)
        if min(pixels.shape[:2]) >= arguments.least_side:
            images.append(pixels)
            print(f"{file}: {pixels.shape[1]}x{pixels.shape[0]}")
    if not images:
        parser.error("no photograph found")
    np.savez(arguments.output, *images)
    print(f"{len(images)} images, {sum(image[..., 0].size for image in images) / 1e6:.1f} megapixels")


if __name__ == "__main__":
    main()
