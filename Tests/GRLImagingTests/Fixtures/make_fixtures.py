"""Writes the small JPEG files of this folder and what Pillow decodes from them."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

here = Path(__file__).parent
height, width = 24, 40
y, x = np.mgrid[0:height, 0:width]
rgb = np.stack([x * 6, y * 10, 255 - x * 3 - y * 2], axis=-1).clip(0, 255).astype(np.uint8)
picture = Image.fromarray(rgb)

exif = Image.Exif()
exif[0x0112] = 6
exif[0x010E] = "a ramp"
profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

picture.save(here / "baseline.jpg", quality=90, subsampling="4:4:4", dpi=(300, 150), exif=exif.tobytes(), icc_profile=profile)
picture.save(here / "subsampled.jpg", quality=90, subsampling="4:2:0")
picture.save(here / "progressive.jpg", quality=90, progressive=True)
picture.convert("L").save(here / "gray.jpg", quality=90)
picture.convert("CMYK").save(here / "cmyk.jpg", quality=90)
decoded = {name: np.asarray(Image.open(here / f"{name}.jpg")) for name in ["baseline", "subsampled", "progressive", "gray"]}
np.savez_compressed(here / "decoded.npz", **decoded)
