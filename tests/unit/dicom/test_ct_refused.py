"""A CT that could not be read again is refused before its first image is written."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pti.dicom.checks import InvalidDicomObject
from pti.dicom.ct import CtSeries, write_ct_images
from pti.dicom.ct_context import CtContext
from pti.dicom.ct_couch import TableTop
from pti.dicom.identity import StudyIdentity
from pti.geometry.frames import patient_frame
from pti.imaging.exposure import CtTechnique
from tests.support.written_objects import NOW, full_ct


def _refused(ct: CtSeries) -> tuple[str, ...]:
    with pytest.raises(InvalidDicomObject) as caught:
        write_ct_images(ct)
    return caught.value.complaints


def _with_instances(ct: CtSeries, **changes: Any) -> CtSeries:
    return replace(ct, instances=(replace(ct.instances[0], **changes), *ct.instances[1:]))


_STRANGER = "1 instances are no CT Images of the CT's own series and study"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda ct: replace(ct, instances=ct.instances[:3]), "there are 3 instances for 4 slices"),
        (lambda ct: replace(ct, content_times=(NOW,)), "there are 1 content times for 4 slices"),
        (
            lambda ct: replace(ct, instances=(*ct.instances[:3], ct.instances[0])),
            "1 instances have the SOP Instance UID (0008,0018) of another one",
        ),
        (lambda ct: _with_instances(ct, series_instance_uid="2.25.1"), _STRANGER),
        (lambda ct: _with_instances(ct, study_instance_uid=""), _STRANGER),
        (lambda ct: _with_instances(ct, sop_class_uid="1.2.840.10008.5.1.4.1.1.4"), _STRANGER),
        (
            lambda ct: _with_instances(ct, sop_instance_uid="2.25.x"),
            "SOP Instance UID (0008,0018) is no legal UID (in 1 of 4 slices, first slice 1)",
        ),
        (
            lambda ct: replace(ct, volume=replace(ct.volume, frame=patient_frame("f"))),
            "Frame of Reference UID (0020,0052) is no legal UID (in 4 of 4 slices)",
        ),
        (
            lambda ct: replace(
                ct, study=StudyIdentity(""), instances=tuple(replace(i, study_instance_uid="") for i in ct.instances)
            ),
            "Study Instance UID (0020,000D) is empty (in 4 of 4 slices)",
        ),
        (
            lambda ct: replace(
                ct,
                series_instance_uid="../9",
                instances=tuple(replace(i, series_instance_uid="../9") for i in ct.instances),
            ),
            "Series Instance UID (0020,000E) is no legal UID (in 4 of 4 slices)",
        ),
        (
            lambda ct: replace(ct, context=CtContext(plan_uid="2.25..")),
            "Referenced Instance Sequence item 1: Referenced SOP Instance UID (0008,1155) is no legal UID; "
            "it counts as unknown",
        ),
        (
            lambda ct: replace(ct, technique=CtTechnique(irradiation_event_uid="?")),
            "Irradiation Event UID (0008,3010) is no legal UID; it counts as unknown",
        ),
        (
            lambda ct: replace(ct, patient=replace(ct.patient, patient_id="1\\2")),
            "Patient ID (0010,0020) has several values instead of one (in 4 of 4 slices)",
        ),
        (
            lambda ct: replace(ct, volume=replace(ct.volume, slice_positions_mm=np.array([0, 1, 1.001, 2]))),
            "1 slices stand at the position of another slice, first at z = 1.00 mm",
        ),
        (
            lambda ct: replace(ct, volume=replace(ct.volume, first_voxel_mm=(2e6, 0.0))),
            "Image Position (Patient) (0020,0032) is more than 1 km (in 4 of 4 slices)",
        ),
    ],
)
def test_what_could_not_be_read_back_is_refused(change: Callable[[CtSeries], CtSeries], complaint: str) -> None:
    assert _refused(change(full_ct())) == (complaint,)


def test_all_complaints_are_told_at_once_and_before_the_first_image() -> None:
    ct = full_ct()
    wrong = replace(ct, instances=(ct.instances[0], ct.instances[0], replace(ct.instances[1], series_instance_uid="1")))
    assert len(_refused(wrong)) == 3


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_no_value_of_a_ct_can_be_other_than_finite(number: float) -> None:
    ct = full_ct()
    makers: list[Callable[[], object]] = [
        lambda: replace(ct.volume, first_voxel_mm=(0.0, number)),
        lambda: replace(ct.volume, row_spacing_mm=number),
        lambda: replace(ct.volume, slice_positions_mm=np.array([0, 1, 2, number])),
        lambda: TableTop(pitch_deg=number),
        lambda: TableTop(lateral_mm=number),
        lambda: CtTechnique(kvp=number),
        lambda: CtTechnique(focal_spots_mm=(0.4, number)),
        lambda: CtContext(window=(number, 1.0)),
        lambda: CtContext(window=(0.0, number)),
    ]
    for make in makers:
        with pytest.raises(ValueError, match=r"finite|ascending|positive"):
            make()
