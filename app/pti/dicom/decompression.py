"""Compressed pixels: which transfer syntaxes are taken, and how their frames become words as in an uncompressed file.

Every decoder either runs within bounds that it checks itself or is given only what was checked before: a damaged file is
refused, and the program goes on (resources/decisions/0003).
"""

from pydicom.encaps import generate_frames
from pydicom.uid import (
    JPEG2000,
    UID,
    JPEG2000Lossless,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from pti.dicom.checks import Attributes
from pti.dicom.codecs import jpeg2000, jpeg_lossless, jpeg_ls, run_length
from pti.dicom.codecs.stream import DamagedStream, Decoded

_JPEG_LOSSLESS = (JPEGLossless, JPEGLosslessSV1)
_JPEG_LS = (JPEGLSLossless, JPEGLSNearLossless)
_JPEG_2000 = (JPEG2000Lossless, JPEG2000)


def decompressed(attributes: Attributes, syntax: UID, rows: int, columns: int, allocated: int) -> Decoded | None:
    """The only frame of Pixel Data.

    JPEG baseline and extended are not taken: 8 bits, or values that a decoder may round as it likes, are no Hounsfield
    units.

    Parameters
    ----------
    syntax : the transfer syntax, a compressed one
    rows, columns, allocated : what the header says

    Returns
    -------
    the frame; None after a complaint
    """
    try:
        frame = next(generate_frames(attributes.dataset.PixelData, number_of_frames=1))
        return _decode(frame, syntax, rows, columns, allocated)
    except DamagedStream as error:
        attributes.complain("PixelData", f"in {syntax.name} cannot be decompressed: {error}")
    except Exception as error:  # noqa: BLE001 - pydicom meets broken fragments with errors of every kind
        attributes.complain("PixelData", f"in {syntax.name} cannot be taken apart into frames ({type(error).__name__})")
    return None


def _decode(frame: bytes, syntax: UID, rows: int, columns: int, allocated: int) -> Decoded:
    if syntax in _JPEG_LOSSLESS:
        return jpeg_lossless.decode(frame, rows, columns)
    if syntax in _JPEG_LS:
        return jpeg_ls.decode(frame, rows, columns)
    if syntax in _JPEG_2000:
        return jpeg2000.decode(frame, rows, columns)
    if syntax == RLELossless:
        return run_length.decode(frame, rows, columns, allocated // 8)
    raise DamagedStream("this compression is not supported")
