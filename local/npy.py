"""Writes numbers as a NumPy file without needing NumPy: python3 local/npy.py OUT.npy NUMBER...

One dimension, little-endian float32. With NumPy it is numpy.save("OUT.npy", numpy.array([...], dtype=numpy.float32)).
Format: NumPy Enhancement Proposal 1.
"""

import struct
import sys


def npy(values):
    """The bytes of a .npy file, version 1.0, whose data starts at a multiple of 64."""
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({len(values)},), }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + struct.pack(f"<{len(values)}f", *values)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: python3 local/npy.py OUT.npy NUMBER...")
    with open(sys.argv[1], "wb") as out:
        out.write(npy([float(number) for number in sys.argv[2:]]))
