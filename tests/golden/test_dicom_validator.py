"""dciodvfy, a validator from outside (dicom3tools), on every object that is written."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from pti.dicom.files import write_file
from pti.dicom.private import ExtendedInterface
from pti.dicom.rt_image import read_rt_image, write_rt_image
from pti.dicom.spatial_registration import (
    RegistrationMethod,
    RegistrationSubType,
    SpatialRegistration,
    write_spatial_registration,
)
from pti.foundation.clock import local_now
from pti.foundation.instances import CT_IMAGE, RT_IMAGE, InstanceReference
from pti.geometry.frames import patient_frame
from pti.geometry.patient import PatientPosition
from pti.geometry.rigid import RigidTransform
from tests.support.dicom_factory import ct_series, ion_plan, rt_image, structure_set

#: The validator looks for Image Type inside the Exposure Sequence's item, finds none, and so takes the technique for
#: superfluous; the statement's table B.2.11 has all four.
_EXPOSURE = {
    f"Attribute present when condition unsatisfied (which may not be present otherwise) Type 2C Conditional "
    f"Element=<{keyword}> Module=<RTImage>"
    for keyword in ("KVP", "XRayTubeCurrent", "ExposureTime", "MetersetExposure")
}


def _errors(ds: Dataset, folder: Path) -> set[str]:
    program = shutil.which("dciodvfy")
    if program is None:
        pytest.skip("dciodvfy (Debian's dicom3tools) is not installed")
    write_file(ds, folder / "object.dcm")
    answer = subprocess.run([program, folder / "object.dcm"], capture_output=True, text=True, check=False)
    lines = (answer.stdout + answer.stderr).splitlines()
    assert len(lines) > 0  # it names the IOD that it recognised
    return {line.removeprefix("Error - ") for line in lines if line.startswith("Error")}


@pytest.mark.requirement("RTIM-01")
def test_an_acquired_image_has_no_error_but_the_known_ones(tmp_path: Path) -> None:
    image = read_rt_image(rt_image())
    image = replace(
        image, kvp=80.0, tube_current_ma=200.0, exposure_time_ms=50.0, collimator_mm=(-1.0, 1.0, -2.0, 2.0), plan_uid="1.2.3"
    )
    assert _errors(write_rt_image(image), tmp_path) == _EXPOSURE
    with_xml = replace(image, extended_interface=ExtendedInterface(b"<xml/>", 6, "ImageProcessing"))
    assert _errors(write_rt_image(with_xml), tmp_path) == _EXPOSURE


@pytest.mark.requirement("RTIM-01")
def test_an_image_of_which_little_is_known_has_no_error_but_the_known_ones(tmp_path: Path) -> None:
    assert _errors(write_rt_image(replace(read_rt_image(rt_image()), operator=None)), tmp_path) == _EXPOSURE


def test_a_drr_has_no_error(tmp_path: Path) -> None:
    assert _errors(write_rt_image(replace(read_rt_image(rt_image()), is_drr=True)), tmp_path) == set()


@pytest.mark.requirement("SRO-01", "SRO-04")
@pytest.mark.parametrize("ihe_ro", [True, False])
@pytest.mark.parametrize("sub_type", RegistrationSubType)
def test_a_spatial_registration_has_no_error(ihe_ro: bool, sub_type: RegistrationSubType, tmp_path: Path) -> None:
    image = read_rt_image(rt_image())
    registration = SpatialRegistration(
        sop_instance_uid="2.25.1",
        series_instance_uid="2.25.2",
        patient=image.patient,
        study=image.study,
        transform=RigidTransform.identity(patient_frame("2.25.3"), patient_frame("2.25.4")),
        sub_type=sub_type,
        method=RegistrationMethod.AUTOMATIC,
        registered_images=(InstanceReference(RT_IMAGE, "2.25.5", "2.25.6", image.study.study_instance_uid),),
        source_images=(InstanceReference(CT_IMAGE, "2.25.7", "2.25.8", "2.25.9"),),
        patient_position=PatientPosition.HFS,
        label="MATCH",
        description="",
        created_at=local_now(),
    )
    assert _errors(write_spatial_registration(registration, ihe_ro=ihe_ro), tmp_path) == set()


def test_the_objects_that_tests_are_made_with_have_no_error(tmp_path: Path) -> None:
    slices = ct_series()
    structures = structure_set(slices)
    for ds in (slices[0], structures, ion_plan(structures), rt_image()):
        assert _errors(ds, tmp_path) == set()
