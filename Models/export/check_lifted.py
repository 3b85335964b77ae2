"""Checks the files that `grl-run --save-lifted` writes: with ONNX's checker, and in ONNX Runtime against PyTorch.

    python check_lifted.py GRL_RUN MODEL... [--maximum-bytes N]

GRL_RUN is the tool; each MODEL an export with its reference beside it: `NAME.npz` for `NAME.onnx`, or `reference.npz`.
Every recorded pair is run, those of other sizes than the export's too.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime


def reference_pairs(model: Path) -> list[tuple[str, np.ndarray, np.ndarray]]:
    path = model.with_suffix(".npz")
    archive = np.load(path if path.exists() else model.with_name("reference.npz"))
    own = [(name, "out" + name[2:]) for name in archive.files if name.startswith("in")]
    other = [(name, name[:-2] + "out") for name in archive.files if name.startswith("other") and name.endswith("_in")]
    return [(a, archive[a], archive[b]) for a, b in own + other]


def name_of(model: Path) -> str:
    """The export's own name, or that of its folder for a `model.onnx`."""
    return model.parent.name if model.name == "model.onnx" else model.stem


def check(tool: Path, model: Path, maximum_bytes: int | None) -> list[str]:
    """Returns what is wrong; prints one line."""
    with tempfile.TemporaryDirectory() as folder:
        lifted = Path(folder) / "lifted.onnx"
        run = subprocess.run([tool, model, "--save-lifted", lifted, "-q"], capture_output=True, text=True)
        if run.returncode != 0:
            return [run.stderr.strip()]
        size = lifted.stat().st_size
        faults = []
        if maximum_bytes is not None and size > maximum_bytes:
            faults.append(f"{size} bytes are more than {maximum_bytes}")
        onnx.checker.check_model(lifted, full_check=True)
        session = onnxruntime.InferenceSession(lifted, providers=["CPUExecutionProvider"])
        name = session.get_inputs()[0].name
        results = []
        for pair, image, expected in reference_pairs(model):
            (output,) = session.run(None, {name: image})
            bound = 2e-5 * max(1.0, float(np.abs(expected).max()))
            difference = float(np.abs(output - expected).max()) if output.shape == expected.shape else float("inf")
            results.append(f"{image.shape[2]}x{image.shape[3]} {difference:.1e}")
            if not difference <= bound:
                faults.append(f"{pair}: max |Δ| {difference:.1e} is above {bound:.1e}")
    print(f"{name_of(model)}: {size} bytes; max |Δ| at {', '.join(results)}", flush=True)
    return faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool", type=Path)
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--maximum-bytes", type=int)
    arguments = parser.parse_args()
    onnxruntime.set_default_logger_severity(3)
    failures = 0
    for model in arguments.models:
        try:
            faults = check(arguments.tool.resolve(), model, arguments.maximum_bytes)
        except Exception as error:
            faults = [f"{type(error).__name__}: {error}"]
        for fault in faults:
            print(f"{name_of(model)}: {fault}", file=sys.stderr, flush=True)
        failures += bool(faults)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
