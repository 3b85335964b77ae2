"""Draws the README's picture: the same detail noisy, restored and clean, side by side.

    grl-run Models/grl-nano-dn25/grl-nano-dn25.onnx Models/images/astronaut-sigma25.png -o restored.png
    python Docs/images/make_comparison.py restored.png

Needs Pillow; writes Docs/images/astronaut.png.
"""

import sys
from pathlib import Path

from PIL import Image

DOCS = Path(__file__).resolve().parent
IMAGES = DOCS.parent.parent / "Models" / "images"
LEFT, TOP, SIDE, GAP = 112, 20, 256, 8


def main():
    names = [IMAGES / "astronaut-sigma25.png", sys.argv[1], IMAGES / "astronaut.png"]
    sheet = Image.new("RGB", (3 * SIDE + 2 * GAP, SIDE), "white")
    for place, name in enumerate(names):
        detail = Image.open(name).convert("RGB").crop((LEFT, TOP, LEFT + SIDE, TOP + SIDE))
        sheet.paste(detail, (place * (SIDE + GAP), 0))
    sheet.save(DOCS / "astronaut.png", optimize=True)


if __name__ == "__main__":
    main()
