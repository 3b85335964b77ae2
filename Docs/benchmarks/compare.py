"""Runs ONNX Runtime, OpenVINO and grl in turn on the same exports and inputs, and writes results.md.

    python compare.py FOLDER                          # every export of exports.py that is in FOLDER
    python compare.py FOLDER dn_tiny_256 --rounds 5   # one of them, more often
    python compare.py FOLDER --only grl               # one runtime again, the others as measured before

FOLDER/NAME holds model.onnx and reference.npz of each export; exports.py tells how they are made. Each measurement has
a process of its own, which loads the model, runs it once, then several times more; one round is one process of each
runtime. What is measured goes to results.json, one entry for each export and runtime, and results.md is written from
all of them. Outputs are compared with PyTorch's. Build the tool first: swift build -c release --product grl-bench
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from exports import EXPORTS, Export
from report import machine, write_report

HERE = Path(__file__).resolve().parent
RUNTIMES = ["onnxruntime", "openvino", "grl"]
TOLERANCE = 2e-5
"""Allowed difference from PyTorch, relative to the larger of 1 and the output's largest magnitude."""


class Unfinished(Exception):
    """Why a measurement has no result."""


def run_limited(command: list[str], seconds: float, memory: int) -> str:
    """The standard output of `command`, which is ended when it takes too long or too much memory."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + seconds
    reason = None
    while True:
        try:
            output, errors = process.communicate(timeout=0.2)
            break
        except subprocess.TimeoutExpired:
            if time.monotonic() > end:
                reason = f"not done after {seconds:.0f} s"
            elif resident(process.pid) > memory:
                reason = f"more than {memory / 1e9:.0f} GB"
            if reason:
                process.kill()
                process.communicate()
                raise Unfinished(reason) from None
    if process.returncode != 0:
        raise Unfinished((errors.strip().splitlines() or [f"exit code {process.returncode}"])[-1][:200])
    return output


class CPUTime:
    """Tells how much of the machine's processor time others take: zero on a quiet machine."""

    def __init__(self) -> None:
        self.start = self._now()

    def others(self) -> float:
        """The share of all cores that neither idled nor worked for finished children since the start."""
        total, idle, children = (now - before for now, before in zip(self._now(), self.start))
        return max(0.0, (total - idle - children) / total) if total > 0 else 0.0

    @staticmethod
    def _now() -> tuple[float, float, float]:
        ticks = os.sysconf("SC_CLK_TCK")
        fields = [int(word) / ticks for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return sum(fields), fields[3] + fields[4], usage.ru_utime + usage.ru_stime


def resident(process: int) -> int:
    """Bytes of memory that a process holds."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * 4096


def measure_grl(tool: Path, model: Path, source: Path, target: Path, arguments: argparse.Namespace) -> dict:
    command = [str(tool), str(model), "--input", str(source), "--output", str(target), "--json"]
    command += ["--threads", str(arguments.threads), "--runs", str(arguments.runs)]
    report = json.loads(run_limited(command, arguments.timeout, arguments.memory))
    measurement = report["measurements"][0]
    return {
        "version": report["version"],
        "loadSeconds": report["model"]["loadSeconds"],
        "firstSeconds": measurement["firstSeconds"],
        "runSeconds": measurement["runSeconds"],
        "loadPeakBytes": report["model"]["loadPeakBytes"],
        "peakBytes": measurement["peakBytes"],
        "multiplyAdds": measurement["multiplyAdds"],
        "peakMultiplyAddsPerSecond": report["machine"]["peakMultiplyAddsPerSecond"],
        "operators": measurement["operators"],
    }


def measure_peer(runtime: str, model: Path, source: Path, target: Path, arguments: argparse.Namespace) -> dict:
    command = [sys.executable, str(HERE / "measure_peer.py"), runtime, str(model), str(source), str(target)]
    command += ["--threads", str(arguments.threads), "--runs", str(arguments.runs)]
    return json.loads(run_limited(command, arguments.timeout, arguments.memory).splitlines()[-1])


def measure(runtime: str, folder: Path, arguments: argparse.Namespace) -> dict:
    """One process of one runtime; with the difference of its output from PyTorch's."""
    reference = np.load(folder / "reference.npz")
    with tempfile.TemporaryDirectory() as place:
        source, target = Path(place) / "input.npz", Path(place) / "output.npz"
        np.savez(source, reference["in0"])
        model = folder / "model.onnx"
        time_of_others = CPUTime()
        if runtime == "grl":
            result = measure_grl(arguments.tool, model, source, target, arguments)
        else:
            result = measure_peer(runtime, model, source, target, arguments)
        result["others"] = time_of_others.others()
        arrays = np.load(target)
        output = arrays[arrays.files[0]]
    expected = reference["out0"]
    if output.shape != expected.shape:
        raise Unfinished(f"the output has the shape {output.shape}, expected {expected.shape}")
    result["difference"] = float(np.abs(output - expected).max())
    result["bound"] = float(TOLERANCE * max(1.0, np.abs(expected).max()))
    return result


def summary(rounds: list[dict]) -> dict:
    """Medians over all rounds; `runSeconds` are those of all processes."""
    runs = [seconds for result in rounds for seconds in result["runSeconds"]]
    last = rounds[-1]
    median = {
        name: statistics.median(result[name] for result in rounds)
        for name in ("loadSeconds", "firstSeconds", "loadPeakBytes", "peakBytes")
    }
    best = max((result.get("peakMultiplyAddsPerSecond", 0) for result in rounds), default=0)
    return {
        **last,
        **median,
        "runSeconds": runs,
        "medianSeconds": statistics.median(runs),
        "difference": max(result["difference"] for result in rounds),
        "others": max(result["others"] for result in rounds),
        **({"peakMultiplyAddsPerSecond": best} if best else {}),
        "rounds": len(rounds),
    }


def compare(export: Export, runtimes: list[str], arguments: argparse.Namespace) -> dict:
    """Each runtime's summary, or why there is none."""
    results: dict[str, list[dict]] = {runtime: [] for runtime in runtimes}
    failures: dict[str, dict] = {}
    for number in range(arguments.rounds):
        for runtime in runtimes:
            if runtime in failures:
                continue
            try:
                result = measure(runtime, arguments.folder / export.name, arguments)
            except Unfinished as reason:
                failures[runtime] = {"unfinished": str(reason)}
                print(f"{export.name}, round {number + 1}, {runtime}: {reason}", flush=True)
                continue
            results[runtime].append(result)
            print(
                f"{export.name}, round {number + 1}, {runtime}: load {result['loadSeconds']:.2f} s, "
                f"first {result['firstSeconds']:.3f} s, then {statistics.median(result['runSeconds']):.3f} s, "
                f"memory {result['loadPeakBytes'] / 1e6:.0f} and {result['peakBytes'] / 1e6:.0f} MB, "
                f"difference {result['difference']:.1e}, others {result['others']:.0%}",
                flush=True,
            )
    return {name: summary(rounds) for name, rounds in results.items() if rounds and name not in failures} | failures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help="exports to measure (default: all that are there)")
    parser.add_argument("--only", choices=RUNTIMES, action="append", help="measure this runtime only")
    parser.add_argument("--tool", type=Path, default=HERE.parents[1] / ".build/release/grl-bench")
    parser.add_argument("--rounds", type=int, default=3, help="processes of each runtime (default: 3)")
    parser.add_argument("--runs", type=int, default=3, help="runs of a process after the first (default: 3)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=400, help="seconds that a process may take (default: 400)")
    parser.add_argument("--memory", type=float, default=18e9, help="bytes that a process may take (default: 18e9)")
    parser.add_argument("-o", "--output", type=Path, default=HERE, help="where results.json and results.md go")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - {export.name for export in EXPORTS}
    if unknown:
        sys.exit(f"error: no export is called {', '.join(sorted(unknown))}")

    arguments.output.mkdir(parents=True, exist_ok=True)
    path = arguments.output / "results.json"
    results = json.loads(path.read_text()) if path.exists() else {}
    for export in EXPORTS:
        if arguments.names and export.name not in arguments.names:
            continue
        if not (arguments.folder / export.name / "model.onnx").exists():
            print(f"{export.name}: not in the folder; make it with {export.command}", flush=True)
            continue
        entry = results.setdefault(export.name, {})
        entry.update(compare(export, arguments.only or RUNTIMES, arguments))
        entry["megabytes"] = round((arguments.folder / export.name / "model.onnx").stat().st_size / 1e6)
        results["machine"] = machine(arguments.threads)
        path.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")
        write_report(results, arguments.output / "results.md")


if __name__ == "__main__":
    main()
