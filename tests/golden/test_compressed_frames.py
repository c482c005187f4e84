"""Decoders against streams that DCMTK made (make_compressed_frames.py), and against streams of it that were damaged."""

import random

import numpy as np
import pytest

from pti.dicom.codecs import jpeg_lossless, jpeg_ls
from pti.dicom.codecs.stream import DamagedStream, Decoded
from tests.golden.compressed_case import CASES, COLUMNS, GOLDEN, ROWS, Case, image


def stream(case: Case) -> bytes:
    with np.load(GOLDEN) as streams:
        return bytes(streams[case.name].tobytes())


def decode(case: Case, content: bytes) -> Decoded:
    decoder = jpeg_ls.decode if case.program == "dcmcjpls" else jpeg_lossless.decode
    return decoder(content, ROWS, COLUMNS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_stream_of_dcmtk_is_decoded(case: Case) -> None:
    decoded = decode(case, stream(case))
    error = np.abs(decoded.values.astype(np.int64) - image(case.bits))
    assert error.max() == case.largest_error
    assert decoded.lossy == (case.largest_error > 0)
    assert case.bits <= decoded.precision <= 16


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_damaged_stream_is_decoded_or_refused(case: Case) -> None:
    whole = stream(case)
    refused = 0
    for seed in range(300):
        try:
            assert decode(case, damaged(whole, random.Random(seed))).values.shape == (ROWS, COLUMNS)
        except DamagedStream:
            refused += 1
    assert refused > 150  # a change of one bit may give another image that is as good


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_stream_that_breaks_off_or_goes_on_is_refused(case: Case) -> None:
    whole = stream(case)
    body = whole[: whole.rindex(b"\xff\xd9")]
    for content in (b"", whole[:40], body[: len(body) // 2], body[:-8], body + bytes(9) + b"\xff\xd9"):
        with pytest.raises(DamagedStream):
            decode(case, content)


def test_prediction_begins_anew_after_a_restart_marker() -> None:
    case = CASES[3]
    whole = stream(case)
    scan = whole.index(b"\xff\xda") + 2 + 8  # marker, and a header of 8 bytes for one component
    end = whole.rindex(b"\xff\xd9")
    head = bytearray(whole[:scan])
    size = head.index(b"\xff\xc3") + 5
    head[size : size + 2] = (2 * ROWS).to_bytes(2, "big")
    interval = b"\xff\xdd\x00\x04" + (ROWS * COLUMNS).to_bytes(2, "big")
    # 10918-1, H.1.1: an interval is coded as if it were an image of its own, so that the same one may follow.
    twice = b"".join((head[:2], interval, head[2:], whole[scan:end], b"\xff\xd0", whole[scan:end], b"\xff\xd9"))
    decoded = jpeg_lossless.decode(twice, 2 * ROWS, COLUMNS)
    np.testing.assert_array_equal(decoded.values, np.concatenate([image(16), image(16)]))


@pytest.mark.parametrize("case", [CASES[0], CASES[-1]], ids=lambda case: case.name)
def test_a_stream_of_another_size_is_refused_before_it_is_decoded(case: Case) -> None:
    content = bytearray(stream(case))
    place = content.index(b"\xff\xc3" if case.program == "dcmcjpeg" else b"\xff\xf7") + 5
    content[place : place + 4] = b"\xff\xff\xff\xff"
    with pytest.raises(DamagedStream, match="65535 x 65535 pixels, Rows and Columns say 37 x 52"):
        decode(case, bytes(content))


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, taken out or put in, often in the headers."""
    out = bytearray(content)
    place = chance.randrange(chance.choice((80, len(out))) if len(out) > 80 else len(out))
    match chance.randrange(3):
        case 0:
            for _ in range(chance.choice((1, 2, 8))):
                out[(place + chance.randrange(40)) % len(out)] = chance.randrange(256)
        case 1:
            del out[place : place + chance.randrange(1, 30)]
        case _:
            out[place:place] = bytes(chance.choice((0, 255, chance.randrange(256))) for _ in range(chance.randrange(1, 30)))
    return bytes(out)
