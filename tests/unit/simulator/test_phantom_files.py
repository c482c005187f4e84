"""The demo patient's DICOM files: complete, consistent, readable and repeatable."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest

from pti.dicom.ct import read_ct_series
from pti.dicom.files import read_file
from pti.dicom.identity import same_patient
from pti.dicom.plan import IonPlan, read_plan
from pti.dicom.structures import StructureSet, read_structure_set
from pti.foundation.uids import IMPLEMENTATION_CLASS_UID, is_safe_uid
from pti.geometry.patient import PatientPosition
from pti.simulator.phantom import DemoPatient, DemoSize, demo_ct, make_demo_patient
from pti.simulator.phantom.anatomy import organs
from pti.simulator.phantom.volume import FULL_SIZE

SMALL = DemoSize(rows=128, columns=128, slices=60)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoPatient:
    return make_demo_patient(tmp_path_factory.mktemp("demo"), size=SMALL)


@pytest.fixture(scope="module")
def structure_set(demo: DemoPatient) -> StructureSet:
    return read_structure_set(read_file(demo.structure_set_path))


@pytest.fixture(scope="module")
def plan(demo: DemoPatient) -> IonPlan:
    return read_plan(read_file(demo.plan_path))


def all_paths(demo: DemoPatient) -> tuple[Path, ...]:
    return (demo.plan_path, demo.structure_set_path, *demo.ct_paths)


def test_the_files_are_the_same_bytes_every_time(demo: DemoPatient, tmp_path: Path) -> None:
    again = make_demo_patient(tmp_path / "new" / "folder", size=SMALL)
    assert [path.name for path in all_paths(again)] == [path.name for path in all_paths(demo)]
    assert [path.read_bytes() for path in all_paths(again)] == [path.read_bytes() for path in all_paths(demo)]


def test_progress_goes_from_nothing_to_all(tmp_path: Path) -> None:
    reports: list[tuple[float, str]] = []
    make_demo_patient(tmp_path, lambda share, what: reports.append((share, what)), size=DemoSize(32, 32, 16))
    shares = [share for share, _ in reports]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert all(what for _, what in reports)


def test_every_instance_has_its_own_legal_uid_and_our_file_meta(demo: DemoPatient) -> None:
    files = [pydicom.dcmread(path, stop_before_pixels=True) for path in all_paths(demo)]
    uids = [str(ds.SOPInstanceUID) for ds in files]
    assert len(set(uids)) == len(uids)
    assert all(is_safe_uid(uid) and uid.startswith("2.25.") for uid in uids)
    assert {ds.file_meta.ImplementationClassUID for ds in files} == {IMPLEMENTATION_CLASS_UID}
    assert len({ds.StudyInstanceUID for ds in files}) == 1
    assert len({ds.SeriesInstanceUID for ds in files}) == 3
    assert len({ds.FrameOfReferenceUID for ds in files}) == 1


def test_sizes_do_not_share_instance_uids(demo: DemoPatient, tmp_path: Path) -> None:
    other = make_demo_patient(tmp_path, size=DemoSize(32, 32, 16))
    first, second = (
        {pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID for path in all_paths(d)} for d in (demo, other)
    )
    assert not first & second


def test_all_objects_are_of_the_demo_patient(demo: DemoPatient, plan: IonPlan, structure_set: StructureSet) -> None:
    assert (plan.patient.patient_id, plan.patient.name) == ("PTI-DEMO-1", "Demo^Phantom")
    assert (plan.patient.birth_date, plan.patient.sex) == ("19700101", "O")
    ct = pydicom.dcmread(demo.ct_paths[0])
    assert same_patient(plan.patient, structure_set.patient) == []
    assert (ct.PatientID, ct.PatientName, ct.PatientBirthDate) == ("PTI-DEMO-1", "Demo^Phantom", "19700101")


def test_the_plan_refers_to_the_structure_set_and_this_to_every_ct_image(
    demo: DemoPatient, plan: IonPlan, structure_set: StructureSet
) -> None:
    assert plan.referenced_structure_set_uid == structure_set.sop_instance_uid
    slices = [pydicom.dcmread(path, stop_before_pixels=True) for path in demo.ct_paths]
    assert [image.sop_instance_uid for image in structure_set.images] == [ds.SOPInstanceUID for ds in slices]
    assert {image.series_instance_uid for image in structure_set.images} == {ds.SeriesInstanceUID for ds in slices}
    assert {image.study_instance_uid for image in structure_set.images} == {ds.StudyInstanceUID for ds in slices}
    assert plan.frame_of_reference_uid == structure_set.frame_of_reference_uid == slices[0].FrameOfReferenceUID


def test_each_contour_lies_on_the_image_that_it_names(demo: DemoPatient) -> None:
    z_of = {}
    for path in demo.ct_paths:
        image = pydicom.dcmread(path, stop_before_pixels=True)
        z_of[image.SOPInstanceUID] = float(image.ImagePositionPatient[2])
    for roi in pydicom.dcmread(demo.structure_set_path).ROIContourSequence:
        for contour in roi.ContourSequence:
            if contour.ContourGeometricType == "CLOSED_PLANAR":
                named = z_of[contour.ContourImageSequence[0].ReferencedSOPInstanceUID]
                assert {float(z) for z in contour.ContourData[2::3]} == {named}
                assert contour.NumberOfContourPoints == len(contour.ContourData) // 3 >= 4


def test_the_structures_are_there_with_type_and_colour(structure_set: StructureSet) -> None:
    found = {s.name: s for s in structure_set.structures}
    assert len(found) >= 18
    for organ in organs():
        assert found[organ.name].interpreted_type == organ.interpreted_type
        assert found[organ.name].colour == organ.colour
        assert found[organ.name].contours
    assert structure_set.warnings == ()


def test_every_structure_lies_within_the_body(structure_set: StructureSet) -> None:
    found = {s.name: s for s in structure_set.structures}
    for name, structure in found.items():
        for contour in structure.contours if name != "BODY" else ():
            z = contour.points_mm[0, 2]
            body = [c for c in found["BODY"].contours if abs(c.points_mm[0, 2] - z) < 2.26]
            low = np.min([c.points_mm.min(axis=0) for c in body], axis=0) - 0.1
            high = np.max([c.points_mm.max(axis=0) for c in body], axis=0) + 0.1
            assert (contour.points_mm[:, :2] >= low[:2]).all(), name
            assert (contour.points_mm[:, :2] <= high[:2]).all(), name


def area_mm2(points_mm: np.ndarray) -> float:
    x, y = points_mm[:, 0], points_mm[:, 1]
    return float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2)


def test_a_contoured_eye_has_the_volume_of_its_sphere(structure_set: StructureSet) -> None:
    eye = next(s for s in structure_set.structures if s.name == "Eye_L")
    volume = sum(area_mm2(c.points_mm) for c in eye.contours) * 270 / SMALL.slices
    assert volume == pytest.approx(4 / 3 * np.pi * 12.1**3, rel=0.05)  # voxels of 3.6 mm


def test_left_is_left(structure_set: StructureSet) -> None:
    for name in ("Eye", "Lens", "OpticNerve", "Parotid"):
        sides = {s.name: np.mean([c.points_mm[:, 0].mean() for c in s.contours]) for s in structure_set.structures}
        assert sides[f"{name}_L"] > 3 > -3 > sides[f"{name}_R"]


@pytest.mark.requirement("MARK-04")
def test_the_seeds_are_markers_to_match(demo: DemoPatient, structure_set: StructureSet) -> None:
    markers = [s for s in structure_set.structures if s.marker]
    assert [s.name for s in markers] == ["Seed1", "Seed2", "Seed3"]
    for structure, centre in zip(markers, demo.markers_mm, strict=True):
        np.testing.assert_allclose(structure.contours[0].points_mm, [centre], atol=0.005)
    isocentre = np.array(demo.isocentre_mm)
    assert all(5 < np.linalg.norm(np.array(centre) - isocentre) < 40 for centre in demo.markers_mm)


def test_the_plan_has_two_beams_on_one_isocentre_in_the_target_and_two_setup_fields(
    demo: DemoPatient, plan: IonPlan, structure_set: StructureSet
) -> None:
    assert plan.warnings == ()
    assert [beam.gantry_deg for beam in plan.treatment_beams] == [60.0, 300.0]
    assert {beam.isocentre_mm for beam in plan.treatment_beams} == {demo.isocentre_mm}
    assert {beam.patient_position for beam in plan.treatment_beams} == {PatientPosition.HFS}
    assert [beam.delivery_type for beam in plan.setup_fields] == ["SETUP", "SETUP"]
    ctv = next(s for s in structure_set.structures if s.name == "CTV")
    points = np.concatenate([c.points_mm for c in ctv.contours])
    assert (points.min(axis=0) < demo.isocentre_mm).all()
    assert (points.max(axis=0) > demo.isocentre_mm).all()


def test_the_table_top_brings_the_isocentre_to_the_middle_of_the_room(plan: IonPlan) -> None:
    beam = plan.treatment_beams[0]
    # HFS: table-top x is patient x, table-top z is minus patient y; the table's surface is at y = 124 mm.
    assert beam.table_top_lateral_mm == -beam.isocentre_mm[0]
    assert beam.table_top_vertical_mm == beam.isocentre_mm[1] - 124.0
    assert beam.table_top_longitudinal_mm is not None


def test_the_ct_series_reads_back_as_the_volume_it_was_written_from(demo: DemoPatient) -> None:
    series = read_ct_series([read_file(path) for path in reversed(demo.ct_paths)])
    made = demo_ct(SMALL)
    assert series.warnings == ()
    assert series.patient_position is PatientPosition.HFS
    np.testing.assert_array_equal(series.volume.hounsfield, made.hounsfield)
    np.testing.assert_allclose(series.volume.slice_positions_mm, made.slice_positions_mm, atol=1e-5)
    np.testing.assert_allclose(series.volume.first_voxel_mm, made.first_voxel_mm, atol=1e-5)
    assert series.volume.frame == made.frame


def test_the_validator_finds_no_errors(demo: DemoPatient) -> None:
    validator = shutil.which("dciodvfy")
    if validator is None:
        pytest.skip("dciodvfy (dicom3tools) is not installed")
    for path in (demo.plan_path, demo.structure_set_path, demo.ct_paths[0], demo.ct_paths[-1]):
        report = subprocess.run([validator, path], capture_output=True, text=True, check=False)
        complaints = [line for line in report.stderr.splitlines() if line.startswith(("Error", "Warning"))]
        assert complaints == [], path.name


def test_the_full_size_is_what_users_get() -> None:
    assert (FULL_SIZE.rows, FULL_SIZE.columns, FULL_SIZE.slices) == (512, 512, 180)
