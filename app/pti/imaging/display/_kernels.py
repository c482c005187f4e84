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
_TINT = types.Array(types.uint32, 2, "C", readonly=True)
_TABLE = types.Array(types.uint32, 1, "C", readonly=True)
_COLOUR = types.Array(types.int64, 1, "C", readonly=True)
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


@njit(
    [
        types.void(
            types.Array(types.uint8, 2, "A", readonly=True),
            types.int64,
            types.int64,
            _COLOUR,
            types.int64,
            types.Array(types.uint32, 2, "C"),
        )
    ],
    nogil=True,
    cache=True,
)
def add_layer(cells: Any, first_row: int, first_column: int, colour: Any, opacity: int, tint: Any) -> None:
    """Lay a colour over a tint wherever a cell is set.

    Parameters
    ----------
    cells : (row, column), 1 or 0
    first_row, first_column : of the tint under the first cell
    colour : (3,), red, green, blue
    opacity : 0 to 256
    tint : (rows, columns), 0xLLRRGGBB: what is left (of 255) of what lies below, and the colour that is added
    """
    kept = 256 - opacity
    for i in range(cells.shape[0]):
        for j in range(cells.shape[1]):
            if cells[i, j]:
                below = np.int64(tint[first_row + i, first_column + j])
                value = (below >> 24) * kept >> 8
                for part in range(3):
                    value = value << 8 | ((below >> (16 - 8 * part) & 255) * kept + colour[part] * opacity) >> 8
                tint[first_row + i, first_column + j] = np.uint32(value)


@njit(
    [types.void(_TINT, _LINE, _LINE, types.Array(types.uint32, 2, "C"))],
    nogil=True,
    cache=True,
)
def lay_over(tint: Any, rows: Any, columns: Any, out: Any) -> None:
    """Colour a picture with the tint's nearest cells; `rows` and `columns` are places on the tint, which may lie outside."""
    across = np.empty(out.shape[1], np.int64)
    for j in range(out.shape[1]):
        across[j] = int(np.floor(columns[j] + np.float32(0.5)))
    high, odd, even = np.uint32(0xFF000000), np.uint32(0x00FF00FF), np.uint32(0x0000FF00)
    for i in range(out.shape[0]):
        row = int(np.floor(rows[i] + np.float32(0.5)))
        if row < 0 or row >= tint.shape[0]:
            continue
        for j in range(out.shape[1]):
            column = across[j]
            if column < 0 or column >= tint.shape[1]:
                continue
            over = tint[row, column]
            left = over >> np.uint32(24)
            if left == 255:
                continue
            below = out[i, j]
            # Red and blue in one product, green in another.
            red_blue = ((below & odd) * left >> np.uint32(8)) & odd
            green = ((below & even) * left >> np.uint32(8)) & even
            out[i, j] = high | ((over & np.uint32(0x00FFFFFF)) + (red_blue | green))


@njit(
    [
        types.void(
            types.Array(types.float64, 2, "C", readonly=True),
            _COLOUR,
            types.float64,
            types.Array(types.uint32, 2, "C"),
        )
    ],
    nogil=True,
    cache=True,
)
def stroke(segments: Any, colour: Any, half_width: float, out: Any) -> None:
    """Draw lines with soft edges and round ends into a picture.

    Parameters
    ----------
    segments : (segments, 4), x1, y1, x2, y2 in pixels, whole numbers at pixel centres; they may lie outside
    colour : (3,), red, green, blue
    half_width : pixels
    """
    reach = half_width + 0.5
    red, green, blue = colour[0], colour[1], colour[2]
    for s in range(segments.shape[0]):
        x1, y1, x2, y2 = segments[s, 0], segments[s, 1], segments[s, 2], segments[s, 3]
        dx, dy = x2 - x1, y2 - y1
        square = dx * dx + dy * dy
        over_square = 1.0 / square if square > 0.0 else 0.0
        left, right = max(min(x1, x2) - reach, 0.0), min(max(x1, x2) + reach, out.shape[1] - 1.0)
        top, bottom = max(min(y1, y2) - reach, 0.0), min(max(y1, y2) + reach, out.shape[0] - 1.0)
        if left > right or top > bottom:
            continue
        # How far to either side of the line a row can be touched.
        steep = abs(dy) > 1e-6
        spread = reach * np.sqrt(square) / abs(dy) + 1.0 if steep else 0.0
        for y in range(int(np.ceil(top)), int(np.floor(bottom)) + 1):
            first, last = left, right
            if steep:
                middle = x1 + min(max((y - y1) / dy, 0.0), 1.0) * dx
                first, last = max(left, middle - spread), min(right, middle + spread)
            for x in range(int(np.ceil(first)), int(np.floor(last)) + 1):
                along = min(max(((x - x1) * dx + (y - y1) * dy) * over_square, 0.0), 1.0)
                away = (x - x1 - along * dx) ** 2 + (y - y1 - along * dy) ** 2
                if away >= reach * reach:
                    continue
                cover = int(256 * min(reach - np.sqrt(away), 1.0))
                below, kept = np.int64(out[y, x]), 256 - cover
                r = ((below >> 16 & 255) * kept + red * cover) >> 8
                g = ((below >> 8 & 255) * kept + green * cover) >> 8
                b = ((below & 255) * kept + blue * cover) >> 8
                out[y, x] = np.uint32(0xFF000000 | r << 16 | g << 8 | b)
