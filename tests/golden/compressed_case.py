"""The images whose compressed streams compressed_frames.npz holds, and where it lies."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

GOLDEN = Path(__file__).with_name("compressed_frames.npz")
ROWS, COLUMNS = 37, 52


@dataclass(frozen=True)
class Case:
    """One stream: of which image, and what DCMTK was asked for."""

    name: str
    bits: int
    program: str
    options: tuple[str, ...]
    largest_error: int = 0


CASES = (
    *(Case(f"jpeg_predictor_{n}", 16, "dcmcjpeg", ("+el", "+sv", str(n))) for n in range(1, 8)),
    Case("jpeg_sv1", 16, "dcmcjpeg", ("+e1",)),
    Case("jpeg_point_transform", 16, "dcmcjpeg", ("+e1", "+pt", "2"), 3),
    Case("jpeg_12_bits", 12, "dcmcjpeg", ("+e1",)),
    Case("jpeg_8_bits", 8, "dcmcjpeg", ("+el", "+sv", "4")),
    Case("jpeg_ls_16_bits", 16, "dcmcjpls", ("+el",)),
    Case("jpeg_ls_12_bits", 12, "dcmcjpls", ("+el",)),
    Case("jpeg_ls_8_bits", 8, "dcmcjpls", ("+el",)),
    Case("jpeg_ls_near_1", 12, "dcmcjpls", ("+en", "+md", "1"), 1),
    Case("jpeg_ls_near_5", 16, "dcmcjpls", ("+en", "+md", "5"), 5),
)


def image(bits: int) -> NDArray[np.uint16]:
    """(37, 52), values of `bits` bits: smooth and noisy parts, flat ones with single specks, edges, both ends of the range."""
    top = (1 << bits) - 1
    row, column = np.indices((ROWS, COLUMNS))
    values = top * (0.5 + 0.4 * np.sin(row / 6.0) * np.cos(column / 9.0))
    values += np.random.default_rng(bits).normal(0.0, top / 400, values.shape) * (column > 25)
    values[5:15, 3:30] = top // 3
    values[9, 12] = top // 3 + 40
    values[20:24, :] = 0
    values[22, 40:] = top
    values[30:, 10:14] = top
    return np.clip(np.rint(values), 0, top).astype(np.uint16)
