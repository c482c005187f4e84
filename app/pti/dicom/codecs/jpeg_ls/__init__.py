"""JPEG-LS of grey images, lossless and near-lossless: ISO/IEC 14495-1."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pti.dicom.codecs.jpeg_ls._kernels import decode_rows, unstuffed
from pti.dicom.codecs.stream import Bytes, Component, DamagedStream, Decoded, check_used, read_component, segments

_PRESETS_ARE_CODING_PARAMETERS = 1
_RESET = 64


@dataclass(frozen=True, slots=True)
class _Presets:
    """Preset coding parameters (C.2.4.1.1); 0 stands for the default."""

    highest: int = 0
    thresholds: tuple[int, int, int] = (0, 0, 0)
    reset: int = 0


def decode(stream: bytes, rows: int, columns: int) -> Decoded:
    """Decompress a grey frame.

    Raises
    ------
    DamagedStream
        If it is damaged, of another size, or uses restart intervals or mapping tables.
    """
    component: Component | None = None
    presets = _Presets()
    found, content = segments(stream)
    for segment in found:
        match segment.marker:
            case 0xF7:
                component = read_component(segment.content, rows, columns)
            case 0xF8:
                presets = _read_presets(segment.content)
            case 0xDD:
                raise DamagedStream("it has restart intervals, which are not supported")
            case _:
                pass  # comments, application data, and the scan header, which is the last
    if component is None:
        raise DamagedStream("its frame header is missing, or it is no JPEG-LS")
    return _decode_scan(content, component, presets, found[-1].content)


def _read_presets(content: bytes) -> _Presets:
    if len(content) != 11 or content[0] != _PRESETS_ARE_CODING_PARAMETERS:
        raise DamagedStream("it has mapping tables or unknown parameters, which are not supported")
    highest, t1, t2, t3, reset = (int.from_bytes(content[i : i + 2], "big") for i in range(1, 11, 2))
    return _Presets(highest, (t1, t2, t3), reset)


def _decode_scan(content: Bytes, component: Component, presets: _Presets, header: bytes) -> Decoded:
    if len(header) < 6 or header[0] != 1 or header[2] != 0 or header[5] != 0:
        raise DamagedStream("its scan header is broken or asks for what is not supported")
    near, highest = header[3], presets.highest or (1 << component.precision) - 1
    thresholds = tuple(
        given or default for given, default in zip(presets.thresholds, _default_thresholds(highest, near), strict=True)
    )
    t1, t2, t3 = thresholds
    ordered = near < t1 <= t2 <= t3 <= highest < 1 << component.precision
    reset = presets.reset or _RESET
    if not ordered or near > min(255, highest // 2) or reset < 3:
        raise DamagedStream("its coding parameters are broken")
    values = np.empty((component.rows, component.columns), dtype=np.uint16)
    parameters: NDArray[np.int64] = np.array([highest, near, t1, t2, t3, reset], dtype=np.int64)
    bits, n_bits = unstuffed(content)
    check_used(decode_rows(bits, n_bits, parameters, values), n_bits)
    return Decoded(values, component.precision, lossy=near > 0)


def _default_thresholds(highest: int, near: int) -> tuple[int, int, int]:
    """C.2.4.1.1.1, with 3, 7 and 21 as basis."""

    def clamped(value: int, least: int) -> int:
        return least if value > highest or value < least else value

    if highest >= 128:
        factor = (min(highest, 4095) + 128) // 256
        t1 = clamped(factor + 2 + 3 * near, near + 1)
        t2 = clamped(factor * 4 + 3 + 5 * near, t1)
        return t1, t2, clamped(factor * 17 + 4 + 7 * near, t2)
    factor = 256 // (highest + 1)
    t1 = clamped(max(2, 3 // factor + 3 * near), near + 1)
    t2 = clamped(max(3, 7 // factor + 5 * near), t1)
    return t1, t2, clamped(max(4, 21 // factor + 7 * near), t2)
