"""Measures one runtime on one export in this process and prints a JSON document; compare.py starts it.

    python measure_peer.py {onnxruntime,openvino} MODEL INPUT.npz OUTPUT.npz [--threads 2] [--runs 3]

The first array of INPUT is the model's only input; OUTPUT gets its first output. Both runtimes compute in float32 on
the given number of threads, with their own optimisations as they are by default. Memory is that of the whole process,
at its highest until the model is loaded, and at its highest during the runs.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

Runner = Callable[[np.ndarray], np.ndarray]


def load_onnxruntime(model: str, threads: int) -> tuple[Runner, str]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda array: session.run(None, {name: array})[0], onnxruntime.__version__


def load_openvino(model: str, threads: int) -> tuple[Runner, str]:
    import openvino

    options = {
        "INFERENCE_NUM_THREADS": threads,
        "INFERENCE_PRECISION_HINT": "f32",
        "PERFORMANCE_HINT": "LATENCY",
    }
    compiled = openvino.Core().compile_model(model, "CPU", options)
    request = compiled.create_infer_request()

    def run(array: np.ndarray) -> np.ndarray:
        request.infer([array])
        return request.get_output_tensor(0).data

    return run, openvino.__version__.split("-")[0]


LOADERS = {"onnxruntime": load_onnxruntime, "openvino": load_openvino}


def peak_bytes() -> int:
    """The most memory of this process since its start or the last `reset_peak`."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("the system does not tell the peak of this process")


def reset_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runtime", choices=LOADERS)
    parser.add_argument("model", type=Path)
    parser.add_argument("input", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()

    arrays = np.load(arguments.input)
    array = arrays[arrays.files[0]]
    start = time.perf_counter()
    run, version = LOADERS[arguments.runtime](str(arguments.model), arguments.threads)
    load = time.perf_counter() - start
    load_peak = peak_bytes()
    reset_peak()
    seconds = []
    for _ in range(arguments.runs + 1):
        start = time.perf_counter()
        output = run(array)
        seconds.append(time.perf_counter() - start)
    run_peak = peak_bytes()
    np.savez(arguments.output, output)
    print(
        json.dumps(
            {
                "version": version,
                "loadSeconds": load,
                "firstSeconds": seconds[0],
                "runSeconds": seconds[1:],
                "loadPeakBytes": load_peak,
                "peakBytes": run_peak,
            }
        )
    )


if __name__ == "__main__":
    main()
