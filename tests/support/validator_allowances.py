"""Each complaint of the validator dciodvfy (dicom3tools 2022-06-18) that is accepted, and why.

The conformance statement decides what is written; it keeps attributes that the standard has retired or asks for elsewhere.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class Allowance:
    """One complaint, or several of one reason.

    Parameters
    ----------
    objects : the object that may have it (tests.support.judged_objects); ``*`` stands for anything
    complaint : the line as ``dciodvfy -new`` prints it; ``*`` likewise, ``?`` for one character
    reason : why it is not our fault, or not to be avoided
    """

    objects: str
    complaint: str
    reason: str

    def covers(self, name: str, complaint: str) -> bool:
        """Whether this is the complaint and the object may have it."""
        pattern = re.escape(self.complaint).replace(r"\*", ".*").replace(r"\?", ".")
        return fnmatchcase(name, self.objects) and re.fullmatch(pattern, complaint) is not None


def not_allowed(name: str, complaints: Iterable[str]) -> list[str]:
    """The complaints about an object that no allowance covers."""
    return [line for line in complaints if not any(allowance.covers(name, line) for allowance in ALLOWANCES)]


_NOT_KNOWN = (
    "What is not known is written empty. Only the index of a medium, a DICOMDIR, would need it, and none is written (FILE-01)."
)
_IN_ITEM = (
    "The validator looks for Image Type inside the Exposure Sequence's item, finds none, and so takes the technique for "
    "superfluous."
)
_PORTAL = f"{_IN_ITEM} PORTAL asks for it (C.8.8.2)."
_LISTED = f"{_IN_ITEM} Table B.2.11 of the statement has it; the standard asks for it with SIMULATOR and RADIOGRAPH only."
_TECHNIQUE = {
    "KVP(0018,0060)": _PORTAL,
    "MetersetExposure(3002,0032)": _PORTAL,
    "XRayTubeCurrent(0018,1151)": _LISTED,
    "ExposureTime(0018,1150)": _LISTED,
}
_CURVE = (
    "CurveDimensions(50??,0005)",
    "NumberOfPoints(50??,0010)",
    "TypeOfData(50??,0020)",
    "AxisUnits(50??,0030)",
    "AxisLabels(50??,0040)",
    "DataValueRepresentation(50??,0103)",
    "CurveData(50??,3000)",
)
_OBSERVATION = "/RTROIObservationsSequence(3006,0080)[?]"
_PROPERTY = f"{_OBSERVATION}/ROIPhysicalPropertiesSequence(3006,00b0)[?]/ROIPhysicalProperty(3006,00b2)[1]"
_LONG_ANGLES, _SHORT_ANGLE = ("PAT SUPPORT_ANGLE", "T TOP_PITCH_ANGLE"), "T TOP_ROLL_ANGLE"


def _exposure(attribute: str) -> Allowance:
    complaint = (
        f"Error - </ExposureSequence(3002,0030)[1]/{attribute}> - Attribute present when condition unsatisfied "
        "(which may not be present otherwise) for Type 2C Conditional - Module=<RTImage>"
    )
    return Allowance("RT Image, [!D]*", complaint, _TECHNIQUE[attribute])  # a DRR has no exposure


def _curve(attribute: str, complaint: str) -> Allowance:
    reason = "The statement has markers as curves (2.2.3.1), which the standard retired in 2004."
    return Allowance("RT Image, with markers, *", f"Warning - </{attribute}> - {complaint}", reason)


def _laterality(objects: str) -> Allowance:
    complaint = (
        "Warning - </Laterality(0020,0060)> - is only permitted to be empty when actually unknown; "
        "should be absent (not empty) if an unpaired body part, and have a value if a paired body part"
    )
    reason = "Which part of the body is shown is not known; left out, it would be an error (type 2C of General Series)."
    return Allowance(objects, complaint, reason)


def _unknown(attribute: str, objects: str = "*, sparse") -> Allowance:
    complaint = f"Warning - </{attribute}> - Missing attribute or value that would be needed to build DICOMDIR"
    return Allowance(objects, complaint, _NOT_KNOWN)


def _isocentre(term: str) -> Allowance:
    complaint = f"Warning - <{_OBSERVATION}/RTROIInterpretedType(3006,00a4)[1]> - Unrecognized defined term = <{term}>"
    return Allowance("RT Structure Set, isocentres*", complaint, "Table B.2.12 of the statement has these terms of its own.")


def _angle_term(name: str) -> Allowance:
    complaint = f"Warning - <{_PROPERTY}> - Unrecognized defined term = <{name}>"
    return Allowance("RT Structure Set, isocentres, *", complaint, "Table B.2.12 of the statement has these names of its own.")


def _angle_length(name: str) -> Allowance:
    complaint = (
        f"Error - <{_PROPERTY}> - Value invalid for this VR [CS] = <{name}> - "
        "Length invalid for this VR = <17> - expected <= 16"
    )
    reason = "Table B.2.12 of the statement prints the name so, one character too long; a setting leaves it out (reading 5)."
    return Allowance("RT Structure Set, isocentres, *", complaint, reason)


ALLOWANCES: tuple[Allowance, ...] = (
    Allowance(
        "*",
        'Warning - </*(32??,10??,"Varian Medical Systems VISION 32??")> - Unrecognized tag - '
        "assuming explicit value representation OK [??]",
        "Private attributes of the statement (A.2), which no dictionary of the validator has.",
    ),
    Allowance(
        "RT Image, with markers, *",
        "Warning - </CurveData(50??,3000)> - Explicit value representation doesn't match data dictionary - "
        "[FD] Dictionary [OX]",
        "The doubles of Data Value Representation 3 are named as such: as OB or OW they are turned wrongly (network.encoding).",
    ),
    *(_exposure(attribute) for attribute in _TECHNIQUE),
    *(_curve(attribute, "Retired attribute") for attribute in _CURVE),
    *(_curve(attribute, "Attribute is not present in standard DICOM IOD") for attribute in _CURVE),
    _laterality("Spatial Registration, *"),
    _laterality("CT Image, *"),
    Allowance(
        "CT Image, full",
        "Warning - </ReferencedInstanceSequence(0008,114a)[1]/PurposeOfReferenceCodeSequence(0040,a170)[1]"
        "/CodingSchemeDesignator(0008,0102)[1]> - Unrecognized defined term = <99VMS_PURPREFOBJ>",
        "Table B.2.6 of the statement has the code of this private scheme, by which the image points to its plan.",
    ),
    *(_isocentre(term) for term in ("INITLASERISO", "ACQ_ISOCENTER", "INITMATCHISO")),
    *(_angle_term(name) for name in (*_LONG_ANGLES, _SHORT_ANGLE)),
    *(_angle_length(name) for name in _LONG_ANGLES),
    _unknown("StudyDate(0008,0020)"),
    _unknown("StudyTime(0008,0030)"),
    _unknown("StudyID(0020,0010)"),
    _unknown("SeriesNumber(0020,0011)"),
    _unknown("InstanceNumber(0020,0013) ", "RT Image*, sparse"),
)
