"""The demo patient's CT as a volume, and the distance fields that its contours are cut from."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pti.geometry.frames import patient_frame
from pti.imaging.volume import CtVolume
from pti.simulator.phantom import anatomy, target, voxels
from pti.simulator.phantom.fields import Field, Grid, field_of
from pti.simulator.phantom.identifiers import demo_uid
from pti.simulator.phantom.shapes import Solid
from pti.simulator.phantom.soft_tissue import BODY

Progress = Callable[[float, str], None]

_FIELD_OF_VIEW_MM = 460.8
_CENTRE_XY_MM = (0.0, 20.0)
_LOWER_END_Z_MM = -143.25
_LENGTH_MM = 270.0


@dataclass(frozen=True, slots=True)
class DemoSize:
    """How finely the demo patient is sampled; the field of view stays the same."""

    rows: int = 512
    columns: int = 512
    slices: int = 180

    def __post_init__(self) -> None:
        if min(self.rows, self.columns, self.slices) < 8:
            raise ValueError("the demo patient needs at least 8 rows, columns and slices")

    def grid(self) -> Grid:
        """The voxels."""
        dx, dy, dz = _FIELD_OF_VIEW_MM / self.columns, _FIELD_OF_VIEW_MM / self.rows, _LENGTH_MM / self.slices
        x = _CENTRE_XY_MM[0] - (self.columns - 1) / 2 * dx
        y = _CENTRE_XY_MM[1] - (self.rows - 1) / 2 * dy
        return Grid((self.slices, self.rows, self.columns), (x, y, _LOWER_END_Z_MM + dz / 2), (dx, dy, dz))

    @property
    def label(self) -> str:
        """The size as text: volumes of different sizes are different images and get different UIDs."""
        return f"{self.columns}x{self.rows}x{self.slices}"


FULL_SIZE = DemoSize()


@dataclass(frozen=True, slots=True, eq=False)
class DemoVolume:
    """The CT, its voxel grid, and the distance fields of the organs."""

    ct: CtVolume
    grid: Grid
    organs: tuple[tuple[anatomy.Organ, Field], ...]


def demo_ct(size: DemoSize = FULL_SIZE) -> CtVolume:
    """The demo patient's CT, without files."""
    return build(size).ct


def build(size: DemoSize = FULL_SIZE, on_progress: Progress | None = None) -> DemoVolume:
    """Make the demo patient's CT and the fields of its organs; the same for the same size."""
    grid = size.grid()
    hounsfield = voxels.empty(grid)
    painted: dict[Solid, Field] = {}
    organs = anatomy.organs()
    wanted = {organ.solid for organ in organs}
    layers = anatomy.layers()
    for number, layer in enumerate(layers):
        if on_progress is not None:
            on_progress(number / len(layers) * 0.8, "Building the demo patient")
        field = voxels.paint(hounsfield, layer, grid)
        if layer.solid in wanted:
            painted[layer.solid] = field
    for seed in target.SEEDS:
        target.add_seed(hounsfield, seed, grid)
    fields = tuple((o, painted[o.solid] if o.solid in painted else field_of(o.solid, grid)) for o in organs)
    if on_progress is not None:
        on_progress(0.9, "Adding the scanner's noise")
    x, y, _ = grid.origin_mm
    ct = CtVolume(
        frame=patient_frame(demo_uid("frame of reference")),
        hounsfield=voxels.finished(hounsfield, painted[BODY.solid], grid),
        first_voxel_mm=(x, y),
        row_spacing_mm=grid.step_mm[1],
        column_spacing_mm=grid.step_mm[0],
        slice_positions_mm=np.asarray(grid.positions_mm(2)),
    )
    return DemoVolume(ct, grid, fields)
