"""Named coordinate systems, so that transforms refuse to compose wrongly."""

from dataclasses import dataclass
from enum import Enum


class FrameKind(Enum):
    """Which kind of coordinate system (IEC 61217 and DICOM PS3.3 C.7.6.2)."""

    PATIENT = "patient"  # DICOM: x to the patient's left, y posterior, z superior
    FIXED = "fixed"  # IEC 61217 f: origin isocentre, x right facing the gantry, y to the gantry, z up
    GANTRY = "gantry"  # IEC 61217 g: origin isocentre, the source at (0, 0, SAD)
    RECEPTOR = "receptor"  # IEC 61217 r: origin at the X-Ray Image Receptor Translation
    PANEL = "panel"  # the receptor system turned as the panel is: columns along +x, rows along -y
    TABLE_TOP = "table top"  # IEC 61217 t: moves with the couch


@dataclass(frozen=True, slots=True)
class Frame:
    """One coordinate system; for PATIENT frames told apart by their Frame of Reference UID (0020,0052)."""

    kind: FrameKind
    frame_of_reference_uid: str = ""

    def __post_init__(self) -> None:
        if (self.kind is FrameKind.PATIENT) != bool(self.frame_of_reference_uid):
            raise ValueError(f"a {self.kind.value} frame with Frame of Reference UID {self.frame_of_reference_uid!r}")

    def __str__(self) -> str:
        return f"{self.kind.value} {self.frame_of_reference_uid}".strip()


FIXED = Frame(FrameKind.FIXED)
GANTRY = Frame(FrameKind.GANTRY)
RECEPTOR = Frame(FrameKind.RECEPTOR)
PANEL = Frame(FrameKind.PANEL)
TABLE_TOP = Frame(FrameKind.TABLE_TOP)


def patient_frame(frame_of_reference_uid: str) -> Frame:
    """The DICOM patient system of one Frame of Reference UID."""
    return Frame(FrameKind.PATIENT, frame_of_reference_uid)
