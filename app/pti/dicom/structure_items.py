"""The structures of an RT Structure Set, put together from the three sequences that speak of them (C.8.8.5, .6, .8)."""

from dataclasses import dataclass

from pti.dicom.charset import doubt
from pti.dicom.checks import Attributes, quote
from pti.dicom.contours import Contour, read_contours
from pti.dicom.private import PrivateAttribute, private_text

#: A structure set of more is broken or an attack: the largest real ones have some ten thousand contours.
LARGEST_CONTOUR_COUNT = 100_000
LARGEST_POINT_COUNT = 20_000_000
#: Messages show no more of a name; ROI Name (3006,0026) is a Long String of as many letters.
_LONGEST_NAME = 64
_COLOURS = ((230, 70, 70), (90, 200, 90), (80, 140, 240), (240, 200, 60), (200, 90, 220), (70, 210, 210), (240, 150, 60))


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """One region of interest with its contours; `colour` is (red, green, blue), 0 to 255."""

    number: int
    name: str
    interpreted_type: str
    colour: tuple[int, int, int]
    contours: tuple[Contour, ...]
    marker: bool = False  # may be matched as a marker (MARK-04)

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
    interpreted = _interpreted_type(told, places.observations, warnings)
    is_marker = interpreted == "MARKER" and _is_one_point(read.contours) and _has_marker_subtype(told, places, warnings)
    return Structure(
        number=number,
        name=name,
        interpreted_type=interpreted,
        colour=_colour(number, told, places.contours, warnings),
        contours=read.contours,
        marker=is_marker,
    )


def _is_one_point(contours: tuple[Contour, ...]) -> bool:
    return len(contours) == 1 and contours[0].geometric_type == "POINT" and len(contours[0].points_mm) == 1


def _has_marker_subtype(told: str, places: _Places, warnings: list[str]) -> bool:
    """Whether any of its items has the private Marker Subtype (3271,xx00) MARKER."""
    apart = [place.apart() for place in (places.roi, *places.contours, *places.observations)]
    found = [private_text(place, PrivateAttribute.MARKER_SUBTYPE) for place in apart]
    complaints = [complaint for place in apart for complaint in place.complaints]
    if complaints:
        warnings.append(f"{told} may be a marker: {'; '.join(complaints)}")
    return "MARKER" in found


def _interpreted_type(told: str, observations: tuple[Attributes, ...], warnings: list[str]) -> str:
    """RT ROI Interpreted Type (3006,00A4); "" where none is told."""
    found = [item.text("RTROIInterpretedType") for item in observations]
    types = list(dict.fromkeys(kind for kind in found if kind is not None))
    if len(types) > 1:
        warnings.append(f"{told} has observations of {len(types)} types; {quote(types[0])} is taken")
    return types[0] if types else ""


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
