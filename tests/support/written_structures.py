"""Structure sets that the program writes: markers, isocentres of a verification CT, and structures brought onto slices."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from pti.dicom.ct import CtSeries
from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.dicom.image_planes import ImagePlanes
from pti.dicom.isocentre_set import VerificationCt, isocentre_set
from pti.dicom.marker_set import DetectedMarker, marker_set
from pti.dicom.structure_resampling import resampled
from pti.dicom.structures import Contour, PhysicalProperty, RelatedStructureSet, Structure, StructureSet
from pti.foundation.instances import CT_IMAGE, RT_STRUCTURE_SET, InstanceReference
from pti.geometry.couch import IecCouch
from pti.geometry.frames import patient_frame
from pti.geometry.patient import PatientPosition
from pti.imaging.volume import CtVolume
from tests.support.solids import Ellipsoid, at_height, sections

_FRAME = "2.25.9001"
_ACQUIRED_FRAME = "2.25.9003"
_COUCHES = (
    IecCouch(30.5, 900.25, -180.125, 2.0, -1.5, 350.0),
    IecCouch(-14.0, 640.0, -150.0, -1.25, 2.0, 351.0),
    IecCouch(-12.5, 642.5, -148.25, 0.75, 1.0, 352.5),
)
_SLICES = np.arange(-10.0, 11.0, 2.5)
_WHEN = datetime(2026, 3, 4, 5, 6, 7, 125000, tzinfo=UTC)


def planning_ct(patient: PatientIdentity, study: StudyIdentity) -> CtSeries:
    """Nine slices, 2.5 mm apart."""
    volume = CtVolume(
        patient_frame(_FRAME), np.zeros((len(_SLICES), 40, 40), np.int16), (-39.0, -39.0), 2.0, 2.0, _SLICES.astype(np.float64)
    )
    images = tuple(InstanceReference(CT_IMAGE, f"2.25.96{k}", "2.25.9600", "2.25.9099") for k in range(len(_SLICES)))
    return CtSeries(volume, patient, study, "2.25.9600", PatientPosition.HFS, images)


def drawn_structures(patient: PatientIdentity, study: StudyIdentity, *, everything: bool) -> StructureSet:
    """A structure set whose contours lie off the slices, with all that can be known, or one structure and no more."""
    solid = Ellipsoid((1.0, 2.0, 0.5), (12.0, 9.0, 8.0), np.eye(3))
    rings = tuple(Contour("CLOSED_PLANAR", points) for points in sections(solid, np.arange(-6.0, 7.0, 3.0)))
    line = at_height(np.array([(0.0, 0.0), (5.0, 1.0), (9.0, 4.0)]), 2.0)
    bare = Structure(1, "Organ", "", (255, 0, 0), rings)
    full = (
        replace(
            bare,
            interpreted_type="ORGAN",
            generation_algorithm="MANUAL",
            interpreter="Smith^Ann",
            physical_properties=(PhysicalProperty("REL_ELEC_DENSITY", 1.05),),
        ),
        Structure(2, "Wire", "SUPPORT", (0, 255, 0), (Contour("OPEN_PLANAR", line),), generation_algorithm="SEMIAUTOMATIC"),
        Structure(3, "Reference", "CONTROL", (0, 0, 255), (Contour("POINT", np.array([(1.0, 2.0, 3.3)])),)),
        Structure(4, "Never drawn", "AVOIDANCE", (9, 9, 9), ()),
    )
    made = StructureSet(
        sop_instance_uid="2.25.9610",
        series_instance_uid="2.25.9611",
        patient=patient,
        study=study,
        label="PLAN 1",
        frame_of_reference_uid=_FRAME,
        structures=full if everything else (bare,),
        images=planning_ct(patient, study).instances,
    )
    if not everything:
        return made
    related = (RelatedStructureSet(InstanceReference(RT_STRUCTURE_SET, "2.25.9609"), "PREDECESSOR"),)
    return replace(made, related=related, series_number=2, instance_number=1, modified_at=_WHEN, station_name="PTI1")


def resampled_structures(patient: PatientIdentity, study: StudyIdentity, *, everything: bool) -> StructureSet:
    """The same on the slices."""
    return resampled(drawn_structures(patient, study, everything=everything), planning_ct(patient, study))


def markers(patient: PatientIdentity, study: StudyIdentity, *, everything: bool) -> StructureSet:
    """Two markers and all that can be known, or one."""
    original = drawn_structures(patient, study, everything=everything)
    found = (DetectedMarker("Gold 1", (1.25, -2.5, 3.3)), DetectedMarker("Gold 2", (-7.0, 5.5, -4.4), "MANUAL"))
    ct = planning_ct(patient, study)
    if everything:
        return marker_set(original, found, ct, series_number=3, station_name="PTI1", clock=lambda: _WHEN)
    return replace(marker_set(original, found[:1], ct), modified_at=None)


def isocentres(patient: PatientIdentity, study: StudyIdentity, *, everything: bool) -> StructureSet:
    """All three isocentres of an acquired CT, or the one that there always is."""
    images = tuple(InstanceReference(CT_IMAGE, f"2.25.97{k}", "2.25.9700", study.study_instance_uid) for k in range(4))
    planes = ImagePlanes(images, np.array([55.0, 57.5, 60.0, 62.5]))
    before, at_acquisition, at_match = _COUCHES
    ct = VerificationCt(
        patient, study, patient_frame(_ACQUIRED_FRAME), planes, (17.0, -43.0, 61.5), PatientPosition.HFS, at_acquisition
    )
    if everything:
        made = isocentre_set(ct, before=before, at_first_match=at_match, series_number=2, clock=lambda: _WHEN)
        return replace(made, station_name="GTR1")
    return replace(isocentre_set(ct), modified_at=None)
