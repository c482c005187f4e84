"""What a match found."""

from dataclasses import dataclass

from pti.geometry.rigid import RigidTransform


@dataclass(frozen=True, slots=True, eq=False)
class MatchResult:
    """The pose that fits best, and how well.

    Parameters
    ----------
    planning_to_fixed : the planning-CT frame -> room, as the images show the patient
    quality : 0 (no likeness) to 1 (identical); mean over the views of the features' correlation at the pose
    view_qualities : the same for each view
    unobserved_direction : unit vector in the fixed system along which the images do not determine the position: the
        depth of a single image (or of parallel ones); None where the views together determine all six axes
    converged : whether the last step was below the limits
    evaluations, seconds : what it took
    algorithm : name and version, for the record
    """

    planning_to_fixed: RigidTransform
    quality: float
    view_qualities: tuple[float, ...]
    unobserved_direction: tuple[float, float, float] | None
    converged: bool
    evaluations: int
    seconds: float
    algorithm: str
