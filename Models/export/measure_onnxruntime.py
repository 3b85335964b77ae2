"""Measures ONNX Runtime on an export and its reference: load and run times, peak memory, difference from PyTorch.

    python measure_onnxruntime.py FOLDER [--threads 2] [--runs 5]

FOLDER holds a `model.onnx` and a `reference.npz`, as export.py and export_released.py write them.
"""

import argparse
import resource
import statistics
import time
from pathlib import Path

import numpy as np
import onnxruntime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = arguments.threads
    start = time.perf_counter()
    session = onnxruntime.InferenceSession(
        str(arguments.folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
    )
    load = time.perf_counter() - start

    reference = np.load(arguments.folder / "reference.npz")
    feed = {session.get_inputs()[0].name: reference["in0"]}
    seconds = []
    for _ in range(arguments.runs):
        start = time.perf_counter()
        (output,) = session.run(None, feed)
        seconds.append(time.perf_counter() - start)
    difference = float(np.abs(output - reference["out0"]).max())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{arguments.folder.name}: load {load:.2f} s, run {statistics.median(seconds):.3f} s "
        f"(median of {arguments.runs}, {min(seconds):.3f} to {max(seconds):.3f}), "
        f"peak {peak:.0f} MiB, max |Δ| {difference:.1e}"
    )


if __name__ == "__main__":
    main()
