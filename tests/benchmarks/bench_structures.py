"""Masks and surfaces of 64 structures; filling the same contours by plain numpy is the yardstick."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pti.dicom.structures import Contour, Structure, StructureSet
from pti.foundation.cancel import CancelToken
from pti.geometry.rigid import FloatArray
from pti.imaging.masks import MadeMask, make_mask
from pti.imaging.structure_models import StructureModels
from pti.imaging.volume import CtVolume
from pti.runtime.jobs.modelling import model_structures
from tests.benchmarks.runner import Benchmark
from tests.support.session_values import make_case

_STRUCTURES = 64
_SHAPE = (200, 512, 512)
_STEP_MM, _SLICE_MM = 0.977, 2.0
_OURS, _MASKS, _REFERENCE = "masks and surfaces, all cores", "masks alone, one thread", "masks alone, by numpy"


def benchmark() -> Benchmark:
    ct, structures = _ct(), _structures()
    contours = {s.number: [c.points_mm for c in s.contours] for s in structures.structures}
    points = sum(len(c) for found in contours.values() for c in found)
    return Benchmark(
        f"{_STRUCTURES} structures, {points:,} points, on 512 x 512 x 200 voxels",
        {
            _OURS: lambda: model_structures(structures, ct, CancelToken())[0],
            _MASKS: lambda: {number: make_mask(found, ct) for number, found in contours.items()},
            _REFERENCE: lambda: {number: _filled_by_numpy(found, ct) for number, found in contours.items()},
        },
        _REFERENCE,
        lambda results: _agreement(results, ct),
        rounds=3,
    )


def _ct() -> CtVolume:
    first = -_STEP_MM * (_SHAPE[1] - 1) / 2
    z = _SLICE_MM * (np.arange(_SHAPE[0]) - (_SHAPE[0] - 1) / 2)
    voxels = np.zeros(_SHAPE, np.int16)
    return replace(
        make_case().ct.volume,
        hounsfield=voxels,
        first_voxel_mm=(first, first),
        row_spacing_mm=_STEP_MM,
        column_spacing_mm=_STEP_MM,
        slice_positions_mm=np.asarray(z, dtype=np.float64),
    )


def _structures() -> StructureSet:
    """A body and 63 organs from 16 to 120 mm, lobed, every fourth one hollow."""
    rng = np.random.default_rng(3)
    found = [_lobed((0.0, 0.0, 0.0), (220.0, 150.0, 600.0), 800)]
    for number in range(1, _STRUCTURES):
        centre, axes = rng.uniform((-120, -80, -120), (120, 80, 120)), rng.uniform(8, 60, 3)
        organ = _lobed(tuple(centre), tuple(axes), 200)
        found.append(organ + _lobed(tuple(centre), tuple(0.6 * axes), 120) if number % 4 == 0 else organ)
    structures = tuple(
        Structure(number, f"S{number}", "ORGAN", (0, 0, 0), tuple(Contour("CLOSED_PLANAR", points) for points in contours))
        for number, contours in enumerate(found)
    )
    return replace(make_case().structure_set, structures=structures)


def _lobed(centre: tuple[float, ...], axes: tuple[float, ...], points: int) -> list[FloatArray]:
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False)
    contours = []
    for k in range(_SHAPE[0]):
        z = _SLICE_MM * (k - (_SHAPE[0] - 1) / 2)
        left = 1 - ((z - centre[2]) / axes[2]) ** 2
        if left > 0:
            radius = np.sqrt(left) * (1 + 0.05 * np.sin(5 * turn + z / 9))
            x, y = centre[0] + axes[0] * radius * np.cos(turn), centre[1] + axes[1] * radius * np.sin(turn)
            contours.append(np.column_stack([x, y, np.full(points, z)]))
    return contours


def _filled_by_numpy(contours_mm: list[FloatArray], ct: CtVolume) -> dict[int, NDArray[np.uint8]]:
    """Even-odd fill, slice by slice: each edge flips all voxels of a row beyond it."""
    slices: dict[int, NDArray[np.uint8]] = {}
    _, rows, columns = ct.hounsfield.shape
    for points in contours_mm:
        k = int(np.argmin(np.abs(ct.slice_positions_mm - points[0, 2])))
        flips = slices.setdefault(k, np.zeros((rows, columns + 1), np.uint8))
        column, row = ((points[:, :2] - ct.first_voxel_mm) / (ct.column_spacing_mm, ct.row_spacing_mm)).T
        next_column, next_row = np.roll(column, -1), np.roll(row, -1)
        first, last = int(np.ceil(row.min())), int(np.floor(row.max()))
        lines = np.arange(first, last + 1)[:, None]
        line, edge = np.nonzero((row < lines) != (next_row < lines))
        share = (first + line - row[edge]) / (next_row[edge] - row[edge])
        crossing = np.ceil(column[edge] + share * (next_column[edge] - column[edge])).astype(int)
        np.bitwise_xor.at(flips, (first + line, np.clip(crossing, 0, columns)), 1)
    return {k: np.bitwise_xor.accumulate(flips, axis=1)[:, :-1] for k, flips in slices.items()}


def _agreement(results: Mapping[str, object], ct: CtVolume) -> str:
    models, masks, reference = results[_OURS], results[_MASKS], results[_REFERENCE]
    assert isinstance(models, Mapping)
    assert isinstance(masks, dict)
    assert isinstance(reference, dict)
    other = total = 0
    for number, made in masks.items():
        voxels, slices = _whole(made, ct), reference[number]
        expected = np.zeros(ct.hounsfield.shape, np.uint8)
        expected[list(slices)] = list(slices.values())
        other += int(np.count_nonzero(voxels != expected))
        total += int(np.count_nonzero(expected))
        assert (models[number].mask.packed == made.mask.packed).all()
    # Only centres that lie on an edge but for rounding may go either way.
    assert other <= total * 1e-6, f"{other} of {total} voxels differ"
    return f"{other} of {total:,} voxels differ; {_size(models)}"


def _whole(made: MadeMask, ct: CtVolume) -> NDArray[np.uint8]:
    out = np.zeros(ct.hounsfield.shape, np.uint8)
    assert made.mask is not None
    (k, j, i), (slices, rows, columns) = made.mask.first, made.mask.shape
    out[k : k + slices, j : j + rows, i : i + columns] = made.mask.voxels()
    return out


def _size(models: StructureModels) -> str:
    masks = sum(model.mask.packed.nbytes for model in models.values())
    surfaces = sum(model.surface.vertices_mm.nbytes + model.surface.triangles.nbytes for model in models.values())
    triangles = sum(len(model.surface.triangles) for model in models.values())
    return f"masks {masks / 1e6:.0f} MB, surfaces {surfaces / 1e6:.0f} MB, {triangles / 1e6:.1f} million triangles"
