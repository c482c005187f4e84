"""What one kV view shows: which image, which rendering of the CT, and what they are called."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from pti.dicom.rt_image import RtImage
from pti.geometry.imagers import ImagerGeometry
from pti.geometry.rigid import FloatArray, rotation_z
from pti.imaging.display.sampling import PixelMap, between_panels
from pti.session.case import OpenCase, ViewRendering
from pti.session.model import SessionState
from pti.session.poses import acquired_to_fixed, expected_pose
from pti.session.selectors import shown_acquired, shown_matched
from pti.ui.viewmodels.formats import angle
from pti.ui.viewmodels.orientation import projection_letters
from pti.ui.viewmodels.settled import settled

#: Pixels next to a jaw that lie in its half-shadow.
_PENUMBRA = 12


class Pose(Enum):
    """For which position of the patient the CT is rendered."""

    PLANNED = "planned position"
    MATCHED = "matched position"


@dataclass(frozen=True, slots=True, eq=False)
class KvPicture:
    """One acquired image with what belongs to it.

    Parameters
    ----------
    rendering : None while it is on its way, and where `rendering_label` is empty, for good
    letters : patient directions at the left, right, top and bottom edge
    field_pixels : (4, 2), (row, column) corners of the field between the jaws; None: not known
    """

    name: str
    title: str
    display: NDArray[np.float32]
    geometry: ImagerGeometry
    rendering: ViewRendering | None
    rendering_label: str
    letters: tuple[str, str, str, str]
    field_pixels: FloatArray | None


def pose_to_show(state: SessionState, wanted: Pose) -> Pose:
    """The matched position only where there is a match."""
    return wanted if shown_matched(settled(state).phase) is not None else Pose.PLANNED


def kv_pictures(state: SessionState, wanted: Pose) -> tuple[KvPicture, ...]:
    """The images that are on the screen; none while new ones are being taken."""
    state = settled(state)
    acquired = shown_acquired(state.phase)
    if acquired is None:
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
                _title(image),
                acquired.pair.displays[index],
                geometry,
                None if views is None else views[index],
                f"DRR: {pose.value}",
                projection_letters(geometry, expected_pose(case.plan, case.active_beam, image)),
                field_corners(image),
            )
        )
    return tuple(pictures)


def reference_pictures(case: OpenCase) -> tuple[KvPicture, ...]:
    """The plan's reference images, as they came."""
    return tuple(
        KvPicture(
            reference.image.label,
            _title(reference.image),
            reference.display,
            reference.image.radiograph.geometry,
            None,
            "",
            projection_letters(reference.image.radiograph.geometry, acquired_to_fixed(reference.image)),
            field_corners(reference.image),
        )
        for reference in case.reference_images
    )


def _title(image: RtImage) -> str:
    return f"{image.label}  \N{MIDDLE DOT}  gantry {angle(image.radiograph.geometry.gantry_deg, 0)}"


def field_corners(image: RtImage) -> FloatArray | None:
    """Where the jaws' edges are projected: (4, 2), (row, column); None where the image does not say."""
    if image.collimator_mm is None:
        return None
    x1, x2, y1, y2 = image.collimator_mm
    corners = np.array([(x1, y2, 0.0), (x2, y2, 0.0), (x2, y1, 0.0), (x1, y1, 0.0)])
    geometry = image.radiograph.geometry
    in_gantry = corners @ rotation_z(image.beam_limiting_device_deg).T
    return geometry.project(geometry.gantry_to_fixed()(in_gantry))


def inside_field(picture: KvPicture) -> NDArray[np.float32]:
    """The part of the acquired image between the jaws, for an automatic window; the whole where that is not known."""
    return _inside(picture, picture.display, PixelMap(0.0, 1.0, 0.0, 1.0))


def drr_inside_field(picture: KvPicture, rendering: ViewRendering) -> NDArray[np.float32]:
    """The same part of a DRR."""
    return _inside(picture, rendering.drr, between_panels(picture.geometry, rendering.geometry))


def _inside(picture: KvPicture, image: NDArray[np.float32], to_image: PixelMap) -> NDArray[np.float32]:
    if picture.field_pixels is None:
        return image
    rows, columns = to_image(picture.field_pixels[:, 0], picture.field_pixels[:, 1])
    inner = image[_between(rows, image.shape[0]), _between(columns, image.shape[1])]
    return inner if min(inner.shape) > 16 else image


def _between(edges: NDArray[np.float32], count: int) -> slice:
    first, last = int(edges.min()) + _PENUMBRA, int(edges.max()) - _PENUMBRA
    return slice(min(max(first, 0), count), min(max(last, 0), count))
