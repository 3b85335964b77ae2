"""Accounts for the parameters of every released configuration in both exporters' files, with grl-validate.

    python export_released.py -o /data/full
    python check_checkpoints.py /data/full --tool ../../.build/release/grl-validate
    python check_checkpoints.py /data/full --tool … --exporter dynamo sr_tiny_x2

Each row of `export_released.py` is built again with its random parameters, which are saved as a checkpoint. The tool
compares it with FOLDER/NAME/model.onnx, which export_released.py has made, and with FOLDER/NAME/dynamo.onnx, which is made
here where it is missing. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch

import references
from configurations import released, size_multiple
from export_released import ROWS, Row
from exporting import ExportOptions, export
from networks import build, randomise, store_masks, temper_residuals

DYNAMO_OPSET = 20


def network_of(row: Row) -> tuple[torch.nn.Module, int]:
    """The network that `export_released.py` exports, and the side of its image."""
    configuration = released(row.task, row.size, row.channels, row.scale)
    side = size_multiple(configuration)
    side *= 2 if side < 64 else 1
    network = build(configuration)
    randomise(network, seed=0)
    temper_residuals(network)
    return network, side


def export_dynamo(row: Row, path: Path) -> None:
    network, side = network_of(row)
    store_masks(network, side, side, shared=True)
    image = references.random_image(row.channels, side, side, seed=0)
    export(network, image, path, ExportOptions("dynamo", DYNAMO_OPSET))


def validate(tool: Path, model: Path, checkpoint: Path) -> dict:
    """The tool's report, with the seconds that it took."""
    start = time.monotonic()
    command = [tool, model, "--checkpoint", checkpoint, "--json"]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    if not process.stdout:
        raise ValueError(f"{model}: the tool ended with {process.returncode}: {process.stderr.strip()}")
    return json.loads(process.stdout) | {"seconds": time.monotonic() - start}


def line(row: Row, exporter: str, model: Path, report: dict) -> str:
    finding = next(finding for finding in report["findings"] if finding["check"] == "checkpoint")
    values = finding["values"]
    failures = [item for item in report["findings"] if item["outcome"] == "failed"]
    for failure in failures[:20]:
        print(f"  {failure['check']} {failure.get('layer')}: {failure['message']}", file=sys.stderr)
    cells = [
        row.name,
        exporter,
        f"{model.stat().st_size / 1e6:.0f}",
        f"{values['found']:.0f} of {values['parameters']:.0f}",
        finding["message"].split("parameters: ")[-1].split(";")[0],
        f"{values['unaccounted']:.0f}",
        f"{values['difference']:.1e}",
        f"{report['seconds']:.0f}",
        "passes" if not failures else f"{len(failures)} failures",
    ]
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where export_released.py wrote")
    parser.add_argument("names", nargs="*", metavar="NAME", help="rows to check (default: all)")
    parser.add_argument("--tool", type=Path, required=True, help="the program grl-validate")
    parser.add_argument("--exporter", choices=("torchscript", "dynamo"), help="default: both")
    arguments = parser.parse_intermixed_args()
    torch.set_num_threads(1)
    print("| network | exporter | MB | accounted for | how | unknown constants | largest \\|Δ\\| | s | verdict |")
    print("| --- | --- | --: | --: | --- | --: | --: | --: | --- |", flush=True)
    for row in ROWS:
        if arguments.names and row.name not in arguments.names:
            continue
        with tempfile.TemporaryDirectory() as temporary:
            checkpoint = Path(temporary) / "checkpoint.pth"
            torch.save(dict(network_of(row)[0].named_parameters()), checkpoint)
            for exporter in ("torchscript", "dynamo"):
                if arguments.exporter not in (None, exporter):
                    continue
                model = arguments.folder / row.name / f"{'dynamo' if exporter == 'dynamo' else 'model'}.onnx"
                if exporter == "dynamo" and not model.exists():
                    export_dynamo(row, model)
                print(line(row, exporter, model, validate(arguments.tool, model, checkpoint)), flush=True)


if __name__ == "__main__":
    main()
