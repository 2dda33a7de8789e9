"""Writes numbers as a NumPy file without needing NumPy: python3 local/npy.py OUT.npy NUMBER...
and prints those of such a file: python3 local/npy.py IN.npy

One dimension, little-endian float32. With NumPy it is numpy.save("OUT.npy", numpy.array([...], dtype=numpy.float32)) and numpy.load.
Format: NumPy Enhancement Proposal 1.
"""

import struct
import sys


def npy(values):
    """The bytes of a .npy file, version 1.0, whose data starts at a multiple of 64."""
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({len(values)},), }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + struct.pack(f"<{len(values)}f", *values)


def numbers(data):
    """The values of a .npy file, version 1.0, of little-endian float32."""
    if data[:8] != b"\x93NUMPY\x01\x00" or b"'descr': '<f4'" not in data:
        sys.exit("not a .npy file, version 1.0, of little-endian float32")
    start = 10 + struct.unpack("<H", data[8:10])[0]
    return [value for (value,) in struct.iter_unpack("<f", data[start:])]


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python3 local/npy.py OUT.npy NUMBER... or python3 local/npy.py IN.npy")
    if len(sys.argv) == 2:
        with open(sys.argv[1], "rb") as file:
            print(*(f"{value:.4f}" for value in numbers(file.read())))
        sys.exit()
    with open(sys.argv[1], "wb") as out:
        out.write(npy([float(number) for number in sys.argv[2:]]))
