"""The job that models all structures: the same on any number of threads, stoppable, with its complaints."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from pti.dicom.structures import Contour, Structure, StructureSet, read_structure_set
from pti.foundation.cancel import CancelToken
from pti.foundation.errors import Stopped
from pti.imaging.surfaces import Surface
from pti.imaging.volume import CtVolume
from pti.runtime.jobs.modelling import model_structures
from tests.support.real_ct import real_case
from tests.support.session_values import make_case


def grid(count: int = 12) -> CtVolume:
    volume = make_case().ct.volume
    voxels = np.zeros((count, 60, 64), np.int16)
    return replace(
        volume, hounsfield=voxels, first_voxel_mm=(-31.0, -29.0), slice_positions_mm=np.arange(count) * np.float64(2.0)
    )


def square(half_mm: float, z_mm: float, x_mm: float = 0.0, geometric_type: str = "CLOSED_PLANAR") -> Contour:
    corners = [(x_mm + a * half_mm, b * half_mm, z_mm) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    return Contour(geometric_type, np.array(corners))


def structure(number: int, *contours: Contour) -> Structure:
    return Structure(number, f"Part {number}", "ORGAN", (1, 2, 3), contours)


def set_of(*structures: Structure) -> StructureSet:
    return replace(make_case().structure_set, structures=structures)


def many() -> StructureSet:
    rng = np.random.default_rng(5)
    return set_of(
        *(
            structure(n, *(square(float(rng.uniform(2, 20)), 2.0 * k, float(rng.uniform(-8, 8))) for k in range(9)))
            for n in range(20)
        )
    )


def test_models_do_not_depend_on_the_number_of_threads() -> None:
    one, other = (model_structures(many(), grid(), CancelToken(), threads=threads)[0] for threads in (1, 3))
    assert sorted(one) == sorted(other) == list(range(20))
    for number, model in one.items():
        assert (model.mask.packed == other[number].mask.packed).all()
        assert (model.surface.vertices_mm == other[number].surface.vertices_mm).all()
        assert (model.surface.triangles == other[number].surface.triangles).all()


def test_only_closed_planar_contours_are_modelled() -> None:
    point = Contour("POINT", np.array([[1.0, 2.0, 4.0]]))
    wire = structure(2, *(square(9.0, 2.0 * k, geometric_type="OPEN_PLANAR") for k in range(4)))
    models, warnings = model_structures(
        set_of(structure(1, square(9.0, 4.0)), wire, structure(3, point), structure(4)), grid(), CancelToken()
    )
    assert sorted(models) == [1]
    assert warnings == ()


def test_models_cannot_be_changed() -> None:
    models, _ = model_structures(set_of(structure(1, square(9.0, 4.0))), grid(), CancelToken())
    assert not models[1].mask.packed.flags.writeable
    assert not models[1].surface.vertices_mm.flags.writeable
    with pytest.raises(TypeError):
        models[2] = models[1]  # type: ignore[index]


def test_stop_ends_the_job() -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Stopped):
        model_structures(many(), grid(), cancel)


def test_doubtful_contours_are_named_with_structure_and_place() -> None:
    overlapping = structure(1, *(square(9.0, 2.0 * k, x) for k in range(6) for x in (-4.0, 4.0)))
    repeated = structure(2, square(9.0, 4.0), square(9.0, 4.0), square(9.0, 6.0))
    lost = structure(3, square(0.1, 4.0, 0.5))
    outside = structure(4, square(9.0, 20.0), square(9.0, 22.0), square(9.0, 24.0))
    models, warnings = model_structures(set_of(overlapping, repeated, lost, outside), grid(), CancelToken())
    assert sorted(models) == [1, 2, 4]
    assert [warning.split(":")[0] for warning in warnings] == [f"Structure Part {n}" for n in (1, 2, 3, 4)]
    assert "overlap in part at z 0.0, 2.0, 4.0, 6.0 mm and 2 more" in warnings[0]
    assert "the same contour stands twice at z 4.0 mm" in warnings[1]
    assert "its volume is not known" in warnings[2]
    assert "outside the planning CT" in warnings[3]


def polygon_volume_cm3(contours: tuple[Contour, ...], step_mm: float) -> float:
    """Areas of polygons times the step between their planes; a polygon within another of its plane is a hole."""
    total = 0.0
    for contour in contours:
        x, y, z = contour.points_mm.T
        area = abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
        round_it = sum(c is not contour and c.points_mm[0, 2] == z[0] and encloses(c, x[0], y[0]) for c in contours)
        total += area if round_it % 2 == 0 else -area
    return total * step_mm / 1000


def encloses(contour: Contour, x_mm: float, y_mm: float) -> bool:
    x, y = contour.points_mm[:, 0] - x_mm, contour.points_mm[:, 1] - y_mm
    x1, y1 = np.roll(x, -1), np.roll(y, -1)
    return bool(round(float(np.arctan2(x * y1 - y * x1, x * x1 + y * y1).sum()) / (2 * np.pi)) != 0)


def test_real_structures_have_the_volume_of_their_contours(real_data: Callable[[str], Path]) -> None:
    folder = real_data("01_dcpt_head_proton")
    ct = real_case("head").ct
    (path,) = folder.rglob("RS*.dcm")
    structures = read_structure_set(dcmread(path))
    models, warnings = model_structures(structures, ct, CancelToken())
    assert warnings == ()
    for found in structures.structures:
        model = models[found.number]
        if found.name in ("CTV", "BrainStem", "BODY"):
            # Thousands of voxels of 0.6 mm: what is rounded at the edge evens out.
            assert model.mask.volume_cm3 == pytest.approx(polygon_volume_cm3(found.contours, 1.5), rel=0.001)
        assert enclosed_cm3(model.surface) == pytest.approx(model.mask.volume_cm3, rel=0.01)


def enclosed_cm3(surface: Surface) -> float:
    """By the divergence theorem, about a point of the surface so that small ones are not lost in rounding."""
    a, b, c = np.moveaxis(surface.vertices_mm.astype(np.float64)[surface.triangles] - surface.vertices_mm[0], 1, 0)
    return float(np.einsum("ij,ij->", a, np.cross(b, c))) / 6000
