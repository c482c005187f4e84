"""JPEG-LS, sample by sample (ISO/IEC 14495-1, annex A; names as there)."""

from typing import Any

import numpy as np
from numba import njit

#: Order of the run lengths' code (A.2.1).
_J = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15])
#: 365 contexts of regular samples (365 and 366 are those of interrupted runs).
_CONTEXTS = 367


@njit(nogil=True, cache=True)
def unstuffed(data: Any) -> Any:
    """The bits up to the next marker, without the zero bit that follows each byte of 255, and how many they are."""
    out = np.zeros(len(data) + 8, np.uint8)
    at = 0
    after_ff = False
    for byte in data:
        if after_ff and byte >= 128:
            at -= 8  # the byte of 255 belongs to the marker
            break
        width = 7 if after_ff else 8
        shifted = np.int64(byte) << (16 - width - (at & 7))
        out[at >> 3] |= np.uint8(shifted >> 8)
        out[(at >> 3) + 1] |= np.uint8(shifted & 255)
        at += width
        after_ff = byte == 255
    return out, at


@njit(nogil=True, cache=True)
def _bits(data: Any, at: Any, count: Any) -> Any:
    """`count` bits (at most 24) from bit `at` on; the 4 bytes from there must be within `data`."""
    byte = at >> 3
    word = (
        np.int64(data[byte]) << 24 | np.int64(data[byte + 1]) << 16 | np.int64(data[byte + 2]) << 8 | np.int64(data[byte + 3])
    )
    return (word >> (32 - (at & 7) - count)) & ((1 << count) - 1)


@njit(nogil=True, cache=True)
def _golomb(data: Any, at: Any, n_bits: Any, k: Any, limit: Any, qbpp: Any) -> Any:
    """A limited-length Golomb code (A.5.3): its value and the place behind it; -1 where the bits run out."""
    zeros = 0
    while at < n_bits and (data[at >> 3] >> (7 - (at & 7))) & 1 == 0:
        zeros += 1
        at += 1
        if zeros > limit:
            return -1, at
    at += 1
    if zeros < limit - qbpp - 1:
        if at + k > n_bits:
            return -1, at
        return zeros << k | _bits(data, at, k), at + k
    if at + qbpp > n_bits:
        return -1, at
    return _bits(data, at, qbpp) + 1, at + qbpp


@njit(nogil=True, cache=True)
def _quantised(difference: Any, near: Any, t1: Any, t2: Any, t3: Any) -> Any:
    """A.3.3."""
    size = abs(difference)
    if size <= near:
        return 0
    level = 1 if size < t1 else 2 if size < t2 else 3 if size < t3 else 4
    return level if difference > 0 else -level


@njit(nogil=True, cache=True)
def _reconstructed(value: Any, highest: Any, near: Any, span: Any) -> Any:
    """A.4.5: back into the range, modulo `span`."""
    if value < -near:
        value += span
    elif value > highest + near:
        value -= span
    return min(max(value, 0), highest)


@njit(nogil=True, cache=True)
def _golomb_order(count: Any, total: Any) -> Any:
    """A.5.1; 24, which no sound stream reaches, stands for all that is more."""
    k = 0
    while count << k < total and k < 24:
        k += 1
    return k


@njit(nogil=True, cache=True)
def _regular(data: Any, at: Any, n_bits: Any, scan: Any, contexts: Any, q: Any, px: Any) -> Any:
    """One sample in context `q`, whose sign is that of `q`: its value and the place behind it (A.4 to A.6)."""
    highest, near, reset, step, levels, qbpp, limit = scan
    a, b, c, n, _ = contexts
    sign = 1
    if q < 0:
        sign, q = -1, -q
    px = min(max(px + sign * c[q], 0), highest)
    k = _golomb_order(n[q], a[q])
    if k >= 24:
        return -1, at
    mapped, at = _golomb(data, at, n_bits, k, limit, qbpp)
    if mapped < 0:
        return -1, at
    if near == 0 and k == 0 and 2 * b[q] <= -n[q]:
        error = (mapped - 1) // 2 if mapped & 1 else -(mapped // 2) - 1
    else:
        error = -((mapped + 1) // 2) if mapped & 1 else mapped // 2
    b[q] += error * step
    a[q] += abs(error)
    if n[q] == reset:
        a[q] >>= 1
        b[q] >>= 1
        n[q] >>= 1
    n[q] += 1
    if b[q] <= -n[q]:
        c[q] = max(c[q] - 1, -128)
        b[q] = max(b[q] + n[q], -n[q] + 1)
    elif b[q] > 0:
        c[q] = min(c[q] + 1, 127)
        b[q] = min(b[q] - n[q], 0)
    return _reconstructed(px + sign * error * step, highest, near, levels * step), at


@njit(nogil=True, cache=True)
def _interruption(data: Any, at: Any, n_bits: Any, scan: Any, contexts: Any, ra: Any, rb: Any, j: Any) -> Any:
    """The sample that ends a run of `ra` below `rb`: its value and the place behind it (A.7.2)."""
    highest, near, reset, step, levels, qbpp, limit = scan
    a, _, _, n, negative = contexts
    kind = 1 if abs(ra - rb) <= near else 0
    sign = -1 if kind == 0 and ra > rb else 1
    q = 365 + kind
    k = _golomb_order(n[q], a[q] + (n[q] >> 1) * kind)
    if k >= 24:
        return -1, at
    mapped, at = _golomb(data, at, n_bits, k, limit - j - 1, qbpp)
    if mapped < 0:
        return -1, at
    odd = (mapped + kind) & 1
    error = (mapped + kind + odd) // 2
    if (k != 0 or 2 * negative[kind] >= n[q]) == (odd == 1):
        error = -error
    if error < 0:
        negative[kind] += 1
    a[q] += (mapped + 1 - kind) >> 1
    if n[q] == reset:
        a[q] >>= 1
        n[q] >>= 1
        negative[kind] >>= 1
    n[q] += 1
    return _reconstructed((ra if kind == 1 else rb) + sign * error * step, highest, near, levels * step), at


@njit(nogil=True, cache=True)
def _run(data: Any, at: Any, n_bits: Any, run_index: Any, left: Any) -> Any:
    """A run in a row of which `left` samples are left (A.7.1): its length or -1, the place behind it, the next run index."""
    done = 0
    while done < left:
        if at >= n_bits:
            return -1, at, run_index
        one = (data[at >> 3] >> (7 - (at & 7))) & 1
        at += 1
        j = _J[run_index]
        if one == 0:
            if at + j > n_bits or done + _bits(data, at, j) >= left:
                return -1, at, run_index
            return done + _bits(data, at, j), at + j, run_index
        if done + (1 << j) <= left:
            run_index = min(run_index + 1, 31)
        done = min(done + (1 << j), left)
    return left, at, run_index


@njit(nogil=True, cache=True)
def _scan(highest: Any, near: Any, reset: Any) -> Any:
    """MAXVAL, NEAR, RESET, the width of a level, RANGE, qbpp and LIMIT (A.2.1)."""
    step = 2 * near + 1
    levels = (highest + 2 * near) // step + 1
    qbpp, bpp = 0, 2
    while 1 << qbpp < levels:
        qbpp += 1
    while 1 << bpp < highest + 1:
        bpp += 1
    return highest, near, reset, step, levels, qbpp, 2 * (bpp + max(8, bpp))


@njit(nogil=True, cache=True)
def _decode_row(data: Any, at: Any, n_bits: Any, run_index: Any, thresholds: Any, scan: Any, contexts: Any, rows: Any) -> Any:
    """Fill the second of two `rows`, below the first: the place behind it, -1 where there is none, and the run index."""
    near = scan[1]
    t1, t2, t3 = thresholds
    above, row = rows
    columns = len(row) - 2
    i = 1
    while i <= columns:
        ra, rb, rc = row[i - 1], above[i], above[i - 1]
        q = 81 * _quantised(above[i + 1] - rb, near, t1, t2, t3) + 9 * _quantised(rb - rc, near, t1, t2, t3)
        q += _quantised(rc - ra, near, t1, t2, t3)
        if q != 0:
            # A.4.1: an edge, or a plane; the median of the three
            px = max(min(ra, rb), min(max(ra, rb), ra + rb - rc))
            row[i], at = _regular(data, at, n_bits, scan, contexts, q, px)
        else:
            length, at, run_index = _run(data, at, n_bits, run_index, columns + 1 - i)
            if length < 0:
                return -1, run_index
            row[i : i + length] = ra
            i += length
            if i > columns:
                break
            row[i], at = _interruption(data, at, n_bits, scan, contexts, ra, above[i], _J[run_index])
            run_index = max(run_index - 1, 0)
        if row[i] < 0:
            return -1, run_index
        i += 1
    return at, run_index


@njit(nogil=True, cache=True)
def decode_rows(data: Any, n_bits: Any, parameters: Any, out: Any) -> Any:
    """Decode the scan: how many bits it took, or -1 where they run out or stand for nothing.

    Parameters
    ----------
    data : (bytes,), uint8, with 8 spare bytes at the end
    n_bits : how many bits of it belong to the scan
    parameters : MAXVAL, NEAR, T1, T2, T3, RESET
    out : (rows, columns), uint16
    """
    highest, near, t1, t2, t3, reset = parameters
    scan = _scan(highest, near, reset)
    a = np.full(_CONTEXTS, max(2, (scan[4] + 32) // 64), np.int64)
    b, c = np.zeros(_CONTEXTS, np.int64), np.zeros(_CONTEXTS, np.int64)
    contexts = (a, b, c, np.ones(_CONTEXTS, np.int64), np.zeros(2, np.int64))
    columns = out.shape[1]
    # One sample more on either side (A.2.1): [0] is left of the row, [columns + 1] right of it.
    above, row = np.zeros(columns + 2, np.int64), np.zeros(columns + 2, np.int64)
    at, run_index = 0, 0
    for number in range(out.shape[0]):
        above, row = row, above
        row[0] = above[1]
        above[columns + 1] = above[columns]
        at, run_index = _decode_row(data, at, n_bits, run_index, (t1, t2, t3), scan, contexts, (above, row))
        if at < 0:
            return -1
        for i in range(columns):
            out[number, i] = row[i + 1]
    return at
