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
    objects : names of the objects (tests.support.judged_objects) that may have it; ``*`` stands for anything
    complaint : the line as ``dciodvfy -new`` prints it; ``*`` likewise
    reason : why it is not our fault, or not to be avoided
    """

    objects: str
    complaint: str
    reason: str

    def covers(self, name: str, complaint: str) -> bool:
        """Whether this is the complaint and the object may have it."""
        pattern = re.escape(self.complaint).replace(r"\*", ".*")
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
_SUPERFLUOUS = "Attribute present when condition unsatisfied (which may not be present otherwise) for Type 2C Conditional"


def _exposure(attribute: str, reason: str) -> Allowance:
    path = f"</ExposureSequence(3002,0030)[1]/{attribute}>"
    return Allowance("RT Image, acquired*", f"Error - {path} - {_SUPERFLUOUS} - Module=<RTImage>", reason)


def _unknown(attribute: str) -> Allowance:
    complaint = f"Warning - </{attribute}> - Missing attribute or value that would be needed to build DICOMDIR"
    return Allowance("*, sparse", complaint, _NOT_KNOWN)


ALLOWANCES: tuple[Allowance, ...] = (
    _exposure("KVP(0018,0060)", f"{_IN_ITEM} PORTAL asks for it (C.8.8.2)."),
    _exposure("MetersetExposure(3002,0032)", f"{_IN_ITEM} PORTAL asks for it (C.8.8.2)."),
    _exposure(
        "XRayTubeCurrent(0018,1151)",
        f"{_IN_ITEM} Table B.2.11 of the statement has it; the standard asks for it with SIMULATOR and RADIOGRAPH only.",
    ),
    _exposure(
        "ExposureTime(0018,1150)",
        f"{_IN_ITEM} Table B.2.11 of the statement has it; the standard asks for it with SIMULATOR and RADIOGRAPH only.",
    ),
    Allowance(
        "Spatial Registration*",
        "Warning - </Laterality(0020,0060)> - is only permitted to be empty when actually unknown; "
        "should be absent (not empty) if an unpaired body part, and have a value if a paired body part",
        "Which part of the body the images show is not known; left out, it would be an error (type 2C of General Series).",
    ),
    _unknown("StudyDate(0008,0020)"),
    _unknown("StudyTime(0008,0030)"),
    _unknown("StudyID(0020,0010)"),
    _unknown("SeriesNumber(0020,0011)"),
    Allowance(
        "RT Image*, sparse",
        "Warning - </InstanceNumber(0020,0013) > - Missing attribute or value that would be needed to build DICOMDIR",
        _NOT_KNOWN,
    ),
)
