"""Makes NOISY and RESTORED pictures of five sizes: crops of a noisy photograph and what PyTorch's network gives for them.

    PYTHONPATH=../../../Models/export python make_restored.py

The sizes are that of `grl-nano-dn25-64x64.onnx`; a multiple of its windows that needs no padding; two that are padded by
reflection, one of them by almost its own height; and one that is too small for that, which is padded with zeros.
"""

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from checkpoints import load_parameters, read_checkpoint
from networks import build

FOLDER = Path(__file__).resolve().parent
MODELS = FOLDER.parents[2] / "Models"
SIZES = [(64, 64), (96, 128), (77, 50), (17, 100), (9, 40)]


def main() -> None:
    torch.set_num_threads(1)
    parameters, configuration = read_checkpoint(MODELS / "grl-nano-dn25" / "grl-nano-dn25.pt")
    network = build(configuration)
    load_parameters(network, parameters)
    photograph = Image.open(MODELS / "images" / "astronaut-sigma25.png")
    for height, width in SIZES:
        noisy = photograph.crop((200, 60, 200 + width, 60 + height))
        image = torch.from_numpy(np.asarray(noisy)).permute(2, 0, 1)[None].float() / 255
        with torch.no_grad():
            output = network(image)[0].permute(1, 2, 0).numpy()
        restored = np.rint(np.clip(output, 0, 1) * 255).astype(np.uint8)
        noisy.save(FOLDER / f"noisy-{width}x{height}.png")
        Image.fromarray(restored).save(FOLDER / f"restored-{width}x{height}.png")


if __name__ == "__main__":
    main()
