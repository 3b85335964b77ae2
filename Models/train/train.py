"""Trains a small GRL that removes Gaussian noise, and saves it together with its configuration.

    python train.py images.npz --minutes 90 -o grl.pt
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
from spandrel.architectures.GRL import GRL
from torch.nn import functional

HELD_OUT_EVERY = 8
REPORT_EVERY = 200
WARM_UP_STEPS = 100


class Crops:
    """Random crops, turned and mirrored, of images chosen in proportion to their area."""

    def __init__(self, images: list[np.ndarray], side: int, seed: int):
        self.images = [image for image in images if min(image.shape[:2]) > side]
        if not self.images:
            raise SystemExit(f"error: no image is larger than a crop of {side} pixels")
        areas = np.array([image[..., 0].size for image in self.images], dtype=float)
        self.chances = areas / areas.sum()
        self.side = side
        self.random = np.random.default_rng(seed)

    def batch(self, count: int) -> torch.Tensor:
        """Crops in [0, 1] of shape [N, 3, H, W]."""
        crops = [self._crop(index) for index in self.random.choice(len(self.images), count, p=self.chances)]
        return torch.from_numpy(np.stack(crops).transpose(0, 3, 1, 2).copy()).float() / 255

    def _crop(self, index: int) -> np.ndarray:
        image, side = self.images[index], self.side
        top = self.random.integers(image.shape[0] - side)
        left = self.random.integers(image.shape[1] - side)
        crop = np.rot90(image[top : top + side, left : left + side], self.random.integers(4))
        return crop[:, ::-1] if self.random.integers(2) else crop


def configuration(arguments: argparse.Namespace) -> dict:
    """GRL's constructor arguments."""
    stages = len(arguments.depths)
    return dict(
        img_size=arguments.crop,
        in_channels=3,
        out_channels=3,
        embed_dim=arguments.width,
        depths=arguments.depths,
        num_heads_window=[arguments.heads] * stages,
        num_heads_stripe=[arguments.heads] * stages,
        window_size=arguments.window,
        stripe_size=arguments.stripe,
        stripe_groups=[None, None],
        stripe_shift=True,
        anchor_window_down_factor=arguments.anchor_factor,
        mlp_ratio=2,
        upscale=1,
        upsampler="",
        drop_path_rate=0.0,
        conv_type="1conv",
    )


def with_noise(images: torch.Tensor, sigma: float, generator: torch.Generator | None = None) -> torch.Tensor:
    noise = torch.randn(images.shape, generator=generator, device="cpu" if generator else images.device)
    return images + sigma / 255 * noise.to(images.device)


@torch.no_grad()
def psnr(network: torch.nn.Module, images: torch.Tensor, sigma: float) -> float:
    """Mean PSNR in dB over the images, with the same noise at every call."""
    network.eval()
    noisy = with_noise(images, sigma, torch.Generator().manual_seed(1))
    values = []
    for clean, image in zip(images, noisy):
        error = functional.mse_loss(network(image[None]).clamp(0, 1)[0], clean)
        values.append(-10 * math.log10(error.item()))
    return sum(values) / len(values)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", type=Path, help="the file that prepare_images.py wrote")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the checkpoint to write")
    parser.add_argument("--sigma", type=float, default=25, help="standard deviation of the noise, of 255")
    parser.add_argument("--minutes", type=float, default=90, help="length of the training")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--crop", type=int, default=64, help="side of the crops in pixels")
    parser.add_argument("--rate", type=float, default=1.5e-3, help="largest learning rate")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    network = parser.add_argument_group("network")
    network.add_argument("--width", type=int, default=32, help="channels")
    network.add_argument("--depths", type=int, nargs="+", default=[2, 2], help="layers of each stage")
    network.add_argument("--heads", type=int, default=2, help="heads of the window and of the stripe attention each")
    network.add_argument("--window", type=int, default=8)
    network.add_argument("--stripe", type=int, nargs=2, default=[16, 32])
    network.add_argument("--anchor-factor", type=int, default=4)
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

    packed = np.load(arguments.images)
    images = [packed[name] for name in packed.files]
    training = [image for index, image in enumerate(images) if (index + 1) % HELD_OUT_EVERY]
    crops = Crops(training, arguments.crop, arguments.seed)
    validation = Crops(images[HELD_OUT_EVERY - 1 :: HELD_OUT_EVERY] or images, arguments.crop, 1).batch(16).to(device)

    settings = configuration(arguments)
    network = GRL(**settings).to(device)
    print(f"{sum(parameter.numel() for parameter in network.parameters()):,} parameters on {device}")
    optimizer = torch.optim.AdamW(network.parameters(), lr=arguments.rate, weight_decay=1e-4, betas=(0.9, 0.99))

    start, step = time.monotonic(), 0
    while (progress := (time.monotonic() - start) / (60 * arguments.minutes)) < 1:
        warm_up = min(1, (step + 1) / WARM_UP_STEPS)
        for group in optimizer.param_groups:
            group["lr"] = arguments.rate * warm_up * 0.5 * (1 + math.cos(math.pi * progress)) + 1e-6
        network.train()
        clean = crops.batch(arguments.batch).to(device)
        loss = functional.l1_loss(network(with_noise(clean, arguments.sigma)), clean)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        step += 1
        if step % REPORT_EVERY == 0:
            quality = psnr(network, validation, arguments.sigma)
            print(f"step {step}, {progress:.0%}: loss {loss.item():.5f}, PSNR {quality:.2f} dB", flush=True)
            save(arguments.output, network, settings, step)
    save(arguments.output, network, settings, step)


def save(path: Path, network: torch.nn.Module, settings: dict, step: int) -> None:
    """Writes the checkpoint that `Models/export/export.py` reads without further options."""
    parameters = {name: value.cpu() for name, value in network.state_dict().items()}
    torch.save({"state_dict": parameters, "config": settings, "step": step}, path)


if __name__ == "__main__":
    main()
