"""The exports that are measured. Parameters are random: speed and memory do not depend on them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Export:
    """One export: FOLDER/NAME holds model.onnx and reference.npz."""

    name: str
    title: str
    goal: float
    """The ratio OpenVINO / grl that is aimed at, for steady runs."""
    command: str
    """Arguments after `python Models/export/` that make it, without the folder."""


def _released(name: str, title: str, goal: float) -> Export:
    return Export(name, title, goal, f"export_released.py {name} -o FOLDER")


EXPORTS = [
    Export(
        "dn_tiny_256",
        "GRL-T denoise 256×256",
        4.0,
        "export.py --task dn --size tiny --image 256x256 --masks shared --no-check -o FOLDER/dn_tiny_256",
    ),
    _released("dn_tiny_c3", "GRL-T denoise 128×128", 4.0),
    _released("dn_small_c3", "GRL-S denoise 128×128", 2.2),
    _released("sr_tiny_x4", "GRL-T ×4 64×64", 3.3),
    _released("sr_small_x4", "GRL-S ×4 64×64", 2.0),
    _released("db_motion_base", "GRL-B motion deblur 96×96", 2.1),
    _released("sr_base_x4", "GRL-B ×4 64×64", 2.4),
]
