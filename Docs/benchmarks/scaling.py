"""Measures how grl's time grows with the image and shrinks with threads, and a whole run of grl-run.

    python scaling.py FOLDER/dn_tiny_256 [--sizes 256 512 1024] [--rounds 3]

Works on exports that run at other sizes than their own. What is measured goes to results.json beside the comparison
with other runtimes, and results.md is written anew.
"""

from __future__ import annotations

import argparse
import json
import statistics
import struct
import subprocess
import tempfile
import time
import zlib
from pathlib import Path

import numpy as np

from report import machine, write_report

HERE = Path(__file__).resolve().parent


def measure_sizes(arguments: argparse.Namespace, threads: int, sizes: list[int]) -> dict[int, dict]:
    """For each side, the median over all rounds of the steady time, and the peak memory of the runs."""
    results: dict[int, list[dict]] = {size: [] for size in sizes}
    for _ in range(arguments.rounds):
        for size in sizes:
            command = [str(arguments.tools / "grl-bench"), str(arguments.export / "model.onnx"), "--json"]
            command += ["--size", str(size), "--threads", str(threads), "--runs", str(arguments.runs)]
            output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            results[size].append(json.loads(output)["measurements"][0])
    return {
        size: {
            "seconds": statistics.median(seconds for result in rounds for seconds in result["runSeconds"]),
            "peakBytes": max(result["peakBytes"] for result in rounds),
            "plannedBytes": rounds[0].get("plannedBytes"),
            "multiplyAdds": rounds[0]["multiplyAdds"],
        }
        for size, rounds in results.items()
    }


def measure_whole_process(arguments: argparse.Namespace, threads: int) -> float:
    """Seconds of grl-run, from its start to its end, on a picture of the export's size; the median of all rounds."""
    image = np.load(arguments.export / "reference.npz")["in0"][0]
    times = []
    with tempfile.TemporaryDirectory() as place:
        picture = Path(place) / "picture.png"
        write_png(picture, np.round(image.transpose(1, 2, 0).clip(0, 1) * 255).astype(np.uint8))
        command = [str(arguments.tools / "grl-run"), str(arguments.export / "model.onnx"), str(picture)]
        command += ["--threads", str(threads), "--force", "--quiet"]
        for _ in range(arguments.rounds):
            start = time.monotonic()
            subprocess.run(command, check=True)
            times.append(time.monotonic() - start)
    return statistics.median(times)


def write_png(path: Path, pixels: np.ndarray) -> None:
    """Writes 8-bit RGB pixels [H, W, 3]."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("export", type=Path, help="the folder of one export")
    parser.add_argument("--sizes", type=int, nargs="+", default=[256, 512, 1024], help="sides of square images")
    parser.add_argument("--tools", type=Path, default=HERE.parents[1] / ".build/release")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("-o", "--output", type=Path, default=HERE, help="where results.json and results.md are")
    arguments = parser.parse_args()

    path = arguments.output / "results.json"
    results = json.loads(path.read_text()) if path.exists() else {}
    many = measure_sizes(arguments, arguments.threads, arguments.sizes)
    one = measure_sizes(arguments, 1, arguments.sizes[:1])
    results["scaling"] = {
        "export": arguments.export.name,
        "threads": arguments.threads,
        "sizes": many,
        "oneThreadSeconds": one[arguments.sizes[0]]["seconds"],
        "wholeProcessSeconds": measure_whole_process(arguments, arguments.threads),
    }
    results["machine"] = machine(arguments.threads)
    path.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")
    write_report(json.loads(path.read_text()), arguments.output / "results.md")


if __name__ == "__main__":
    main()
