"""Real malformed files and whole real folders: each is used, or refused or passed over for the reason that is true of it.

What the files are was found out by others: truth/bad_input_pydicom.csv says what plain pydicom takes each for, the README of
the shared data what is wrong with the folders.
"""

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from pti.dicom.importing.checking import check_path
from pti.dicom.importing.report import ImportReport, ObjectKind

RealData = Callable[[str], Path]

#: Names that pydicom gives the classes that this program reads.
_OURS = (
    "CT Image Storage", "RT Image Storage", "RT Ion Plan Storage", "RT Structure Set Storage", "Spatial Registration Storage"
)  # fmt: skip
_NO_FRAME = "Frame of Reference UID (0020,0052) is missing"
_SCOUT = "Image Type (0008,0008) is LOCALIZER"
_TILTED = "Image Orientation (Patient) (0020,0037) is not axial: the slices are tilted by {} degrees"
_ALONE = "no volume"
#: Files of our classes -> a piece of the reason; None: it is used.
_REASONS: dict[str, str | None] = {
    "fo_dicom/RI6XDosiGap.dcm": None,
    "fo_dicom/GH1308.dcm": "Gantry/Detector Tilt (0018,1120) is 5.5 degrees",
    "fo_dicom/GH223.dcm": "Study Instance UID (0020,000D) is missing",
    "fo_dicom/GH342.dcm": _SCOUT,
    "fo_dicom/GH487.dcm": "Study Instance UID (0020,000D) is missing",
    "fo_dicom/GH177_D_CLUNIE_CT1_IVRLE_BigEndian_ELE_undefinded_length.dcm": _ALONE,
    "pydicom_test_files/693_J2KI.dcm": _NO_FRAME,
    "pydicom_test_files/CT_small.dcm": _ALONE,
    "pydicom_test_files/J2K_pixelrep_mismatch.dcm": "Gantry/Detector Tilt (0018,1120) is -22 degrees",
    "pydicom_test_files/ExplVR_BigEndNoMeta.dcm": "Ion Beam Sequence (300A,03A2) is missing",
    "pydicom_test_files/ExplVR_LitEndNoMeta.dcm": "Ion Beam Sequence (300A,03A2) is missing",
    "pydicom_test_files/rtstruct.dcm": "names no image",
    "pydicom_data/693_J2KR.dcm": _NO_FRAME,
    "pydicom_data/bad_sequence.dcm": "Series Instance UID (0020,000E) is no legal UID",
    "pydicom_data/explicit_VR-UN.dcm": "Patient Position (0018,5100) is missing",
    "ruby_dicom/explicit_ct_jpeg-lossless-nh_mono2.dcm": _SCOUT,
    "ruby_dicom/invalid_compression.dcm": _SCOUT,
    "pydicom_test_files/dicomdirtests/98892001/CT2N/6293": _SCOUT,
    "dicom2nifti_failing/gantrytilting/001/IM-0001-0001.dcm": _TILTED.format("14.00"),
    "dicom2nifti_failing/notavolume/001/001.dcm": _NO_FRAME,
    "dicom2nifti_failing/sliceincrement/001/IM-0001-0007-0001.dcm": _NO_FRAME,
    "dicom2nifti_failing/sliceincrement/002/IM-0001-0001.dcm": _TILTED.format("15.50"),
}
#: Files of other kinds whose reason is not the name of their class.
_PASSED_OVER = {
    "pydicom_test_files/rtplan_truncated.dcm": "cut off within an element",
    "pydicom_test_files/dicomdirtests/DICOMDIR": "it lists other files",
    "pydicom_test_files/dicomdirtests/DICOMDIR-bigEnd": "it lists other files",
    "pydicom_test_files/dicomdirtests/DICOMDIR-nopatient": "it lists other files",
    "fo_dicom/GH177_D_CLUNIE_CT1_IVRLE_BigEndian_undefined_length.dcm": "its elements cannot be read",
    "fo_dicom/GH179A.dcm": "cut off within an element",
    "fo_dicom/GH179B.dcm": "cut off within an element",
    "ruby_dicom/duplicates.dcm": "(0010,0010) stands twice",
    "pydicom_charset_files/chrSQEncoding.dcm": "SOP Class UID (0008,0016) is missing",
    "pydicom_charset_files/FileInfo.txt": "no SOP class and instance",
    "pydicom_test_files/crayons.icc": "no SOP class and instance",
    "pydicom_test_files/zipMR.gz": "no SOP class and instance",
    "dicom2nifti_failing/slicecount/001_ground_truth.nii.gz": "no SOP class and instance",
}


def _lines(report: ImportReport) -> list[str]:
    told = [line for thing in report.objects for line in thing.complaints]
    return told + [passed.reason for passed in report.passed_over]


@pytest.mark.requirement("FILE-02", "SCP-06")
@pytest.mark.parametrize("name", [*_REASONS, *_PASSED_OVER])
def test_a_real_bad_file_is_refused_for_what_is_wrong_with_it(name: str, real_data: RealData) -> None:
    report = check_path(real_data("11_bad_input") / name)
    piece = _REASONS.get(name) if name in _REASONS else _PASSED_OVER[name]
    if piece is None:
        assert report.main_object_usable, _lines(report)
    else:
        assert not report.main_object_usable
        assert any(piece in line for line in _lines(report)), _lines(report)


@pytest.mark.requirement("FILE-02")
def test_every_real_bad_file_is_used_or_has_a_reason_that_fits_what_others_take_it_for(
    real_data: RealData, real_truth: RealData
) -> None:
    root = real_data("11_bad_input")
    with real_truth("bad_input_pydicom.csv").open(newline="", encoding="utf-8") as file:
        taken_for = {row["file"]: row["sop_class"] for row in csv.DictReader(file)}
    used, wrong = [], []
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        name = str(path.relative_to(root))
        report = check_path(path)
        lines = _lines(report)
        sop_class = taken_for.get(name, "")
        if report.main_object_usable:
            used.append(name)
        elif not lines:
            wrong.append(f"{name}: no reason")
        elif sop_class and sop_class not in _OURS and name not in _PASSED_OVER:
            expected = f"{sop_class} is not used by this program"
            if not any(line.endswith(expected) or expected in line.replace("SOP class ", "") for line in lines):
                wrong.append(f"{name}: {lines} instead of {expected}")
        elif sop_class in _OURS and not report.objects and "cut off" not in lines[0]:
            wrong.append(f"{name}: {sop_class} is passed over: {lines}")
    assert wrong == []
    assert used == ["fo_dicom/RI6XDosiGap.dcm"], "nothing else in there is complete"


Counts = dict[ObjectKind, tuple[int, int]]
_PLAN, _SET, _CT = ObjectKind.PLAN, ObjectKind.STRUCTURE_SET, ObjectKind.CT
_IMAGE, _REGISTRATION = ObjectKind.RT_IMAGE, ObjectKind.REGISTRATION


def _counts(report: ImportReport) -> Counts:
    """(usable, refused) objects of each kind."""
    usable = Counter(thing.kind for thing in report.objects if thing.usable)
    refused = Counter(thing.kind for thing in report.objects if not thing.usable)
    return {kind: (usable[kind], refused[kind]) for kind in ObjectKind if usable[kind] or refused[kind]}


_FOLDERS: dict[str, tuple[Counts, tuple[str, ...]]] = {
    # Plan and structure set name each other by UIDs that are not those of these files.
    "01_dcpt_head_proton": ({_PLAN: (1, 0), _SET: (1, 0), _CT: (1, 0)}, ()),
    # TOPAS names no structure set; XiO has no beams, and its two files are one instance in two encodings.
    "02_rtion_plans": (
        {_PLAN: (7, 2), _SET: (1, 0)},
        ("Referenced Structure Set Sequence (300C,0060) is missing", "Ion Beam Sequence (300A,03A2) is missing"),
    ),
    "04_head_ct_tilt_uneven": ({_CT: (0, 1)}, ("Gantry/Detector Tilt (0018,1120) is 18.5 degrees",)),
    # Elekta gives no frame of reference; 18 images share one instance UID, which is none.
    "05_kv_bead_pairs_reg": (
        {_IMAGE: (9, 2), _REGISTRATION: (1, 0)},
        ("Frame of Reference UID (0020,0052) is missing", "Study Instance UID (0020,000D) is no legal UID"),
    ),
    "09_4dct_light": ({_CT: (10, 0)}, ()),
    # OpenTPS has no frame of reference and no patient position; Oncentra's images have no receptor.
    "10_small_rt_sets": (
        {_PLAN: (0, 1), _SET: (3, 1), _CT: (2, 2), _IMAGE: (0, 6)},
        (
            "Frame of Reference UID (0020,0052) is empty (in 200 of 200 slices)",
            "Patient Position (0018,5100) is empty",
            "X-Ray Image Receptor Translation (3002,000D) is empty",
        ),
    ),
}  # fmt: skip


@pytest.mark.requirement("FILE-01", "FILE-02")
@pytest.mark.parametrize("name", _FOLDERS)
def test_a_real_folder_is_used_as_far_as_it_can_be(name: str, real_data: RealData) -> None:
    counts, reasons = _FOLDERS[name]
    report = check_path(real_data(name))
    assert _counts(report) == counts
    for reason in reasons:
        assert any(reason in line for line in _lines(report)), reason


def test_the_unlinked_head_plan_is_said_to_be_so(real_data: RealData) -> None:
    report = check_path(real_data("01_dcpt_head_proton"), wanted=frozenset({_PLAN, _SET}))
    assert [case.opens for case in report.cases] == [False]
    assert "is not among the files" in report.cases[0].complaints[0]
