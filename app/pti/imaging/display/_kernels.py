"""Compiled inner loops of what is seen on the screen.

The signatures are given, so that compiling (or loading what was compiled before) happens on import and never in the
middle of a paint event.
"""

from typing import Any

import numpy as np
from numba import njit, types

_LINE = types.Array(types.float32, 1, "A", readonly=True)
_GREY = types.Array(types.uint8, 2, "C", readonly=True)
_GREY_OUT = types.Array(types.uint8, 2, "C")
_TABLE = types.Array(types.uint32, 1, "C", readonly=True)
_FLOAT_IMAGE = types.Array(types.float32, 2, "A", readonly=True)
_INT_IMAGE = types.Array(types.int16, 2, "A", readonly=True)


@njit(
    [
        types.void(_FLOAT_IMAGE, _LINE, _LINE, types.float64, types.float64, _GREY_OUT),
        types.void(_INT_IMAGE, _LINE, _LINE, types.float64, types.float64, _GREY_OUT),
    ],
    nogil=True,
    cache=True,
    fastmath=True,
)
def sample_window(image: Any, rows: Any, columns: Any, low: float, scale: float, out: Any) -> None:
    """Bilinear samples of `image` at `rows` x `columns` as grey ``(value - low) * scale``, clipped to 1..255; outside is 0.

    Positions up to half a pixel outside the outermost pixel centres still belong to the image and take the edge's value.
    """
    black, gain = np.float32(low), np.float32(scale)
    last_row, last_column = image.shape[0] - 1, image.shape[1] - 1
    for i in range(rows.shape[0]):
        r = rows[i]
        if r < -0.5 or r > last_row + 0.5:
            out[i, :] = 0
            continue
        r = min(max(r, np.float32(0.0)), np.float32(last_row))
        r0 = min(int(r), max(last_row - 1, 0))
        r1 = min(r0 + 1, last_row)
        fr = r - np.float32(r0)
        for j in range(columns.shape[0]):
            c = columns[j]
            if c < -0.5 or c > last_column + 0.5:
                out[i, j] = 0
                continue
            c = min(max(c, np.float32(0.0)), np.float32(last_column))
            c0 = min(int(c), max(last_column - 1, 0))
            c1 = min(c0 + 1, last_column)
            fc = c - np.float32(c0)
            upper = np.float32(image[r0, c0]) + fc * (np.float32(image[r0, c1]) - np.float32(image[r0, c0]))
            lower = np.float32(image[r1, c0]) + fc * (np.float32(image[r1, c1]) - np.float32(image[r1, c0]))
            grey = (upper + fr * (lower - upper) - black) * gain
            out[i, j] = np.uint8(min(max(grey, np.float32(1.0)), np.float32(255.0)))


@njit(
    [types.void(_GREY, _GREY, _TABLE, _TABLE, _TABLE, _TABLE, types.int64, types.Array(types.uint32, 2, "C"))],
    nogil=True,
    cache=True,
)
def mix(first: Any, second: Any, left_1: Any, left_2: Any, right_1: Any, right_2: Any, split: int, out: Any) -> None:
    """Add two grey images through colour tables: one pair of tables left of column `split`, another from there on.

    A table's entry is 0x00RRGGBB; the entries of a pair must not add up to more than 255 in any colour.
    """
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            if j < split:
                out[i, j] = np.uint32(0xFF000000) | (left_1[first[i, j]] + left_2[second[i, j]])
            else:
                out[i, j] = np.uint32(0xFF000000) | (right_1[first[i, j]] + right_2[second[i, j]])
