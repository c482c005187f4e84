"""dciodvfy, a validator from outside (dicom3tools), on every object that is written: nothing but what is accepted by name."""

import copy
import itertools
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import UID, ImplicitVRLittleEndian

from pti.dicom.files import write_file
from pti.network.contexts import SENT_SYNTAXES
from pti.network.encoding import recode
from tests.support.dicom_factory import ct_series, ion_plan, rt_image, structure_set
from tests.support.dicom_peers import program
from tests.support.judged_objects import JUDGED_NAMES, judged
from tests.support.validator_allowances import ALLOWANCES, Allowance, not_allowed


def _complaints(ds: Dataset, syntax: UID = ImplicitVRLittleEndian) -> list[str]:
    """Errors and warnings about a data set, a line each: as a file of ours, or as it is sent in another syntax."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "object.dcm"
        if syntax == ImplicitVRLittleEndian:
            write_file(ds, path)
        else:
            recode(ds, syntax).save_as(path, enforce_file_format=True)
        answer = subprocess.run([program("dciodvfy"), "-new", path], capture_output=True, text=True, check=False)
    lines = [line.strip() for line in (answer.stdout + answer.stderr).splitlines()]
    complaints = [line for line in lines if line.startswith(("Error", "Warning"))]
    assert len(lines) == len(complaints) + 1, lines  # the other line is the name of the IOD that it recognised
    return complaints


@cache
def _complaints_about(name: str, syntax: UID) -> tuple[str, ...]:
    return tuple(_complaints(judged(name), syntax))


@pytest.mark.requirement("RTIM-01", "CTIM-01", "RTSS-03", "SRO-01", "SRO-04")
@pytest.mark.parametrize("syntax", SENT_SYNTAXES, ids=lambda syntax: UID(syntax).name)
@pytest.mark.parametrize("name", JUDGED_NAMES)
def test_the_validator_has_no_complaint_that_is_not_accepted_by_name(name: str, syntax: UID) -> None:
    assert not_allowed(name, _complaints_about(name, syntax)) == []


@pytest.mark.parametrize("allowance", ALLOWANCES, ids=lambda allowance: f"{allowance.objects}: {allowance.complaint}")
def test_no_accepted_complaint_is_out_of_date(allowance: Allowance) -> None:
    objects = itertools.product(JUDGED_NAMES, SENT_SYNTAXES)
    assert any(allowance.covers(name, line) for name, syntax in objects for line in _complaints_about(name, syntax))


def test_the_validator_is_heard_when_an_object_is_wrong() -> None:
    name = "RT Image, acquired, full"
    ds = copy.deepcopy(judged(name))
    del ds.RTImageLabel
    ds.PatientSex = "X"
    said = sorted(line.partition("(")[0] for line in not_allowed(name, _complaints(ds)))
    assert said == ["Error - </PatientSex", "Error - </RTImageLabel"]


def test_the_objects_that_tests_are_made_with_have_no_error() -> None:
    slices = ct_series()
    structures = structure_set(slices)
    for ds in (slices[0], structures, ion_plan(structures), rt_image()):
        assert [line for line in _complaints(ds) if line.startswith("Error")] == []
