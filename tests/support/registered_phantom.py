"""A phantom that is known at every point, in two CTs of two frames of reference: as planned and as acquired.

``p_acquired = MATRIX @ p_planned``. Neither the CTs nor the matrix come from the program's own geometry.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from pydicom.dataset import Dataset
from pydicom.uid import UID
from scipy.spatial.transform import Rotation

from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.dicom.spatial_registration import RegistrationMethod, RegistrationSubType, SpatialRegistration
from pti.foundation.instances import InstanceReference
from pti.geometry.frames import patient_frame
from pti.geometry.patient import PatientPosition
from pti.geometry.rigid import RigidTransform
from tests.support import dicom_factory as factory
from tests.support.analytic_phantom import Ellipsoid, FloatArray

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
PLANNING_FRAME, ACQUIRED_FRAME = "2.25.8011", "2.25.8012"

#: Turns of 9, -6 and 11 degrees and shifts of 14 to 37 mm; (4, 4).
MATRIX = np.eye(4)
MATRIX[:3, :3] = Rotation.from_euler("xyz", (9.0, -6.0, 11.0), degrees=True).as_matrix()
MATRIX[:3, 3] = (22.5, -37.25, 14.75)

#: They fade like a Gaussian, the semi-axes are its standard deviations; `per_mm` is the part of water that each adds.
_FADING = (
    Ellipsoid((6.0, -11.0, 4.0), (24.0, 19.0, 28.0), 1.0, (10.0, 25.0, -15.0)),
    Ellipsoid((-14.0, 9.0, 17.0), (9.0, 13.0, 10.0), 0.9, (0.0, 40.0, 20.0)),
    Ellipsoid((19.0, 13.0, -21.0), (10.0, 9.0, 14.0), 0.7, (35.0, 0.0, -30.0)),
    Ellipsoid((-4.0, -22.0, -8.0), (10.0, 9.0, 12.0), -0.6, (-20.0, 15.0, 50.0)),
    Ellipsoid((27.0, -24.0, 23.0), (9.0, 11.0, 9.0), 0.8, (60.0, -10.0, 5.0)),
)


@dataclass(frozen=True)
class Grid:
    """Where a CT's voxels lie: shape (slice, row, column), the others (x, y, z)."""

    shape: tuple[int, int, int]
    spacing_mm: tuple[float, float, float]
    origin_mm: tuple[float, float, float]

    def points_mm(self) -> FloatArray:
        """(slices, rows, columns, 3)."""
        indices = np.moveaxis(np.indices(self.shape, dtype=np.float64)[::-1], 0, -1)
        return np.asarray(self.origin_mm + indices * self.spacing_mm)


#: Each spacing is another; every point of the acquired grid lies in the planned one.
PLANNED_GRID = Grid((58, 56, 64), (2.5, 3.0, 2.75), (-77.3, -86.1, -76.9))
ACQUIRED_GRID = Grid((22, 26, 24), (3.0, 2.75, 3.25), (-5.2, -77.7, -19.4))


def hounsfield_planned(points_mm: FloatArray) -> FloatArray:
    """The phantom at points (..., 3) of the planning CT's frame."""
    squares = ((one, one.to_unit_sphere(points_mm - np.array(one.centre_mm)) ** 2) for one in _FADING)
    return np.asarray(1000 * (sum(one.per_mm * np.exp(-square.sum(axis=-1) / 2) for one, square in squares) - 1))


def moved(matrix: FloatArray, points_mm: FloatArray) -> FloatArray:
    """Points (..., 3) by a (4, 4) matrix."""
    return np.asarray(points_mm @ matrix[:3, :3].T + matrix[:3, 3])


def inverse(matrix: FloatArray) -> FloatArray:
    """A (4, 4) matrix the other way."""
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def hounsfield_acquired(points_mm: FloatArray) -> FloatArray:
    """The phantom at points (..., 3) of the acquired CT's frame."""
    return hounsfield_planned(moved(inverse(MATRIX), points_mm))


def planning_ct() -> list[Dataset]:
    """The planning CT's slices."""
    return _ct(PLANNED_GRID, hounsfield_planned(PLANNED_GRID.points_mm()), "2.25.8021", PLANNING_FRAME)


def acquired_ct() -> list[Dataset]:
    """The acquired CT's slices."""
    return _ct(ACQUIRED_GRID, hounsfield_acquired(ACQUIRED_GRID.points_mm()), "2.25.8022", ACQUIRED_FRAME)


def _ct(grid: Grid, hounsfield: FloatArray, series: str, frame: str) -> list[Dataset]:
    x, y, z = grid.origin_mm
    places = [(x, y, z + number * grid.spacing_mm[2]) for number in range(grid.shape[0])]
    slices = factory.ct_series(places, spacing_mm=(grid.spacing_mm[1], grid.spacing_mm[0]))
    for number, (ds, values) in enumerate(zip(slices, hounsfield, strict=True)):
        ds.SeriesInstanceUID, ds.FrameOfReferenceUID, ds.SOPInstanceUID = series, frame, f"{series}.{number}"
        ds.file_meta.MediaStorageSOPInstanceUID = UID(ds.SOPInstanceUID)
        factory.set_pixels(ds, np.rint(values + 1024).astype(np.uint16))
    return slices


def registration(planned: list[Dataset], acquired: list[Dataset]) -> SpatialRegistration:
    """The 3D match of the two CTs, as the program's writer takes it."""
    references = [
        tuple(InstanceReference(ds.SOPClassUID, ds.SOPInstanceUID, ds.SeriesInstanceUID, ds.StudyInstanceUID) for ds in series)
        for series in (planned, acquired)
    ]
    frames = patient_frame(PLANNING_FRAME), patient_frame(ACQUIRED_FRAME)
    return SpatialRegistration(
        sop_instance_uid="2.25.8031",
        series_instance_uid="2.25.8030",
        patient=PatientIdentity("PTI-0001", "Test^Patient", "19700131", "F"),
        study=StudyIdentity(factory.STUDY),
        transform=RigidTransform.from_matrix(*frames, MATRIX),
        sub_type=RegistrationSubType.ONLINE_3D,
        method=RegistrationMethod.AUTOMATIC,
        registered_images=references[1],
        source_images=references[0],
        patient_position=PatientPosition.HFS,
        label="MATCH_3D",
        description="",
        created_at=NOW,
    )
