"""Writes the small .npy and .npz files of this folder with NumPy itself."""

from pathlib import Path

import numpy as np

here = Path(__file__).parent
types = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"]
arrays = {name: (np.arange(6).reshape(2, 3) % 2 if name == "b1" else np.arange(6).reshape(2, 3)).astype(name)
          for name in types}
np.savez(here / "stored.npz", **arrays, scalar=np.float32(2.5), empty=np.zeros((0, 4), np.float32))
np.savez_compressed(here / "deflated.npz", ramp=np.arange(4096, dtype=np.float32), **arrays)
np.save(here / "big_endian.npy", np.arange(6, dtype=">f4").reshape(2, 3))
np.save(here / "fortran.npy", np.asfortranarray(np.arange(24, dtype=np.int16).reshape(2, 3, 4)))
np.save(here / "object.npy", np.array([None, 1], dtype=object))
np.save(here / "structure.npy", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))
np.save(here / "complex.npy", np.zeros(2, dtype=np.complex64))
