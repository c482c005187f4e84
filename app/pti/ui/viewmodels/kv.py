"""What one kV view shows: which image, which rendering of the CT, and what they are called."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from pti.geometry.imagers import ImagerGeometry
from pti.session.model import Acquiring, SessionState, ViewRendering
from pti.session.poses import expected_pose
from pti.session.selectors import shown_acquired, shown_matched
from pti.ui.viewmodels.formats import angle
from pti.ui.viewmodels.orientation import projection_letters


class Pose(Enum):
    """For which position of the patient the CT is rendered."""

    PLANNED = "planned position"
    MATCHED = "matched position"


@dataclass(frozen=True, slots=True, eq=False)
class KvPicture:
    """One acquired image with what belongs to it.

    Parameters
    ----------
    rendering : None while it is on its way
    letters : patient directions at the left, right, top and bottom edge
    """

    name: str
    title: str
    display: NDArray[np.float32]
    geometry: ImagerGeometry
    rendering: ViewRendering | None
    rendering_label: str
    letters: tuple[str, str, str, str]


def pose_to_show(state: SessionState, wanted: Pose) -> Pose:
    """The matched position only where there is a match."""
    return wanted if shown_matched(state.phase) is not None else Pose.PLANNED


def kv_pictures(state: SessionState, wanted: Pose) -> tuple[KvPicture, ...]:
    """The images that are on the screen; none while new ones are being taken."""
    acquired = shown_acquired(state.phase)
    if acquired is None or isinstance(state.phase, Acquiring):
        return ()
    pose = pose_to_show(state, wanted)
    matched = shown_matched(state.phase)
    views = matched.matched_views if pose is Pose.MATCHED and matched is not None else acquired.planned_views
    case = acquired.case
    pictures = []
    for index, image in enumerate(acquired.pair.images):
        geometry = image.radiograph.geometry
        pictures.append(
            KvPicture(
                image.label,
                f"{image.label}  \N{MIDDLE DOT}  source at {angle(geometry.gantry_deg, 0)}",
                acquired.pair.displays[index],
                geometry,
                None if views is None else views[index],
                f"DRR: {pose.value}",
                projection_letters(geometry, expected_pose(case.plan, case.active_beam, image)),
            )
        )
    return tuple(pictures)
