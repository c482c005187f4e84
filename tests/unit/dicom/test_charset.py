"""Text: read in any character set, written in the default repertoire, changed only with a warning."""

import io
import logging
from dataclasses import replace

import pydicom
import pytest

from pti.dicom.charset import is_ascii, to_ascii
from pti.dicom.checks import Attributes
from pti.dicom.files import encode_part10
from pti.dicom.identity import same_patient
from pti.dicom.modules import patient_warnings, read_patient, write_patient
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
        (["GBK"], "Wang^XiaoDong=王^小东"),
        (["ISO 2022 IR 13", "ISO 2022 IR 87"], "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう"),
        (["", "ISO 2022 IR 149"], "Hong^Gildong=洪^吉洞=홍^길동"),
        (["ISO_IR 126"], "Διονυσιος"),
        (["ISO_IR 127"], "قباني^لنزار"),
        (["ISO_IR 138"], "שרון^דבורה"),
        (["ISO_IR 166"], "นาย^สมชาย"),
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
    assert sent.get("SpecificCharacterSet") == received.get("SpecificCharacterSet")


def _received(character_set: str | list[str] | None, name: bytes) -> Attributes:
    """An image as it comes from a file whose Patient's Name has these bytes."""
    ds = rt_image()
    if character_set is not None:
        ds.SpecificCharacterSet = character_set
    padded = name + b" " * (len(name) % 2)
    ds.PatientName = "@" * len(padded)
    return Attributes(pydicom.dcmread(io.BytesIO(encode_part10(ds).replace(b"@" * len(padded), padded))))


#: Names in their bytes, as PS3.5 annexes H to K print them or Python's own codecs give them, and how they are shown.
_NAMES: dict[str, tuple[str | list[str], bytes, str, str]] = {
    "PS3.5 H.3.1": (
        ["", "ISO 2022 IR 87"],
        b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B",
        "Yamada^Tarou=山田^太郎=やまだ^たろう",
        "Yamada, Tarou",
    ),
    "PS3.5 H.3.2": (
        ["ISO 2022 IR 13", "ISO 2022 IR 87"],
        b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J",
        "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
        "ﾔﾏﾀﾞ, ﾀﾛｳ",
    ),
    "PS3.5 I.2": (
        ["", "ISO 2022 IR 149"],
        b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf",
        "Hong^Gildong=洪^吉洞=홍^길동",
        "Hong, Gildong",
    ),
    "PS3.5 J.1": (
        "ISO_IR 192",
        b"Wang^XiaoDong=\xe7\x8e\x8b^\xe5\xb0\x8f\xe6\x9d\xb1",
        "Wang^XiaoDong=王^小東",
        "Wang, XiaoDong",
    ),
    "PS3.5 J.3": ("GB18030", b"Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab", "Wang^XiaoDong=王^小东", "Wang, XiaoDong"),
    "PS3.5 K.2": (
        ["", "ISO 2022 IR 58"],
        b"Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab=",
        "Zhang^XiaoDong=张^小东",
        "Zhang, XiaoDong",
    ),
    "GBK": ("GBK", "陈^小明".encode("gbk"), "陈^小明", "陈, 小明"),
    "only ideographs": ("ISO_IR 192", "=山田^太郎".encode(), "=山田^太郎", "山田, 太郎"),
    "Latin 1": ("ISO_IR 100", "Müller^Jörg".encode("latin-1"), "Müller^Jörg", "Müller, Jörg"),
    "Cyrillic": ("ISO_IR 144", "Борисов^Олег".encode("iso8859-5"), "Борисов^Олег", "Борисов, Олег"),
    "Greek": ("ISO_IR 126", "Διονυσίου^Άννα".encode("iso8859-7"), "Διονυσίου^Άννα", "Διονυσίου, Άννα"),
    "Arabic": ("ISO_IR 127", "قباني^لنزار".encode("iso8859-6"), "قباني^لنزار", "قباني, لنزار"),
    "Hebrew": ("ISO_IR 138", "שרון^דבורה".encode("iso8859-8"), "שרון^דבורה", "שרון, דבורה"),
    "Thai": ("ISO_IR 166", "นาย^สมชาย".encode("tis-620"), "นาย^สมชาย", "นาย, สมชาย"),
}


@pytest.mark.requirement("IOD-03")
@pytest.mark.parametrize("example", _NAMES)
def test_a_name_is_shown_as_it_was_meant(example: str) -> None:
    character_set, content, name, shown = _NAMES[example]
    patient = read_patient(_received(character_set, content))
    assert patient.name.rstrip("=") == name
    assert patient.display_name == shown
    assert patient_warnings(patient) == ()


@pytest.mark.requirement("IOD-03")
@pytest.mark.filterwarnings("ignore:Unknown encoding", "ignore:Incorrect value", "ignore:Failed to", "ignore:Found unknown")
@pytest.mark.parametrize(
    ("character_set", "content", "why"),
    [
        (None, "Müller^Jörg".encode("latin-1"), "beyond the default repertoire"),
        (None, "Müller^Jörg".encode(), "beyond the default repertoire"),
        ("ISO_IR 6", "Müller^Jörg".encode("latin-1"), "beyond the default repertoire"),
        ("ISO_IR 999", "Müller^Jörg".encode("latin-1"), "Specific Character Set (0008,0005) 'ISO_IR 999' is not known"),
        ("ISO IR 192", "Müller^Jörg".encode(), "Specific Character Set (0008,0005) 'ISO IR 192' is not known"),
        ("ISO_IR 192", "Müller^Jörg".encode("latin-1"), "does not hold to its Specific Character Set"),
        ("ISO_IR 127", b"\xff\xfe^a", "does not hold to its Specific Character Set"),
        ("ISO_IR 100", "Müller^Jörg".encode(), "look like UTF-8"),
        (["", "ISO 2022 IR 87"], b"Yamada=\x1b$(D\x30\x21", "switches to a character set"),
    ],
)
def test_a_name_that_may_be_shown_wrong_is_told_without_the_name(
    character_set: str | list[str] | None, content: bytes, why: str
) -> None:
    patient = read_patient(_received(character_set, content))
    (warning,) = patient_warnings(patient)
    assert warning.startswith("Patient's Name (0010,0010) may be shown wrong: ")
    assert why in warning
    assert patient.family_name not in warning


@pytest.mark.filterwarnings("ignore:Unknown encoding")
def test_an_unknown_character_set_is_told_even_where_the_name_does_not_need_it() -> None:
    patient = read_patient(_received("ISO_IR 999", b"Doe^Jane"))
    assert patient.display_name == "Doe, Jane"
    (warning,) = patient_warnings(patient)
    assert warning == "Specific Character Set (0008,0005) 'ISO_IR 999' is not known; other text may be shown wrong"


def test_a_birth_date_that_is_none_is_told() -> None:
    patient = read_patient(_received(None, b"Doe^Jane"))
    assert patient_warnings(replace(patient, birth_date="1970-01-31")) == ("Patient's Birth Date (0010,0030) is no date",)
    assert patient_warnings(replace(patient, birth_date="19701301")) == ("Patient's Birth Date (0010,0030) is no date",)
    assert patient_warnings(replace(patient, birth_date=None)) == ()


@pytest.mark.requirement("IOD-03")
@pytest.mark.parametrize("content", ["Müller^Jörg".encode("latin-1"), "Łukasiewicz^Ż".encode()])
def test_bytes_that_came_without_a_character_set_go_out_as_they_came(content: bytes) -> None:
    exported = rt_image()
    write_patient(exported, read_patient(_received(None, content)))
    assert "SpecificCharacterSet" not in exported
    sent = pydicom.dcmread(io.BytesIO(encode_part10(exported)))
    assert sent.get_item("PatientName").value.rstrip() == content


@pytest.mark.requirement("IOD-03")
def test_a_name_whose_character_set_cannot_be_written_goes_out_in_utf_8() -> None:
    character_set, content, name, _ = _NAMES["PS3.5 K.2"]
    exported = rt_image()
    write_patient(exported, read_patient(_received(character_set, content)))
    sent = pydicom.dcmread(io.BytesIO(encode_part10(exported)))
    assert sent.SpecificCharacterSet == "ISO_IR 192"
    assert sent.get_item("PatientName").value.decode().rstrip("= ") == name


@pytest.mark.requirement("IOD-03")
def test_one_name_in_two_character_sets_is_one_patient() -> None:
    names: list[tuple[str | list[str], bytes]] = [
        (["", "ISO 2022 IR 87"], _NAMES["PS3.5 H.3.1"][1]),
        ("ISO_IR 192", "Yamada^Tarou=山田^太郎=やまだ^たろう".encode()),
        ("ISO_IR 192", b"YAMADA^TAROU"),
        ("GB18030", "Yamada^Tarou=山田^太郎".encode("gb18030")),
    ]
    patients = [read_patient(_received(*name)) for name in names]
    assert [same_patient(a, b) for a in patients for b in patients] == [[]] * 16
    half = read_patient(_received(*_NAMES["PS3.5 H.3.2"][:2]))
    full = read_patient(_received("ISO_IR 192", "ヤマダ^タロウ=山田^太郎".encode()))
    assert same_patient(half, full) == []


@pytest.mark.requirement("IOD-03")
def test_an_ascii_name_is_exported_without_a_character_set() -> None:
    ds = rt_image()
    ds.SpecificCharacterSet = "ISO_IR 192"
    exported = rt_image()
    write_patient(exported, read_patient(Attributes(ds)))
    assert "SpecificCharacterSet" not in exported
