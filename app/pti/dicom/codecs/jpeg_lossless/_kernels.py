"""JPEG lossless, sample by sample."""

from typing import Any

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def _predicted(predictor: Any, left: Any, above: Any, corner: Any) -> Any:
    """10918-1, table H.1."""
    if predictor == 1:
        return left
    if predictor == 2:
        return above
    if predictor == 3:
        return corner
    if predictor == 4:
        return left + above - corner
    if predictor == 5:
        return left + ((above - corner) >> 1)
    if predictor == 6:
        return above + ((left - corner) >> 1)
    return (left + above) >> 1


@njit(nogil=True, cache=True)
def _difference(data: Any, at: Any, n_bits: Any, table: Any) -> Any:
    """The difference that is coded at bit `at` (H.1.2.2), and the place behind it; -1 for the place where there is none."""
    if at >= n_bits:
        return 0, -1
    byte = at >> 3
    ahead = np.int64(data[byte]) << 32 | np.int64(data[byte + 1]) << 24 | np.int64(data[byte + 2]) << 16
    ahead |= np.int64(data[byte + 3]) << 8 | np.int64(data[byte + 4])
    ahead = (ahead << (at & 7)) & 0xFFFFFFFFFF
    entry = np.int64(table[ahead >> 24])
    length, category = entry >> 8, entry & 255
    at += length
    difference = np.int64(0)
    if category == 16:  # no bits follow
        difference = np.int64(32768)
    elif category > 0:
        difference = (ahead >> (40 - length - category)) & ((1 << category) - 1)
        if difference < 1 << (category - 1):
            difference += 1 - (1 << category)
        at += category
    return difference, -1 if length == 0 or at > n_bits else at


@njit(nogil=True, cache=True)
def decode_rows(data: Any, table: Any, predictor: Any, first: Any, out: Any) -> Any:
    """Decode the rows of one part of the scan: how many bits it took, or -1 where they run out or stand for no code.

    Parameters
    ----------
    data : (bytes,), uint8, with 8 spare bytes at the end
    table : (65536,), uint16, what the next 16 bits stand for: length * 256 + category; 0 for no code
    predictor : 1 to 7
    first : what the first sample is predicted as
    out : (rows, columns), uint16
    """
    n_bits = (len(data) - 8) * 8
    at = 0
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            difference, at = _difference(data, at, n_bits, table)
            if at < 0:
                return -1
            if row == 0:
                prediction = np.int64(first) if column == 0 else np.int64(out[0, column - 1])
            elif column == 0:
                prediction = np.int64(out[row - 1, 0])
            else:
                left, above, corner = out[row, column - 1], out[row - 1, column], out[row - 1, column - 1]
                prediction = _predicted(predictor, np.int64(left), np.int64(above), np.int64(corner))
            out[row, column] = np.uint16((prediction + difference) & 0xFFFF)
    return at
