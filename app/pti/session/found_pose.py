"""Where a match has found the patient: by this session's own search, or as a Spatial Registration tells it."""

from dataclasses import dataclass

from pti.dicom.spatial_registration import SpatialRegistration
from pti.geometry.rigid import RigidTransform
from pti.registration.correction import Direction
from pti.registration.result import MatchResult


@dataclass(frozen=True, slots=True, eq=False)
class StoredMatch:
    """A match that came from a file. How alike image and radiograph were, and what the search took, is not stored.

    Parameters
    ----------
    planning_to_fixed : the planning-CT frame -> room, as the registration and its images place the patient
    unobserved_direction : as of a :class:`MatchResult`: what its images cannot have shown
    registration : as it is stored; saved again it is the same
    """

    planning_to_fixed: RigidTransform
    unobserved_direction: Direction | None
    registration: SpatialRegistration

    @property
    def origin(self) -> str:
        """What the registration calls itself, how it was found, and when."""
        stored = self.registration
        return f"{stored.label}, {stored.method.value[1]}, {stored.created_at:%Y-%m-%d %H:%M:%S}"


FoundPose = MatchResult | StoredMatch
