"""A structure set is brought onto the images of a CT: every contour on a slice, every image listed, nothing lost unsaid."""

from dataclasses import replace

import numpy as np
import pytest

from pti.dicom.ct import CtSeries
from pti.dicom.identity import PatientMismatch
from pti.dicom.structure_resampling import resampled
from pti.dicom.structures import Contour, Structure, StructureSet, read_structure_set, write_structure_set
from pti.foundation.instances import CT_IMAGE, InstanceReference
from pti.geometry.frames import patient_frame
from pti.geometry.rigid import FloatArray, FrameMismatch
from tests.support.session_values import STUDY, make_case
from tests.support.solids import Ellipsoid, at_height, sections

_SLICES = np.array([-20.0, -18.75, -17.5, *np.arange(-15.6, 20.0, 1.3)])  # the steps vary
_BALL = Ellipsoid((1.0, -2.0, 0.5), (12.0, 9.0, 10.0), np.eye(3))
_LINE = np.array([(0.0, 0.0), (5.0, 1.0), (9.0, 4.0)])


def _ct() -> CtSeries:
    case = make_case()
    voxels = np.zeros((len(_SLICES), 5, 6), np.int16)
    volume = replace(case.ct.volume, hounsfield=voxels, slice_positions_mm=_SLICES)
    images = tuple(
        InstanceReference(CT_IMAGE, f"2.25.52{k:02d}", "2.25.5100", STUDY.study_instance_uid) for k in range(len(_SLICES))
    )
    return replace(case.ct, volume=volume, instances=images)


def _structure(kind: str, *contours: FloatArray, number: int = 1) -> Structure:
    return Structure(number, f"Part {number}", "ORGAN", (1, 2, 3), tuple(Contour(kind, points) for points in contours))


def _set(*structures: Structure) -> StructureSet:
    return replace(make_case().structure_set, structures=structures, warnings=("told before",))


@pytest.mark.requirement("RTSS-01", "RTSS-02")
def test_every_contour_names_the_slice_on_which_it_lies() -> None:
    ct = _ct()
    drawn = _structure("CLOSED_PLANAR", *sections(_BALL, np.arange(-9.0, 11.0, 3.0)))
    made = resampled(_set(drawn), ct)
    back = read_structure_set(write_structure_set(made))
    z_of = {image.sop_instance_uid: z for image, z in zip(ct.instances, _SLICES.tolist(), strict=True)}
    (structure,) = back.structures
    assert len(structure.contours) == np.count_nonzero((_SLICES > -10.5) & (_SLICES < 10.5))
    for contour in structure.contours:
        assert contour.image_uid is not None
        # The text of a coordinate keeps nine decimals.
        np.testing.assert_allclose(contour.points_mm[:, 2], z_of[contour.image_uid], rtol=0, atol=1e-9)
    assert back.images == ct.instances
    assert made.warnings == ("told before",)
    assert back.warnings == ()


@pytest.mark.requirement("RTSS-01")
def test_the_resampled_surface_is_that_of_the_solid() -> None:
    drawn = _structure("CLOSED_PLANAR", *sections(_BALL, np.arange(-9.0, 11.0, 3.0)))
    made = resampled(_set(drawn), _ct())
    points = np.concatenate([c.points_mm for c in made.structures[0].contours if abs(c.points_mm[0, 2] - 0.5) < 6.0])
    # Straight lines between planes 3 mm apart: 3 mm squared over eight times the least radius of curvature along z.
    assert np.abs(_BALL.distance_mm(points)).max() < 0.25


def test_everything_else_of_the_structure_set_stays() -> None:
    original = _set(replace(_structure("CLOSED_PLANAR", *sections(_BALL, [0.0])), generation_algorithm="MANUAL"))
    made = resampled(original, _ct())
    for name in StructureSet.__dataclass_fields__.keys() - {"structures", "images"}:
        assert getattr(made, name) == getattr(original, name), name
    for name in Structure.__dataclass_fields__.keys() - {"contours"}:
        assert getattr(made.structures[0], name) == getattr(original.structures[0], name), name


def test_points_keep_their_places_and_name_the_nearest_image() -> None:
    ct = _ct()
    points = np.array([(1.0, 2.0, -18.2), (3.0, 4.0, -18.0), (0.0, 0.0, 99.0)])
    made = resampled(_set(_structure("POINT", points)), ct)
    contours = made.structures[0].contours
    assert [contour.image_uid for contour in contours] == [ct.instances[k].sop_instance_uid for k in (1, 2, len(_SLICES) - 1)]
    np.testing.assert_array_equal(np.concatenate([c.points_mm for c in contours]), points)
    assert read_structure_set(write_structure_set(made)).structures[0].is_point


def test_an_open_contour_off_the_images_is_moved_onto_the_nearest_and_told() -> None:
    lines = [at_height(_LINE, z) for z in (-18.75, -18.2, -17.3)]
    made = resampled(_set(_structure("OPEN_PLANAR", *lines)), _ct())
    assert [float(c.points_mm[0, 2]) for c in made.structures[0].contours] == [-18.75, -17.5]  # two became the same
    np.testing.assert_array_equal(made.structures[0].contours[1].points_mm[:, :2], _LINE)
    assert made.warnings[1:] == (
        "structure Part 1: 2 open contours lie on no image; each is moved onto the nearest, by up to 0.55 mm",
    )
    write_structure_set(made)


def test_open_contours_on_the_images_stay_without_a_word() -> None:
    made = resampled(_set(_structure("OPEN_PLANAR", at_height(_LINE, -18.75 + 0.004))), _ct())
    assert (made.structures[0].contours[0].points_mm[:, 2] == -18.75).all()
    assert made.warnings == ("told before",)


@pytest.mark.parametrize(
    ("contours", "told"),
    [
        ([at_height(_LINE[:2], -18.75)], "1 closed contours of fewer than 3 points have no area and are left out"),
        ([at_height(_LINE, 70.0)], "1 of its contour planes lie beyond the CT, where no image is"),
    ],
)
def test_what_is_lost_is_told(contours: list[FloatArray], told: str) -> None:
    kept = _structure("CLOSED_PLANAR", at_height(_LINE, -18.75), number=2)
    made = resampled(_set(_structure("CLOSED_PLANAR", *contours), kept), _ct())
    assert made.warnings[1:] == (
        f"structure Part 1: {told}",
        "structure Part 1: none of its contours lies near an image; it is written without contours",
    )
    assert [len(structure.contours) for structure in made.structures] == [0, 1]
    write_structure_set(made)


def test_a_structure_that_was_never_drawn_is_nothing_to_tell() -> None:
    assert resampled(_set(_structure("")), _ct()).warnings == ("told before",)


def test_another_patient_or_frame_is_refused() -> None:
    ct = _ct()
    with pytest.raises(PatientMismatch):
        resampled(_set(), replace(ct, patient=replace(ct.patient, patient_id="other")))
    with pytest.raises(FrameMismatch):
        resampled(_set(), replace(ct, volume=replace(ct.volume, frame=patient_frame("2.25.8"))))
