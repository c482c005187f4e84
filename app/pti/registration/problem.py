"""What to match: the volume, the views, and where to start."""

from dataclasses import dataclass

from pti.geometry.frames import FIXED, FrameKind
from pti.geometry.rigid import RigidTransform
from pti.imaging.radiograph import Radiograph
from pti.imaging.volume import CtVolume


@dataclass(frozen=True, slots=True, eq=False)
class Match2d3dProblem:
    """A 2D/3D match in six axes on all views at once.

    Parameters
    ----------
    volume : the planning CT
    views : one or more radiographs, all taken with the patient and the couch in the same place
    start : planning-CT frame -> fixed, where the search begins (the planned position)
    pivot_mm : (x, y, z) in the planning-CT frame, the point that rotations turn about: the plan's isocentre
    """

    volume: CtVolume
    views: tuple[Radiograph, ...]
    start: RigidTransform
    pivot_mm: tuple[float, float, float]

    def __post_init__(self) -> None:
        if not self.views:
            raise ValueError("a 2D/3D match needs at least one image")
        if self.start.source != self.volume.frame or self.start.target != FIXED:
            raise ValueError("the start must map the planning CT's frame into the room")
        if self.volume.frame.kind is not FrameKind.PATIENT:
            raise ValueError("the volume must stand in a patient frame")
