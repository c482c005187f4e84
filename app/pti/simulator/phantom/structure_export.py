"""The demo patient's structures and seeds as an RT Structure Set (A.19)."""

from collections.abc import Sequence

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from pti.dicom.modules import (
    Series,
    reference_item,
    write_equipment,
    write_frame_of_reference,
    write_patient,
    write_series,
    write_sop_common,
    write_study,
)
from pti.dicom.private import PrivateAttribute, write_private
from pti.foundation.instances import RT_STRUCTURE_SET, InstanceReference
from pti.simulator.phantom.contours import axial_contours
from pti.simulator.phantom.identifiers import CREATED_AT, PATIENT, demo_uid, study
from pti.simulator.phantom.target import SEEDS
from pti.simulator.phantom.volume import DemoVolume

_CONTOUR_DATA = Tag(0x3006, 0x0050)
_DETACHED_STUDY_MANAGEMENT = "1.2.840.10008.3.1.2.3.1"
_GOLD = (255, 205, 60)


def structure_set_uid(label: str) -> str:
    """The structure set's SOP Instance UID."""
    return demo_uid(f"structure set {label}")


def structure_set(volume: DemoVolume, images: Sequence[InstanceReference], label: str) -> Dataset:
    """All structures; each contour names the slice that it lies on, and all slices are named once."""
    ds = Dataset()
    write_patient(ds, PATIENT)
    write_study(ds, study(label))
    write_series(ds, Series("RTSTRUCT", demo_uid(f"structure series {label}"), 2))
    write_frame_of_reference(ds, volume.ct.frame.frame_of_reference_uid)
    write_equipment(ds, None)
    write_sop_common(ds, RT_STRUCTURE_SET, structure_set_uid(label), CREATED_AT)
    ds.StructureSetLabel = "DEMO"
    ds.InstanceNumber = 1
    ds.StructureSetDate = CREATED_AT.strftime("%Y%m%d")
    ds.StructureSetTime = CREATED_AT.strftime("%H%M%S")
    ds.ApprovalStatus = "UNAPPROVED"
    ds.ReferencedFrameOfReferenceSequence = [_referenced_frame(volume, images)]
    ds.StructureSetROISequence, ds.ROIContourSequence, ds.RTROIObservationsSequence = [], [], []
    for organ, field in volume.organs:
        number = _add_structure(ds, organ.name, organ.interpreted_type, organ.colour, volume.ct.frame.frame_of_reference_uid)
        ds.ROIContourSequence[number - 1].ContourSequence = [
            _closed_contour(contour.points_xy_mm.tolist(), volume, contour.slice_index, images)
            for contour in axial_contours(field)
        ]
    _add_seeds(ds, volume, images)
    return ds


def _add_seeds(ds: Dataset, volume: DemoVolume, images: Sequence[InstanceReference]) -> None:
    for count, seed in enumerate(SEEDS, 1):
        number = _add_structure(ds, f"Seed{count}", "MARKER", _GOLD, volume.ct.frame.frame_of_reference_uid)
        write_private(ds.RTROIObservationsSequence[number - 1], PrivateAttribute.MARKER_SUBTYPE, "MARKER")
        nearest = int(abs(volume.ct.slice_positions_mm - seed.centre_mm[2]).argmin())
        contour = _contour("POINT", [seed.centre_mm], images[nearest])
        ds.ROIContourSequence[number - 1].ContourSequence = [contour]


def _add_structure(ds: Dataset, name: str, interpreted_type: str, colour: tuple[int, int, int], frame_uid: str) -> int:
    """The three items that make up a structure; the answer is its number."""
    number = len(ds.StructureSetROISequence) + 1
    roi, contour, observation = Dataset(), Dataset(), Dataset()
    roi.ROINumber = number
    roi.ReferencedFrameOfReferenceUID = frame_uid
    roi.ROIName = name
    roi.ROIGenerationAlgorithm = "AUTOMATIC"
    contour.ROIDisplayColor = list(colour)
    contour.ReferencedROINumber = number
    observation.ObservationNumber = number
    observation.ReferencedROINumber = number
    observation.RTROIInterpretedType = interpreted_type
    observation.ROIInterpreter = ""
    ds.StructureSetROISequence.append(roi)
    ds.ROIContourSequence.append(contour)
    ds.RTROIObservationsSequence.append(observation)
    return number


def _closed_contour(
    points_xy_mm: list[list[float]], volume: DemoVolume, slice_index: int, images: Sequence[InstanceReference]
) -> Dataset:
    z = float(volume.ct.slice_positions_mm[slice_index])
    return _contour("CLOSED_PLANAR", [(x, y, z) for x, y in points_xy_mm], images[slice_index])


def _contour(geometric_type: str, points_mm: Sequence[tuple[float, float, float]], image: InstanceReference) -> Dataset:
    item = Dataset()
    item.ContourImageSequence = [reference_item(image)]
    item.ContourGeometricType = geometric_type
    item.NumberOfContourPoints = len(points_mm)
    text = "\\".join(f"{x:.2f}\\{y:.2f}\\{z:.10g}" for x, y, z in points_mm).encode("ascii")
    text += b" " * (len(text) % 2)
    # As bytes, marked as read so: pydicom would make an object of each of some hundred thousand numbers.
    item[_CONTOUR_DATA] = RawDataElement(_CONTOUR_DATA, "DS", len(text), text, 0, True, True)
    item.set_original_encoding(is_implicit_vr=True, is_little_endian=True, character_encoding="iso8859")
    return item


def _referenced_frame(volume: DemoVolume, images: Sequence[InstanceReference]) -> Dataset:
    series = Dataset()
    series.SeriesInstanceUID = images[0].series_instance_uid
    series.ContourImageSequence = [reference_item(image) for image in images]
    of_study = Dataset()
    of_study.ReferencedSOPClassUID = _DETACHED_STUDY_MANAGEMENT
    of_study.ReferencedSOPInstanceUID = images[0].study_instance_uid
    of_study.RTReferencedSeriesSequence = [series]
    frame = Dataset()
    frame.FrameOfReferenceUID = volume.ct.frame.frame_of_reference_uid
    frame.RTReferencedStudySequence = [of_study]
    return frame
