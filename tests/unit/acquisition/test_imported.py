"""Images from elsewhere: what keeps them from being matched, and what is told about them."""

from dataclasses import replace

import numpy as np
import pytest

from pti.acquisition.imported import ImagesDoNotFit, beam_imaged, verify_imported
from pti.dicom.identity import PatientMismatch
from pti.dicom.rt_image import RtImage
from pti.geometry.patient import PatientPosition
from pti.imaging.radiograph import Radiograph
from tests.support.session_values import PATIENT, make_beam, make_image, make_plan

PLAN = make_plan(make_beam(1), make_beam(2, gantry_deg=60.0))
BEAM = PLAN.treatment_beams[0]


def image(label: str, gantry_deg: float, **changes: object) -> RtImage:
    taken = make_image(label, gantry_deg)
    pixels = np.linspace(1000, 9000, 24).astype(np.uint16).reshape(4, 6)
    radiograph = Radiograph(pixels, taken.radiograph.geometry, taken.radiograph.relationship)
    named = replace(taken, radiograph=radiograph, plan_uid=PLAN.sop_instance_uid)
    return replace(named, **changes)  # type: ignore[arg-type]


def failed(*images: RtImage) -> dict[str, str]:
    return {check.name: check.reason for check in verify_imported(images, PLAN, BEAM) if not check.passed}


def test_good_images_pass_every_check() -> None:
    assert failed(image("A", 0.0), image("B", 90.0)) == {}


def test_images_of_another_patient_are_refused() -> None:
    with pytest.raises(PatientMismatch, match="image B"):
        verify_imported((image("A", 0.0), image("B", 90.0, patient=replace(PATIENT, patient_id="T-2"))), PLAN, BEAM)


def test_a_computed_radiograph_is_no_image_of_the_patient() -> None:
    with pytest.raises(ImagesDoNotFit, match="computed radiograph"):
        verify_imported((image("A", 0.0, is_drr=True),), PLAN, BEAM)


def test_a_patient_who_lay_in_another_way_than_planned_is_refused() -> None:
    with pytest.raises(ImagesDoNotFit, match="A was taken FFS, beam 1 is planned HFS"):
        verify_imported((image("A", 0.0, patient_position=PatientPosition.FFS),), PLAN, BEAM)


def test_an_image_in_the_planning_frame_is_refused_before_a_match_that_could_not_be_stored() -> None:
    with pytest.raises(ImagesDoNotFit, match="A stands in the planning CT's frame"):
        verify_imported((image("A", 0.0, frame_of_reference_uid=PLAN.frame_of_reference_uid),), PLAN, BEAM)


def test_what_the_images_do_not_say_or_show_is_told() -> None:
    told = failed(image("A", 0.0, plan_uid=None), image("B", 10.0, couch_position_known=False))
    assert told.keys() == {"Angle between the views", "Plan of the images", "Couch position"}
    assert told["Plan of the images"].startswith("A:")
    assert told["Couch position"].startswith("B:")


def test_the_beam_is_the_one_that_the_image_names_or_else_the_first() -> None:
    assert beam_imaged((image("A", 0.0, beam_number=2),), PLAN).number == 2
    assert beam_imaged((image("A", 0.0, beam_number=7),), PLAN).number == 1
    assert beam_imaged((), PLAN).number == 1
