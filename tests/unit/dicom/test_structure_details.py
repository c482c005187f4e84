"""What a structure set may tell beside its contours: dates, numbers, labels, physical properties, the image of a contour."""

import copy
import io

import pydicom
import pytest
from pydicom.dataset import Dataset

from pti.dicom.files import encode_part10
from pti.dicom.structures import PhysicalProperty, StructureSet, read_structure_set
from tests.support.dicom_factory import Roi, ct_series, reference, structure_set

_TRIANGLE = [(0.0, 0.0, 2.0), (4.5, 0.25, 2.0), (0.0, 3.125, 2.0)]
_GOOD = Roi("Good", "ORGAN", [_TRIANGLE])


def _read(ds: Dataset) -> StructureSet:
    return read_structure_set(pydicom.dcmread(io.BytesIO(encode_part10(ds))))


def _property(name: str, value: object) -> Dataset:
    item = Dataset()
    item.ROIPhysicalProperty, item.ROIPhysicalPropertyValue = name, value
    return item


def test_what_another_system_tells_is_read() -> None:
    ds = structure_set(ct_series(), [_GOOD])
    ds.SeriesNumber, ds.InstanceNumber, ds.StationName = 12, 3, "TPS1"
    observation = ds.RTROIObservationsSequence[0]
    observation.ROIObservationLabel, observation.ROIInterpreter = "first look", "Smith^Ann"
    observation.ROIPhysicalPropertiesSequence = [_property("REL_ELEC_DENSITY", "1.2")]
    found = _read(ds)
    assert (found.series_number, found.instance_number, found.station_name) == (12, 3, "TPS1")
    assert found.modified_at is not None
    assert (found.modified_at.isoformat()[:19], found.warnings) == ("2024-01-03T09:00:00", ())
    structure = found.structures[0]
    assert structure.generation_algorithm == "AUTOMATIC"
    assert (structure.observation_label, structure.interpreter) == ("first look", "Smith^Ann")
    assert structure.physical_properties == (PhysicalProperty("REL_ELEC_DENSITY", 1.2),)


def test_a_number_that_is_none_costs_nothing_but_itself() -> None:
    ds = structure_set(ct_series(), [_GOOD])
    del ds.SeriesNumber
    ds.add_new("SeriesNumber", "DS", "1.5")
    found = read_structure_set(ds)
    assert len(found.structures) == 1
    assert found.warnings == ("Series Number (0020,0011) is no whole number; it is not used",)


def test_a_physical_property_that_cannot_be_read_is_told() -> None:
    ds = structure_set(ct_series(), [_GOOD])
    far = _property("REL_ELEC_DENSITY", None)
    far.add_new("ROIPhysicalPropertyValue", "DS", ["1", "2"])
    ds.RTROIObservationsSequence[0].ROIPhysicalPropertiesSequence = [far, _property("EFFECTIVE_Z", "7.5")]
    found = _read(ds)
    assert found.structures[0].physical_properties == (PhysicalProperty("EFFECTIVE_Z", 7.5),)
    (warning,) = found.warnings
    assert warning.startswith("structure Good has physical properties that are not taken: ")
    assert "ROI Physical Property Value (3006,00B4) has 2 values instead of 1" in warning


def test_properties_of_all_observations_are_taken_and_different_labels_told() -> None:
    ds = structure_set(ct_series(), [_GOOD])
    first = ds.RTROIObservationsSequence[0]
    first.ROIObservationLabel, first.ROIPhysicalPropertiesSequence = "one", [_property("EFFECTIVE_Z", "7.5")]
    second = copy.deepcopy(first)
    second.ObservationNumber, second.ROIObservationLabel = 2, "two"
    second.ROIPhysicalPropertiesSequence = [_property("EFFECTIVE_Z", "7.5"), _property("REL_MASS_DENSITY", "1")]
    ds.RTROIObservationsSequence.append(second)
    found = _read(ds)
    assert found.structures[0].observation_label == "one"
    assert found.structures[0].physical_properties == (
        PhysicalProperty("EFFECTIVE_Z", 7.5),
        PhysicalProperty("REL_MASS_DENSITY", 1.0),
    )
    assert found.warnings == ("structure Good has observations of 2 labels; 'one' is taken",)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_image_of_a_contour_is_known_where_it_names_one(count: int) -> None:
    ct = ct_series()
    ds = structure_set(ct, [_GOOD])
    images = [reference(str(s.SOPClassUID), str(s.SOPInstanceUID)) for s in ct[1 : 1 + count]]
    ds.ROIContourSequence[0].ContourSequence[0].ContourImageSequence = images
    (contour,) = _read(ds).structures[0].contours
    assert contour.image_uid == (ct[1].SOPInstanceUID if count == 1 else None)
