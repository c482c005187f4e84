"""Real objects of the shared data: what reads must read right, what is refused must be refused for its true reasons."""

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from scipy import ndimage

from pti.dicom.checks import Attributes, InvalidDicomObject
from pti.dicom.files import read_file
from pti.dicom.modules import patient_warnings, read_patient
from pti.dicom.plan import read_plan
from pti.dicom.rt_image import RtImage, read_rt_image
from pti.dicom.spatial_registration import (
    RegistrationMethod,
    RegistrationSubType,
    read_spatial_registration,
    write_spatial_registration,
)
from pti.dicom.structures import read_structure_set
from pti.geometry.imagers import ImagerGeometry

RealData = Callable[[str], Path]

#: Private Registration Sub Type where the machine has it.
_SUB_TYPE = 0x32751000

#: Isocentres (mm) and gantry angles (degrees) as dcmdump shows them.
_PLANS = {
    "eclipse_dcpt/RN.1.2.246.352.71.5.37402163639.178041.20221206101625.dcm": ((0, 0, 0), [0]),
    "eclipse_dcpt/RN.1.2.246.352.71.5.37402163639.178042.20221206101750.dcm": ((0, 0, 0), [0]),
    "eclipse_dcpt/RN.1.2.246.352.71.5.37402163639.178319.20221207095327.dcm": ((0, 0, 0), [0]),
    "eclipse_dcpt/RN.1.2.246.352.71.5.37402163639.178320.20221207095327.dcm": ((0, -80, 0), [0]),
    "raystation_dcpt/plan03_ramp_full/ramped_2Gy_ver2_full.dcm": ((0, 0, 0), [90, 270]),
    "raystation_dcpt/plan04_ramp_middle/ramped_2Gy_ver1_middel.dcm": ((0, 0, 0), [90, 270]),
    "raystation_dcpt/plan05_sobp_3d/RP1.2.752.243.1.1.20260105150247782.3480.60047.dcm": ((0, -25, 0), [0]),
}
_REFUSED_PLANS = {
    "topas_demo/rtip_demo.dcm": ("Referenced Structure Set Sequence (300C,0060) is missing",),
    "xio_pydicom/ExplVR_LitEndNoMeta.dcm": ("Patient ID (0010,0020) is missing", "Ion Beam Sequence (300A,03A2) is missing"),
    "xio_pydicom/ExplVR_BigEndNoMeta.dcm": ("Patient ID (0010,0020) is missing", "Ion Beam Sequence (300A,03A2) is missing"),
}


@pytest.mark.parametrize("name", _PLANS)
def test_a_real_plan_is_read(name: str, real_data: RealData) -> None:
    isocentre, gantry = _PLANS[name]
    plan = read_plan(read_file(real_data("02_rtion_plans") / name))
    assert {beam.isocentre_mm for beam in plan.treatment_beams} == {isocentre}
    assert [beam.gantry_deg for beam in plan.treatment_beams] == gantry
    assert {beam.patient_position.value for beam in plan.treatment_beams} == {"HFS"}
    assert plan.warnings == ()


@pytest.mark.parametrize("name", _REFUSED_PLANS)
def test_a_real_plan_that_lacks_what_it_must_have_is_refused_for_it(name: str, real_data: RealData) -> None:
    with pytest.raises(InvalidDicomObject) as caught:
        read_plan(read_file(real_data("02_rtion_plans") / name))
    assert set(_REFUSED_PLANS[name]) <= set(caught.value.complaints)


def test_real_objects_raise_no_doubt(real_data: RealData) -> None:
    kv = real_data("05_kv_bead_pairs_reg")
    images = [read_rt_image(read_file(path)) for path in (*kv.glob("RI*.dcm"), *kv.glob("planar_phantoms_kv/truebeam*.dcm"))]
    small = real_data("10_small_rt_sets")
    structures = [read_structure_set(read_file(path)) for path in (small / "sts_ffs_mim").rglob("RS*.dcm")]
    registration = read_spatial_registration(read_file(next(kv.glob("RE*.dcm"))))
    assert (len(images), len(structures)) == (9, 1)
    warnings = [item.warnings for item in images] + [item.warnings for item in structures] + [registration.warnings]
    assert warnings == [()] * 11


def _charset_examples(folder: Path) -> dict[str, tuple[str, bytes]]:
    """File -> its character sets and the bytes of its Patient's Name, as the table beside the files says."""
    lines = (folder / "FileInfo.txt").read_text().split("Other")[0].splitlines()[2:]
    rows = (re.fullmatch(r"(\S+)\s+(.+?)\s{2,}'(.*)'|(\S+)\s+(\[.*\])\s+'(.*)'", line) for line in lines if line.strip())
    found = {}
    for row in rows:
        assert row is not None
        name, sets, text = (row[group] or row[group + 3] for group in (1, 2, 3))
        found[name] = (sets, text.encode("latin-1").decode("unicode_escape").encode("latin-1"))
    return found


#: Python's own codec for the bytes of each file, once the escape sequences that it does not know are taken out.
_CODECS = {
    "chrArab.dcm": "iso8859-6", "chrFren.dcm": "latin-1", "chrGerm.dcm": "latin-1", "chrGreek.dcm": "iso8859-7",
    "chrH31.dcm": "iso2022_jp", "chrHbrw.dcm": "iso8859-8", "chrI2.dcm": "euc_kr", "chrRuss.dcm": "iso8859-5",
    "chrX1.dcm": "utf-8", "chrX2.dcm": "gb18030",
}  # fmt: skip


@pytest.mark.requirement("IOD-03")
@pytest.mark.parametrize("name", _CODECS)
def test_names_in_many_character_sets_are_read(name: str, real_data: RealData) -> None:
    folder = real_data("11_bad_input") / "pydicom_charset_files"
    content = _charset_examples(folder)[name][1].replace(b"\x1b$)C", b"")
    patient = read_patient(Attributes(read_file(folder / name)))
    assert patient.name == content.decode(_CODECS[name]).rstrip("=")
    assert patient_warnings(patient) == ()


@pytest.mark.requirement("IOD-05")
def test_the_head_plan_is_read_with_its_extended_interface(real_data: RealData) -> None:
    plan = read_plan(read_file(next(real_data("01_dcpt_head_proton").glob("RN*.dcm"))))
    assert [beam.number for beam in plan.treatment_beams] == [1, 2, 3]
    assert plan.treatment_beams[0].isocentre_mm == pytest.approx((0.0, -170.15853658537, -2.1219512195122))
    assert (plan.fractions_planned, plan.treatment_beams[0].machine_name) == (5, "TR3")
    assert plan.extended_interface is not None
    assert plan.extended_interface.content.lstrip().startswith(b"<")


def test_the_head_structures_are_read(real_data: RealData) -> None:
    structures = read_structure_set(read_file(next(real_data("01_dcpt_head_proton").glob("RS*.dcm"))))
    counts = {s.name: len(s.contours) for s in structures.structures}
    assert counts == {
        "BODY": 177, "M1": 2, "M2": 2, "M3": 2, "M4": 2, "M5": 2, "M6": 2, "M7": 2, "BrainStem": 44, "CTV": 42, "Beekley": 4
    }  # fmt: skip
    beekley = next(s for s in structures.structures if s.name == "Beekley")
    centre = np.mean([c.points_mm.mean(axis=0) for c in beekley.contours], axis=0)
    np.testing.assert_allclose(centre, (0.1, -253.6, -1.6), atol=1.0)  # the surface marker, measured in the CT
    assert (len(structures.images), structures.warnings) == (177, ())


def test_a_real_raystation_marker_point_is_read(real_data: RealData) -> None:
    path = next((real_data("02_rtion_plans") / "raystation_dcpt" / "plan03_ramp_full").glob("RS*.dcm"))
    point = read_structure_set(read_file(path)).structures[-1]
    assert (point.name, point.interpreted_type, point.is_point, point.marker) == ("LoPo", "MARKER", True, False)
    np.testing.assert_array_equal(point.contours[0].points_mm, [[0.0, 4.5, 0.0]])


def _kv_images(folder: Path) -> dict[str, RtImage]:
    images = [read_rt_image(read_file(path)) for path in sorted(folder.glob("RI*.dcm"))]
    return {image.label: image for image in images if image.label.startswith("kV")}


def _ball_centre(pixels: NDArray[np.float64], start: NDArray[np.float64]) -> NDArray[np.float64]:
    """(row, column) of the circle through the half-height edge of the ball; its stem, at higher rows, is left out."""
    angles = np.radians(np.arange(-40.0, 221.0))
    directions = np.stack([-np.sin(angles), np.cos(angles)], axis=-1)
    radii = np.arange(4.0, 20.0, 0.1)
    background = np.median(pixels[int(start[0]) - 60 : int(start[0]) + 60, int(start[1]) - 60 : int(start[1]) + 60])
    centre = start
    for _ in range(10):
        rays = centre[:, np.newaxis, np.newaxis] + directions.T[:, :, np.newaxis] * radii
        half = (background + ndimage.map_coordinates(pixels, centre[:, np.newaxis], order=1)[0]) / 2
        edges = [radii[np.flatnonzero(ray < half)[0]] for ray in ndimage.map_coordinates(pixels, rays, order=1)]
        points = centre + directions * np.array(edges)[:, np.newaxis]
        system = np.column_stack([2 * points, np.ones(len(points))])
        centre = np.linalg.lstsq(system, (points**2).sum(axis=1), rcond=None)[0][:2]
    return np.asarray(centre)


@pytest.mark.requirement("RTIM-03")
@pytest.mark.parametrize("label", ["kV_0_1a", "kV_0_1b", "kV_270_1a", "kV_270_1b"])
def test_the_ball_is_seen_where_it_is_known_to_be(label: str, real_data: RealData, real_truth: RealData) -> None:
    truth = json.loads(real_truth("kv_bead.json").read_text())["bead_isocentre_plane_mm"][label]
    image = _kv_images(real_data("05_kv_bead_pairs_reg"))[label]
    geometry: ImagerGeometry = image.radiograph.geometry
    seen = _ball_centre(image.radiograph.pixels.astype(np.float64), geometry.project(np.zeros(3)))
    # The truth gives x and y in the gantry system, at the depth of the isocentre.
    expected = geometry.project(geometry.gantry_to_fixed()((truth[0], truth[1], 0.0)))
    at_isocentre_mm = (seen - expected) * geometry.row_spacing_mm * geometry.sad_mm / geometry.sid_mm
    assert np.abs(at_isocentre_mm).max() < 0.08  # two ways of finding the centre of a ball 24 pixels wide


def test_real_images_without_their_whole_geometry_are_refused(real_data: RealData) -> None:
    folder = real_data("05_kv_bead_pairs_reg")
    paths = [*folder.glob("winston_lutz_mosaiq/*.dcm"), folder / "planar_phantoms_kv" / "elekta_iview_RTImageStorage.dcm"]
    assert len(paths) == 18
    for path in paths:
        with pytest.raises(InvalidDicomObject) as caught:
            read_rt_image(read_file(path))
        assert "Frame of Reference UID (0020,0052) is missing" in caught.value.complaints
        assert "X-Ray Image Receptor Translation (3002,000D) is missing" in caught.value.complaints
        assert "Isocenter Position (300A,012C) is missing" in caught.value.complaints


@pytest.mark.requirement("SRO-03", "IOD-04")
def test_the_machine_s_own_registration_is_read(real_data: RealData) -> None:
    folder = real_data("05_kv_bead_pairs_reg")
    registration = read_spatial_registration(read_file(next(folder.glob("RE*.dcm"))))
    image = _kv_images(folder)["kV_0_1a"]
    assert registration.transform.target.frame_of_reference_uid == image.frame_of_reference_uid
    np.testing.assert_allclose(registration.transform.translation_mm, (-1.320, -20.744, -70.877), atol=5e-4)
    assert registration.sub_type is RegistrationSubType.ONLINE_2D3D_PAIRED
    assert registration.method is RegistrationMethod.MANUAL
    assert image.sop_instance_uid in {i.sop_instance_uid for i in registration.registered_images}
    assert {i.series_instance_uid for i in registration.registered_images} == {image.series_instance_uid}
    assert (len(registration.registered_images), len(registration.source_images)) == (2, 117)


@pytest.mark.requirement("SRO-01", "SRO-02", "SRO-03", "SRO-04")
def test_the_machine_s_own_registration_is_written_again_as_the_machine_wrote_it(real_data: RealData) -> None:
    theirs = read_file(next(real_data("05_kv_bead_pairs_reg").glob("RE*.dcm")))
    ours = write_spatial_registration(read_spatial_registration(theirs))
    assert ours.FrameOfReferenceUID == theirs.FrameOfReferenceUID
    for one, other in zip(ours.RegistrationSequence, theirs.RegistrationSequence, strict=True):
        assert one.FrameOfReferenceUID == other.FrameOfReferenceUID
        assert _named(one.ReferencedImageSequence) == _named(other.ReferencedImageSequence)
        (registered,), (expected,) = one.MatrixRegistrationSequence, other.MatrixRegistrationSequence
        assert registered.RegistrationTypeCodeSequence[0].CodeValue == expected.RegistrationTypeCodeSequence[0].CodeValue
        assert registered[_SUB_TYPE].value == expected[_SUB_TYPE].value
        np.testing.assert_allclose(_matrix(registered), _matrix(expected), rtol=0, atol=1e-9)  # what sixteen characters hold
    listed = [_named(i for s in ds.ReferencedSeriesSequence for i in s.ReferencedInstanceSequence) for ds in (ours, theirs)]
    assert listed[0] == listed[1]
    assert len(listed[0]) == 119


def _matrix(registered: Dataset) -> NDArray[np.float64]:
    return np.array(registered.MatrixSequence[0].FrameOfReferenceTransformationMatrix, dtype=np.float64)


def _named(items: Iterable[Dataset]) -> set[tuple[str, str]]:
    """(class, instance) of each reference."""
    return {(str(item.ReferencedSOPClassUID), str(item.ReferencedSOPInstanceUID)) for item in items}
