"""Exports every released configuration with random parameters, for checks at full size.

    python export_released.py -o /data/full                     # all of them, about 6 GB
    python export_released.py -o /data/full dn_tiny_c3 bsr_base # only these

Each goes to FOLDER/NAME/{model.onnx,reference.npz}. Existing ones are kept.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import torch

import references
from configurations import released, size_multiple
from exporting import ExportOptions, export
from networks import build, randomise, store_masks, temper_residuals


@dataclass(frozen=True)
class Row:
    """A released network; its export has the smallest size that needs no padding, or twice that below 64 pixels."""

    name: str
    task: str
    size: str
    channels: int = 3
    scale: int = 1


ROWS = [
    Row("dn_tiny_c3", "dn", "tiny"),
    Row("dn_tiny_c1", "dn", "tiny", channels=1),
    Row("dn_small_c3", "dn", "small"),
    Row("dn_small_c1", "dn", "small", channels=1),
    *(Row(f"sr_tiny_x{scale}", "sr", "tiny", scale=scale) for scale in (2, 3, 4)),
    *(Row(f"sr_small_x{scale}", "sr", "small", scale=scale) for scale in (2, 3, 4)),
    Row("dm_small", "dm", "small"),
    Row("jpeg_small_c3", "jpeg", "small"),
    Row("jpeg_small_c1", "jpeg", "small", channels=1),
    Row("bsr_base", "bsr", "base", scale=4),
    Row("db_motion_base", "db_motion", "base"),
    Row("db_defocus_single_base", "db_defocus", "base"),
    Row("db_defocus_dual_base", "db_defocus", "base", channels=6),
    *(Row(f"sr_base_x{scale}", "sr", "base", scale=scale) for scale in (2, 3, 4)),
    Row("dn_base_c3", "dn", "base"),
    Row("dn_base_c1", "dn", "base", channels=1),
]


def export_row(row: Row, folder: Path) -> None:
    """Exports with shared masks: a copy in every layer would take the base size far beyond protobuf's 2 GB."""
    configuration = released(row.task, row.size, row.channels, row.scale)
    side = size_multiple(configuration)
    side *= 2 if side < 64 else 1
    network = build(configuration)
    randomise(network, seed=0)
    temper_residuals(network)
    store_masks(network, side, side, shared=True)
    image = references.random_image(row.channels, side, side, seed=0)
    references.write(folder / "reference.npz", references.record(network, [image]))
    model = export(network, image, folder / "model.onnx", ExportOptions(opset=17, constant_folding=False))
    megabytes = model.ByteSize() / 1e6
    print(f"{row.name}: {side}x{side}, {len(model.graph.node)} nodes, {megabytes:.0f} MB", end="", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="rows to export (default: all)")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    unknown = set(arguments.names) - {row.name for row in ROWS}
    if unknown:
        sys.exit(f"error: no row is called {', '.join(sorted(unknown))}; there are {', '.join(r.name for r in ROWS)}")
    torch.set_num_threads(arguments.threads)
    for row in ROWS:
        folder = arguments.output / row.name
        if (arguments.names and row.name not in arguments.names) or (folder / "model.onnx").exists():
            continue
        start = time.monotonic()
        export_row(row, folder)
        print(f", {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
