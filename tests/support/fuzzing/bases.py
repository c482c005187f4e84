"""The whole files that are mutated: every kind of object, in every transfer syntax that import takes."""

import io
import zlib
from dataclasses import dataclass
from functools import cache

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from tests.golden.compressed_case import GOLDEN, image
from tests.support.bad_input import good
from tests.support.bad_input.breaking import body_of, encoded
from tests.support.dicom_factory import set_pixels
from tests.support.jpeg2000 import compress_jpeg2000

_PLAIN = (ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian)
_GOLDEN_STREAMS = {
    JPEGLosslessSV1: "jpeg_sv1",
    JPEGLossless: "jpeg_predictor_4",
    JPEGLSLossless: "jpeg_ls_16_bits",
    JPEGLSNearLossless: "jpeg_ls_near_5",
}


@dataclass(frozen=True)
class Base:
    """A good file, and the good files that must lie beside it."""

    name: str
    content: bytes
    beside: tuple[bytes, ...] = ()


@cache
def bases() -> tuple[Base, ...]:
    """All files, each read without a complaint as it stands."""
    objects = {"plan": good.plan, "structures": good.structures, "image": good.image, "registration": good.registration}
    found = [Base(f"{kind} {syntax.name}", _whole(make(), syntax)) for kind, make in objects.items() for syntax in _syntaxes()]
    found += [Base(f"CT {syntax.name}", _whole(good.slices()[0], syntax), _neighbours(large=False)) for syntax in _syntaxes()]
    found += [Base(f"image {syntax.name}", content) for syntax, content in _compressed(good.image()).items()]
    beside = _neighbours(large=True)
    found += [Base(f"CT {syntax.name}", content, beside) for syntax, content in _compressed(good.slices()[0]).items()]
    return tuple(found)


def _syntaxes() -> tuple[UID, ...]:
    return (*_PLAIN, DeflatedExplicitVRLittleEndian)


def _neighbours(*, large: bool) -> tuple[bytes, ...]:
    """The second and the third slice, with small pixels or those of the compressed images."""
    return tuple(encoded(_large(ds) if large else ds) for ds in good.slices()[1:3])


def _large(ds: Dataset) -> Dataset:
    set_pixels(ds, image(16))
    return ds


def _whole(ds: Dataset, syntax: UID) -> bytes:
    if syntax != DeflatedExplicitVRLittleEndian:
        return encoded(ds, syntax)
    plain = encoded(ds, ExplicitVRLittleEndian)
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = deflater.compress(plain[body_of(plain) :]) + deflater.flush()
    return _told(ds, syntax) + body + bytes(len(body) % 2)


def _told(ds: Dataset, syntax: UID) -> bytes:
    """Preamble and file meta information that name a transfer syntax."""
    bare = Dataset()
    bare.file_meta, bare.SOPClassUID, bare.SOPInstanceUID = ds.file_meta, ds.SOPClassUID, ds.SOPInstanceUID
    bare.file_meta.TransferSyntaxUID = syntax
    whole = _as_told(bare)
    return whole[: body_of(whole)]


def _as_told(ds: Dataset) -> bytes:
    """A file in the transfer syntax that its meta information names already, pixels encapsulated or not."""
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, ds, enforce_file_format=True)
    return buffer.getvalue()


def _compressed(ds: Dataset) -> dict[UID, bytes]:
    large = _large(ds)
    with np.load(GOLDEN) as streams:
        frames = {syntax: streams[name].tobytes() for syntax, name in _GOLDEN_STREAMS.items()}
    files = {}
    for syntax, frame in frames.items():
        large.file_meta.TransferSyntaxUID = syntax
        large.PixelData = encapsulate([frame])
        large["PixelData"].VR = "OB"
        large["PixelData"].is_undefined_length = True
        files[syntax] = _as_told(large)
    set_pixels(large, image(16))
    large.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    compress_jpeg2000(large)
    large["PixelData"].VR = "OB"
    files[UID(large.file_meta.TransferSyntaxUID)] = _as_told(large)
    set_pixels(large, image(16))
    large.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    large.compress(RLELossless, generate_instance_uid=False)
    files[RLELossless] = _as_told(large)
    return files
