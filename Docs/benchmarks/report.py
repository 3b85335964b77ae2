"""Writes results.md from what compare.py has measured."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from exports import EXPORTS, Export

TITLES = {"onnxruntime": "ONNX Runtime", "openvino": "OpenVINO", "grl": "grl"}

HEAD = """# Results of the benchmarks

Written by `compare.py`; do not edit. {machine}

Each runtime computes the same exports on the same inputs in float32, in turn, each time in a process of its own:
`load` from the path to a model that can run, `first` the first run, `steady` the median of the runs after it over all
rounds, with the shortest and the longest. Memory is that of the whole process (for the Python packages, the
interpreter's about 0.1 GB included), at its highest while loading and during the runs. `max |Δ|` is the largest
difference from PyTorch's float32 output; it is within 2e-5 · max(1, max |out|) unless marked. GMAC are 10⁹
multiplications with an addition each, as the operators' definitions have them, and the share is that of what {threads} threads of this machine reach in registers,
{peak} GMAC/s; grl's 3×3 convolutions take 4/9 of what is counted. Other processes took at most {others} of the machine's processor time while a measurement ran.
{caution}Runtimes with different numbers of rounds were measured at different times.

    python compare.py FOLDER

"""


def machine(threads: int) -> dict:
    """What the measurements ran on."""
    information = Path("/proc/cpuinfo").read_text()
    fields = dict(
        (part.strip() for part in line.split(":", 1)) for line in information.splitlines() if line.count(":") == 1
    )
    flags = fields.get("flags", "").split()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    widest = "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else platform.machine()
    return {
        "threads": threads,
        "processor": fields.get("model name", platform.processor() or platform.machine()),
        "instructions": widest,
        "cores": os.cpu_count(),
        "memoryBytes": memory,
    }


def write_report(results: dict, path: Path) -> None:
    measured = [export for export in EXPORTS if export.name in results]
    entries = [results[export.name] for export in measured]
    peak = max((entry.get("grl", {}).get("peakMultiplyAddsPerSecond", 0) for entry in entries), default=0) / 1e9
    others = max((entry.get(name, {}).get("others", 0) for entry in entries for name in TITLES), default=0)
    text = HEAD.format(
        machine=_machine(results),
        threads=results["machine"]["threads"],
        peak=f"{peak:.0f}",
        others=f"{others:.0%}",
        caution="So the machine was not quiet: read times as ratios, and small differences as none. " if others > 0.05 else "",
    )
    text += _overview(measured, results, peak)
    for export in measured:
        text += _details(export, results[export.name])
    if "scaling" in results:
        text += _scaling(results)
    path.write_text(text)


def _machine(results: dict) -> str:
    machine = results["machine"]
    versions = {
        TITLES[name]: result["version"]
        for entry in results.values()
        for name, result in entry.items()
        if name in TITLES and "version" in result
    }
    software = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    return (
        f"Measured on {machine['processor']} ({machine['instructions']}), {machine['cores']} cores, "
        f"{machine['memoryBytes'] / 2**30:.0f} GiB, {machine['threads']} threads: {software}."
    )


def _overview(measured: list[Export], results: dict, peak: float) -> str:
    rows = [
        "| export | GMAC | ONNX Runtime | OpenVINO | grl | GMAC/s (share) | ONNX Runtime / grl | OpenVINO / grl | goal |",
        "| --- | --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for export in measured:
        entry = results[export.name]
        own = entry.get("grl", {})
        work = own.get("multiplyAdds", 0) / 1e9
        rate = work / own["medianSeconds"] if own.get("medianSeconds") else 0
        share = f"{rate:.1f} ({rate / peak:.0%})" if rate and peak else "–"
        cells = [export.title, f"{work:.0f}" if work >= 10 else f"{work:.1f}"]
        cells += [_steady(entry.get(name, {})) for name in TITLES]
        cells += [share, _ratio(entry, "onnxruntime"), _ratio(entry, "openvino"), f"≥ {export.goal:g}"]
        rows.append("| " + " | ".join(cells) + " |")
    return "## Steady runs\n\n" + "\n".join(rows) + "\n\n"


def _details(export: Export, entry: dict) -> str:
    rows = [
        "| | rounds | load | first | steady | load + first | memory, load | memory, runs | max \\|Δ\\| |",
        "| --- | --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for name, title in TITLES.items():
        result = entry.get(name)
        if not result:
            continue
        if "unfinished" in result:
            rows.append(f"| {title} | | {result['unfinished']} | | | | | | |")
            continue
        runs = result["runSeconds"]
        far = " (beyond the bound)" if not result["difference"] <= result["bound"] else ""
        cells = [
            title,
            str(result["rounds"]),
            _seconds(result["loadSeconds"]),
            _seconds(result["firstSeconds"]),
            f"{_seconds(result['medianSeconds'])} ({_seconds(min(runs))} – {_seconds(max(runs))})",
            _seconds(result["loadSeconds"] + result["firstSeconds"]),
            _gigabytes(result["loadPeakBytes"]),
            _gigabytes(result["peakBytes"]),
            f"{result['difference']:.1e}{far}",
        ]
        rows.append("| " + " | ".join(cells) + " |")
    head = f"## {export.title}\n\n{entry['megabytes']} MB, made with `{export.command}`.\n\n"
    return head + "\n".join(rows) + "\n\n" + _operators(entry.get("grl", {}))


def _scaling(results: dict) -> str:
    scaling = results["scaling"]
    title = next((export.title for export in EXPORTS if export.name == scaling["export"]), scaling["export"])
    rows = [
        "| image | steady | µs per pixel | GMAC/s | memory, runs | planned for tensors |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    sizes = sorted(scaling["sizes"].items(), key=lambda item: int(item[0]))
    for side, result in sizes:
        cells = [
            f"{side}×{side}",
            _seconds(result["seconds"]),
            f"{result['seconds'] / int(side) ** 2 * 1e6:.2f}",
            f"{result['multiplyAdds'] / result['seconds'] / 1e9:.0f}",
            _gigabytes(result["peakBytes"]),
            _gigabytes(result["plannedBytes"]) if result.get("plannedBytes") else "–",
        ]
        rows.append("| " + " | ".join(cells) + " |")
    side, first = sizes[0]
    speedup = scaling["oneThreadSeconds"] / first["seconds"]
    text = "\n".join(rows) + (
        f"\n\n{scaling['threads']} threads are {speedup:.2f} times as fast as one at {side}×{side} "
        f"({_seconds(scaling['oneThreadSeconds'])}).\n\nThe whole process of `grl-run` on a picture of the export's size "
        f"takes {_seconds(scaling['wholeProcessSeconds'])}"
    )
    peer = results.get(scaling["export"], {}).get("onnxruntime", {})
    if "loadSeconds" in peer:
        total = peer["loadSeconds"] + peer["firstSeconds"]
        text += f"; ONNX Runtime takes {_seconds(total)} to load the model and run it once"
    return f"## Other sizes from one export\n\n{title}, {scaling['threads']} threads:\n\n{text}.\n"


def _operators(result: dict) -> str:
    """Where the time of a run goes, in one line."""
    operators = result.get("operators", [])
    total = sum(part["seconds"] for part in operators)
    if not total:
        return ""
    parts = []
    for part in operators[:6]:
        rate = f" at {part['multiplyAdds'] / part['seconds'] / 1e9:.0f} GMAC/s" if part["multiplyAdds"] else ""
        parts.append(f"{part['name']} {part['seconds'] / total:.0%}{rate}")
    return f"Where grl's time goes: {', '.join(parts)}.\n\n"


def _steady(result: dict) -> str:
    return result.get("unfinished") or (_seconds(result["medianSeconds"]) if result else "–")


def _ratio(entry: dict, peer: str) -> str:
    times = [entry.get(name, {}).get("medianSeconds") for name in (peer, "grl")]
    return f"{times[0] / times[1]:.2f}" if all(times) else "–"


def _seconds(seconds: float) -> str:
    if seconds >= 10:
        return f"{seconds:.1f} s"
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds:.3f} s"


def _gigabytes(count: float) -> str:
    return f"{count / 1e9:.2f} GB"
