"""The three kinds of structure sets a second time, from other values throughout."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import numpy as np
from pydicom.dataset import Dataset

from pti.dicom.contours import Contour
from pti.dicom.ct import CtSeries
from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.dicom.image_planes import ImagePlanes
from pti.dicom.isocentre_set import VerificationCt, isocentre_set
from pti.dicom.marker_set import DetectedMarker, marker_set
from pti.dicom.structure_resampling import resampled
from pti.dicom.structures import PhysicalProperty, RelatedStructureSet, Structure, StructureSet, write_structure_set
from pti.foundation.instances import CT_IMAGE, RT_STRUCTURE_SET, InstanceReference
from pti.geometry.couch import IecCouch
from pti.geometry.frames import patient_frame
from pti.geometry.patient import PatientPosition
from pti.imaging.volume import CtVolume

_FRAME = "2.25.8001"
_COUCH, _BEFORE = IecCouch(-11.0, 700.0, -90.0, -3.0, 4.0, 12.0), IecCouch(8.0, 650.0, -95.0, 1.0, -2.0, 20.0)


def structure_variations(
    patient: PatientIdentity, study: StudyIdentity, when: datetime
) -> dict[str, Callable[[], tuple[Dataset, ...]]]:
    """Name of a kind in WRITTEN_OBJECTS -> an object from other values."""

    def write(structures: StructureSet, *, physical_properties: bool = True) -> tuple[Dataset, ...]:
        return (write_structure_set(structures, physical_properties=physical_properties, clock=lambda: when),)

    drawn = _drawn(patient, study, when)
    ct = _ct(patient, study)
    return {
        "RT Structure Set, markers": lambda: write(_markers(drawn, ct, when)),
        "RT Structure Set, isocentres": lambda: write(_isocentres(ct, when)),
        "RT Structure Set, isocentres without angles": lambda: write(_isocentres(ct, when), physical_properties=False),
        "RT Structure Set, resampled structures": lambda: write(resampled(drawn, ct)),
    }


def _ct(patient: PatientIdentity, study: StudyIdentity) -> CtSeries:
    """Three slices, 4 mm apart."""
    volume = CtVolume(patient_frame(_FRAME), np.zeros((3, 20, 20), np.int16), (-9.5, -9.5), 1.0, 1.0, np.array([0.0, 4.0, 8.0]))
    images = tuple(InstanceReference(CT_IMAGE, f"2.25.86{k}", "2.25.8600", study.study_instance_uid) for k in range(3))
    return CtSeries(volume, patient, study, "2.25.8600", PatientPosition.FFP, images)


def _drawn(patient: PatientIdentity, study: StudyIdentity, when: datetime) -> StructureSet:
    """Structures of every type of contour; the last one has none."""
    square = np.array([(-3.0, -4.0, 4.0), (5.0, -4.0, 4.0), (5.0, 6.0, 4.0), (-3.0, 6.0, 4.0)])
    structures = (
        Structure(
            7, "Target", "PTV", (10, 20, 30), (Contour("CLOSED_PLANAR", square),), generation_algorithm="AUTOMATIC",
            interpreter="Miller^Max", observation_label="Boost",
            physical_properties=(PhysicalProperty("MEAN_EXCI_ENERGY", 75.0),),
        ),
        Structure(8, "Line", "EXTERNAL", (40, 50, 60), (Contour("OPEN_PLANAR", square[:2]),)),
        Structure(9, "Point", "ISOCENTER", (70, 80, 90), (Contour("POINT", square[:1]),), generation_algorithm="MANUAL"),
    )  # fmt: skip
    return StructureSet(
        "2.25.8700", "2.25.8701", patient, study, "PLAN 2", _FRAME, structures, _ct(patient, study).instances,
        related=(RelatedStructureSet(InstanceReference(RT_STRUCTURE_SET, "2.25.8702"), "ADDITION"),),
        series_number=5, instance_number=2, modified_at=when, station_name="GTR2",
    )  # fmt: skip


def _markers(drawn: StructureSet, ct: CtSeries, when: datetime) -> StructureSet:
    found = (DetectedMarker("Seed", (2.0, -3.0, 6.5), "SEMIAUTOMATIC"),)
    return marker_set(drawn, found, ct, series_number=6, station_name="GTR2", clock=lambda: when)


def _isocentres(ct: CtSeries, when: datetime) -> StructureSet:
    """Of an in-room CT, which has no initial match isocentre."""
    acquired = VerificationCt(
        ct.patient, ct.study, ct.volume.frame, ImagePlanes.of(ct), (1.0, -2.0, 3.0), PatientPosition.FFP, _COUCH
    )
    made = isocentre_set(acquired, before=_BEFORE, series_number=7, station_name="GTR2", clock=lambda: when)
    return replace(made, instance_number=2)
