"""The open patient: what was loaded, what was taken of him, and how it is shown. Large arrays are read-only."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pti.dicom.ct import CtSeries
from pti.dicom.plan import IonBeam, IonPlan
from pti.dicom.rt_image import RtImage
from pti.dicom.structures import StructureSet
from pti.foundation.instances import InstanceReference
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.rigid import FloatArray
from pti.session.found_pose import FoundPose


@dataclass(frozen=True, slots=True, eq=False)
class StructureOutline:
    """The silhouette of one structure on a panel: closed lines of (row, column) pixels of the acquired image."""

    name: str
    colour: tuple[int, int, int]
    lines: tuple[FloatArray, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ViewRendering:
    """What the planning CT looks like to one imager at one pose.

    Parameters
    ----------
    drr : (row, column), float32 line integrals, on `geometry` (the acquired panel, binned)
    geometry : of the DRR
    outlines : silhouettes of the structures, in pixels of the acquired image
    isocentre_pixel : (row, column) of the planned isocentre, in pixels of the acquired image
    """

    drr: NDArray[np.float32]
    geometry: ImagerGeometry
    outlines: tuple[StructureOutline, ...]
    isocentre_pixel: tuple[float, float]


@dataclass(frozen=True, slots=True)
class ImageCheck:
    """One check of acquired images against the plan and the machine, with its reason."""

    name: str
    passed: bool
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class AcquiredPair:
    """The images of one acquisition, with line integrals (row, column), float32, for display; brighter absorbs more."""

    images: tuple[RtImage, ...]
    displays: tuple[NDArray[np.float32], ...]
    checks: tuple[ImageCheck, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceImage:
    """An RT Image that the plan refers to; `display` (row, column), float32, brighter absorbs more where the image says so."""

    image: RtImage
    display: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class MatchRecord:
    """A finished match with the UIDs under which its registration is stored, so that a second Save sends the same."""

    result: FoundPose
    registration_uid: str
    series_uid: str
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file that an instance of the open patient was read from; size and time of change tell whether it still is."""

    instance: InstanceReference
    path: Path
    size_bytes: int
    modified_ns: int


@dataclass(frozen=True, slots=True, eq=False)
class OpenCase:
    """The loaded patient and what was taken in this session.

    `reference_images` are the RT Images that the plan refers to (LOAD-08). `saved_uids` are the images and registrations
    that need not be sent: the treatment management system confirmed them, or they came from files. `sources` are the files
    of all that was loaded but the plan. `exported_uids` are in a folder that a person chose.
    """

    plan: IonPlan
    structure_set: StructureSet
    ct: CtSeries
    active_beam: IonBeam
    opened_at: datetime
    taken: tuple[AcquiredPair, ...] = ()
    saved_uids: frozenset[str] = frozenset()
    series_count: int = 0  # series numbers given so far in this session (ACQ-04)
    reference_images: tuple[ReferenceImage, ...] = ()
    sources: tuple[SourceFile, ...] = ()
    from_files: bool = False
    exported_uids: frozenset[str] = frozenset()

    @property
    def unsaved_images(self) -> tuple[RtImage, ...]:
        """Acquired images that have not been sent yet."""
        return tuple(i for pair in self.taken for i in pair.images if i.sop_instance_uid not in self.saved_uids)
