"""Turning a PyTorch network into an ONNX file: either exporter, either simplifier, and how weights are stored."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

INPUT, OUTPUT = "input", "output"
FIRST_DYNAMO_OPSET = 18
STRIPE_GROUPS = "grl.stripe_groups"
"""The metadata entry of files whose stripes are parts of the image: for each direction their number, or null where
stripes have a size in pixels. Nothing else in an export of one size tells them from stripes of that many pixels."""
_PROTOBUF_LIMIT = 2**31 - 2**20


@dataclass(frozen=True)
class ExportOptions:
    """How a network becomes a file. Two exports with equal options and networks are equal."""

    exporter: str = "torchscript"
    """`torchscript` traces the network's run; `dynamo` captures its program (opset 18 and up)."""
    opset: int = 17
    dynamic: bool = False
    """Whether height and width are declared free."""
    simplify: str | None = None
    """`onnxsim`, `onnxslim` or nothing."""
    float16_weights: bool = False
    """Whether initializers that float16 represents exactly are stored so, behind Cast nodes."""
    constant_folding: bool = True
    """Whether the TorchScript exporter folds constants; it then copies shared masks into every layer."""
    external_data: bool = False
    """Whether tensors lie in a second file beside the model."""
    training: bool = False
    """Whether the TorchScript exporter leaves the network in the mode that it is in, as nobody should want."""


def export(network: torch.nn.Module, example: torch.Tensor, path: Path, options: ExportOptions) -> onnx.ModelProto:
    """Exports the network, writes it to `path`, and returns it with its tensors loaded."""
    with tempfile.TemporaryDirectory() as folder, _quiet(), torch.no_grad():
        raw = Path(folder) / "raw.onnx"
        if options.exporter == "dynamo":
            _export_dynamo(network, example, raw, options)
        else:
            _export_torchscript(network, example, raw, options)
        model = onnx.load(raw)
        if options.simplify == "onnxsim":
            model = _simplified_by_onnxsim(model)
        elif options.simplify == "onnxslim":
            model = _simplified_by_onnxslim(model)
    drop_traces(model)
    note_stripe_groups(model, network)
    if options.float16_weights:
        store_float16(model)
    save(model, path, options.external_data or model.ByteSize() > _PROTOBUF_LIMIT)
    return onnx.load(path)


def save(model: onnx.ModelProto, path: Path, external_data: bool) -> None:
    """Writes the model, with its tensors in `NAME.data` beside it where asked."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = path.with_name(path.name + ".data")
    data.unlink(missing_ok=True)
    if external_data:
        onnx.save(model, path, save_as_external_data=True, location=data.name, size_threshold=1024)
    else:
        onnx.save(model, path)


def drop_traces(model: onnx.ModelProto) -> None:
    """Removes what exporters note about the exporting program: source lines and paths of the machine it ran on. The
    module that a node is of stays: grl-inspect groups nodes by it."""
    for node in model.graph.node:
        node.ClearField("doc_string")
        kept = [entry for entry in node.metadata_props if entry.key == "pkg.torch.onnx.name_scopes"]
        del node.metadata_props[:]
        node.metadata_props.extend(kept)


def note_stripe_groups(model: onnx.ModelProto, network: torch.nn.Module) -> None:
    """Says in the file where the network's stripes are parts of the image, so that nobody runs it at other sizes."""
    groups = getattr(network, "stripe_groups", [])
    if any(groups):
        model.metadata_props.add(key=STRIPE_GROUPS, value=json.dumps(groups))


def store_float16(model: onnx.ModelProto) -> None:
    """Stores float32 initializers as float16 behind a Cast wherever that loses nothing."""
    casts = []
    for initializer in model.graph.initializer:
        if initializer.data_type != TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(initializer)
        if values.size < 2:
            continue
        with np.errstate(over="ignore"):
            halves = values.astype(np.float16)
        if not np.array_equal(halves.astype(np.float32), values):
            continue
        name = initializer.name
        initializer.CopyFrom(numpy_helper.from_array(halves, f"{name}_float16"))
        casts.append(helper.make_node("Cast", [f"{name}_float16"], [name], name=f"{name}_cast", to=TensorProto.FLOAT))
        _forget_input(model.graph, name)
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def _export_torchscript(network, example, path: Path, options: ExportOptions) -> None:
    axes = {INPUT: {2: "height", 3: "width"}, OUTPUT: {2: "out_height", 3: "out_width"}} if options.dynamic else None
    torch.onnx.export(
        network,
        (example.clone(),),
        path,
        dynamo=False,
        opset_version=options.opset,
        input_names=[INPUT],
        output_names=[OUTPUT],
        dynamic_axes=axes,
        do_constant_folding=options.constant_folding,
        training=torch.onnx.TrainingMode.PRESERVE if options.training else torch.onnx.TrainingMode.EVAL,
    )


def _export_dynamo(network, example, path: Path, options: ExportOptions) -> None:
    if options.opset < FIRST_DYNAMO_OPSET:
        raise ValueError(f"the dynamo exporter writes opset {FIRST_DYNAMO_OPSET} and up, not {options.opset}")
    free = torch.export.Dim.DYNAMIC
    torch.onnx.export(
        network,
        (example.clone(),),
        path,
        dynamo=True,
        opset_version=options.opset,
        input_names=[INPUT],
        output_names=[OUTPUT],
        dynamic_shapes=({2: free, 3: free},) if options.dynamic else None,
        verbose=False,
    )


def _simplified_by_onnxsim(model: onnx.ModelProto) -> onnx.ModelProto:
    import onnxsim

    return onnxsim.simplify(model)[0]


def _simplified_by_onnxslim(model: onnx.ModelProto) -> onnx.ModelProto:
    import onnxslim

    return onnxslim.slim(model)


def _forget_input(graph: onnx.GraphProto, name: str) -> None:
    for position, value in enumerate(graph.input):
        if value.name == name:
            del graph.input[position]
            return


@contextlib.contextmanager
def _quiet():
    """Keeps the exporters' progress reports and tracing warnings out of the terminal."""
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)
