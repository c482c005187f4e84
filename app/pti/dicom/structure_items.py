"""The structures of an RT Structure Set, put together from the three sequences that speak of them (C.8.8.5, .6, .8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydicom.dataset import Dataset

from pti.dicom.charset import doubt, to_ascii
from pti.dicom.checks import Attributes
from pti.dicom.contours import Contour, read_contours, write_contour
from pti.dicom.private import PrivateAttribute, private_text, write_private
from pti.dicom.structure_observations import Observation, PhysicalProperty, read_observation, write_observation
from pti.foundation.instances import InstanceReference

#: A structure set of more is broken or an attack: the largest real ones have some ten thousand contours.
LARGEST_CONTOUR_COUNT = 100_000
LARGEST_POINT_COUNT = 20_000_000
#: Messages show no more of a name; ROI Name (3006,0026) is a Long String of as many letters.
_LONGEST_NAME = 64
_COLOURS = ((230, 70, 70), (90, 200, 90), (80, 140, 240), (240, 200, 60), (200, 90, 220), (70, 210, 210), (240, 150, 60))


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """One region of interest with its contours; `colour` is (red, green, blue), 0 to 255. None: the object does not say."""

    number: int
    name: str
    interpreted_type: str
    colour: tuple[int, int, int]
    contours: tuple[Contour, ...]
    marker: bool = False  # may be matched as a marker (MARK-04)
    generation_algorithm: str | None = None  # AUTOMATIC, SEMIAUTOMATIC or MANUAL
    observation_label: str | None = None
    interpreter: str | None = None
    physical_properties: tuple[PhysicalProperty, ...] = ()

    @property
    def is_point(self) -> bool:
        """Whether this is a marker or another single point."""
        return bool(self.contours) and all(c.geometric_type == "POINT" for c in self.contours)


@dataclass(frozen=True, slots=True)
class _Places:
    """The items of the three sequences that name one ROI Number."""

    roi: Attributes
    contours: tuple[Attributes, ...]
    observations: tuple[Attributes, ...]
    character_set: tuple[str, ...]  # of the whole set; an item may have its own


def read_structures(structure_set: Attributes, frame: str, image_uids: set[str], warnings: list[str]) -> tuple[Structure, ...]:
    """Every structure that can be used; each other one is named in `warnings` with the reasons.

    Parameters
    ----------
    frame : frame of reference of the images; a structure in another one is left out; "" where it is not known
    image_uids : SOP Instance UIDs of the images that the structure set lists; contours on others are told
    """
    rois = structure_set.items("StructureSetROISequence")
    numbers = [roi.required_integer("ROINumber") for roi in rois]
    contours = _by_roi(structure_set, "ROIContourSequence", numbers, warnings)
    observations = _by_roi(structure_set, "RTROIObservationsSequence", numbers, warnings)
    if not _is_of_possible_size(structure_set, contours):
        return ()
    character_set = structure_set.texts("SpecificCharacterSet")
    structures, seen, points = [], set(), 0
    for number, roi in zip(numbers, rois, strict=True):
        if number in seen:
            roi.complain("ROINumber", f"{number} is used twice")
        seen.add(number)
        structure = _read_structure(
            number, frame, _Places(roi, contours.get(number, ()), observations.get(number, ()), character_set), warnings
        )
        if structure is None:
            continue
        structures.append(structure)
        points += sum(len(contour.points_mm) for contour in structure.contours)
        if points > LARGEST_POINT_COUNT:
            structure_set.complain("ROIContourSequence", f"holds more than {LARGEST_POINT_COUNT} contour points")
            break
    unlisted = _unlisted_images(contours, image_uids)
    if unlisted:
        warnings.append(f"contours name {len(unlisted)} images that the structure set does not list among its images")
    return tuple(structures)


def _unlisted_images(contours: dict[int, tuple[Attributes, ...]], image_uids: set[str]) -> set[str]:
    """SOP Instance UIDs that contours name and the structure set does not list: these images will not be loaded."""
    return {
        image.text("ReferencedSOPInstanceUID") or ""
        for items in contours.values()
        for item in items
        for contour in item.apart().items("ContourSequence")
        for image in contour.apart().items("ContourImageSequence")
    } - image_uids


def _by_roi(
    structure_set: Attributes, keyword: str, numbers: list[int], warnings: list[str]
) -> dict[int, tuple[Attributes, ...]]:
    """ROI Number -> its items of a sequence; an item of no ROI is told."""
    known = set(numbers)
    found: dict[int, list[Attributes]] = {}
    for item in structure_set.items(keyword):
        number = item.integer("ReferencedROINumber")
        if number is None:
            continue  # type 1: complained about already
        if number not in known:
            warnings.append(f"{item.path}Referenced ROI Number (3006,0084) {number} is no structure of the set; it is not used")
        found.setdefault(number, []).append(item)
    return {number: tuple(items) for number, items in found.items()}


def _is_of_possible_size(structure_set: Attributes, contours: dict[int, tuple[Attributes, ...]]) -> bool:
    count = 0
    for items in contours.values():
        for item in items:
            sequence = item.apart().value("ContourSequence")
            count += 0 if sequence is None else len(sequence)
    if count <= LARGEST_CONTOUR_COUNT:
        return True
    structure_set.complain("ROIContourSequence", f"holds {count} contours, more than {LARGEST_CONTOUR_COUNT}")
    return False


def _read_structure(number: int, frame: str, places: _Places, warnings: list[str]) -> Structure | None:
    """The structure; None, with a warning that names it and tells all reasons, where it cannot be used."""
    name = places.roi.text("ROIName") or f"ROI {number}"
    told = f"structure {name[:_LONGEST_NAME]}"
    doubtful = doubt(name, places.roi.apart().texts("SpecificCharacterSet") or places.character_set)
    if doubtful is not None:
        warnings.append(f"{told}: its ROI Name (3006,0026) is doubtful: {doubtful}")
    reasons = []
    if frame and places.roi.text("ReferencedFrameOfReferenceUID") not in (frame, None):
        reasons.append("it stands in another frame of reference")
    if len(places.contours) > 1:
        reasons.append(f"{len(places.contours)} items of ROI Contour Sequence (3006,0039) speak for it")
    sequences = [place.apart() for place in places.contours]
    read = read_contours([item for place in sequences for item in place.items("ContourSequence")])
    reasons.extend(complaint for place in sequences for complaint in place.complaints)
    reasons.extend(read.reasons)
    if reasons:
        warnings.append(f"{told} is left out: {'; '.join(reasons)}")
        return None
    if read.doubles:
        warnings.append(f"{told} repeats {read.doubles} of its contours; each is taken once")
    observation = read_observation(told, places.observations, warnings)
    may_be_marker = is_marker_like(observation.interpreted_type, read.contours)
    return Structure(
        number=number,
        name=name,
        interpreted_type=observation.interpreted_type,
        colour=_colour(number, told, places.contours, warnings),
        contours=read.contours,
        marker=may_be_marker and _has_marker_subtype(told, places, warnings),
        generation_algorithm=places.roi.apart().text("ROIGenerationAlgorithm"),
        observation_label=observation.label,
        interpreter=observation.interpreter,
        physical_properties=observation.physical_properties,
    )


def is_marker_like(interpreted_type: str, contours: Sequence[Contour]) -> bool:
    """Whether a structure is of type MARKER and one single point."""
    is_one_point = len(contours) == 1 and contours[0].geometric_type == "POINT" and len(contours[0].points_mm) == 1
    return interpreted_type == "MARKER" and is_one_point


def _has_marker_subtype(told: str, places: _Places, warnings: list[str]) -> bool:
    """Whether any of its items has the private Marker Subtype (3271,xx00) MARKER."""
    apart = [place.apart() for place in (places.roi, *places.contours, *places.observations)]
    found = [private_text(place, PrivateAttribute.MARKER_SUBTYPE) for place in apart]
    complaints = [complaint for place in apart for complaint in place.complaints]
    if complaints:
        warnings.append(f"{told} may be a marker: {'; '.join(complaints)}")
    return "MARKER" in found


def _colour(number: int, told: str, contours: tuple[Attributes, ...], warnings: list[str]) -> tuple[int, int, int]:
    """The colour in the file, else one of our own."""
    own = _COLOURS[number % len(_COLOURS)]
    apart = contours[0].apart() if contours else None
    values = None if apart is None else apart.all_numbers("ROIDisplayColor")
    if apart is None or (values is None and not apart.complaints):
        return own
    if values is None or len(values) != 3 or not all(value == int(value) and 0 <= value <= 255 for value in values):
        warnings.append(f"{told} has no colour of three numbers from 0 to 255; it is shown in another one")
        return own
    red, green, blue = (int(value) for value in values)
    return red, green, blue


def planes_of_images(structures: Sequence[Structure]) -> dict[str, float]:
    """SOP Instance UID -> z of the first planar contour that names the image."""
    planes: dict[str, float] = {}
    for structure in structures:
        for contour in structure.contours:
            if contour.is_planar and contour.image_uid is not None:
                planes.setdefault(contour.image_uid, float(contour.points_mm[0, 2]))
    return planes


def write_structures(
    ds: Dataset,
    structures: Sequence[Structure],
    frame_of_reference_uid: str,
    images: Mapping[str, InstanceReference],
    *,
    physical_properties: bool,
) -> None:
    """Write the three sequences.

    Parameters
    ----------
    images : by SOP Instance UID; each contour names one of them
    physical_properties : whether ROI Physical Properties are written
    """
    planes_mm = planes_of_images(structures)
    ds.StructureSetROISequence = [_roi_item(structure, frame_of_reference_uid) for structure in structures]
    ds.ROIContourSequence = [_contours_item(structure, images, planes_mm) for structure in structures]
    ds.RTROIObservationsSequence = [
        _observation_item(number, structure, physical_properties) for number, structure in enumerate(structures, 1)
    ]


def _roi_item(structure: Structure, frame_of_reference_uid: str) -> Dataset:
    item = Dataset()
    item.ROINumber = structure.number
    item.ReferencedFrameOfReferenceUID = frame_of_reference_uid
    item.ROIName = to_ascii(structure.name, "ROIName", _LONGEST_NAME)
    item.ROIGenerationAlgorithm = to_ascii(structure.generation_algorithm or "", "ROIGenerationAlgorithm", 16)
    return item


def _contours_item(structure: Structure, images: Mapping[str, InstanceReference], planes_mm: Mapping[str, float]) -> Dataset:
    item = Dataset()
    item.ROIDisplayColor = list(structure.colour)
    item.ReferencedROINumber = structure.number
    contours = []
    for contour in structure.contours:
        uid = contour.image_uid or ""
        contours.append(write_contour(contour, images[uid], planes_mm[uid] if contour.is_planar else None))
    if contours:
        item.ContourSequence = contours
    return item


def _observation_item(number: int, structure: Structure, physical_properties: bool) -> Dataset:
    observation = Observation(
        structure.interpreted_type, structure.observation_label, structure.interpreter, structure.physical_properties
    )
    item = write_observation(number, structure.number, observation, physical_properties=physical_properties)
    if structure.marker:
        write_private(item, PrivateAttribute.MARKER_SUBTYPE, "MARKER")
    return item
