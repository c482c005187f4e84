"""Text: read in any character set, written in the default repertoire, changed only with a warning."""

import io
import logging

import pydicom
import pytest

from pti.dicom.charset import is_ascii, to_ascii
from pti.dicom.checks import Attributes
from pti.dicom.files import encode_part10
from pti.dicom.modules import read_patient, write_patient
from tests.support.dicom_factory import rt_image


@pytest.mark.requirement("IOD-03")
@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("plain text ~!", "plain text ~!"),
        ("Größe", "Grosse"),
        ("Ærøskøbing", "AEroskobing"),
        ("Łódź", "Lodz"),
        ("45\u00b0", "45deg"),
        ("山田", "??"),
        ("two\nlines", "two lines"),
    ],
)
def test_text_is_spelled_in_ascii(text: str, plain: str) -> None:
    assert to_ascii(text, "RTImageLabel") == plain
    assert is_ascii(to_ascii(text, "RTImageLabel"))


@pytest.mark.requirement("IOD-03")
def test_a_change_is_logged_without_the_text(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        to_ascii("Größe", "StudyDescription")
    assert "StudyDescription" in caplog.text
    assert "Gr" not in caplog.text


def test_text_that_fits_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert to_ascii("KV A", "RTImageLabel", 16) == "KV A"
    assert not caplog.records


def test_text_is_cut_to_its_length() -> None:
    assert to_ascii("a rather long label", "RTImageLabel", 8) == "a rather"


def test_line_ends_are_kept_where_they_may_stand() -> None:
    assert to_ascii("a\r\nb", "RTImageDescription", multiline=True) == "a\r\nb"


@pytest.mark.requirement("IOD-03")
@pytest.mark.parametrize(
    ("character_set", "name"),
    [
        (["ISO_IR 100"], "Müller^Jörg"),
        (["ISO_IR 192"], "Łukasiewicz^Żaneta"),
        (["GB18030"], "Wang^XiaoDong=王^小东"),
        (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎"),
        (["ISO_IR 144"], "\u0411\u043e\u0440\u0438\u0441\u043e\u0432^\u041e\u043b\u0435\u0433"),
    ],
)
def test_a_name_in_any_character_set_is_read_and_keeps_it_on_export(character_set: list[str], name: str) -> None:
    ds = rt_image()
    ds.SpecificCharacterSet = character_set
    ds.PatientName = name
    received = pydicom.dcmread(io.BytesIO(encode_part10(ds)))
    patient = read_patient(Attributes(received))
    assert patient.name == name
    exported = rt_image()
    write_patient(exported, patient)
    sent = pydicom.dcmread(io.BytesIO(encode_part10(exported)))
    assert sent[0x00100010].value == received[0x00100010].value
    assert read_patient(Attributes(sent)).name == name
    assert sent.SpecificCharacterSet == received.SpecificCharacterSet


@pytest.mark.requirement("IOD-03")
def test_an_ascii_name_is_exported_without_a_character_set() -> None:
    ds = rt_image()
    ds.SpecificCharacterSet = "ISO_IR 192"
    exported = rt_image()
    write_patient(exported, read_patient(Attributes(ds)))
    assert "SpecificCharacterSet" not in exported
