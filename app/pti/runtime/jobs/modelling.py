"""Voxels and surfaces of all structures of a patient, for display."""

from types import MappingProxyType

from pti.dicom.structures import Structure, StructureSet
from pti.foundation.cancel import CancelToken
from pti.imaging.masks import MadeMask
from pti.imaging.parallel import for_bands
from pti.imaging.structure_models import StructureModel, StructureModels, make_model
from pti.imaging.volume import CtVolume

#: So many places of one complaint are named.
_NAMED = 4


def model_structures(
    structures: StructureSet, ct: CtVolume, cancel: CancelToken, *, threads: int | None = None
) -> tuple[StructureModels, tuple[str, ...]]:
    """Model every structure of closed planar contours.

    Parameters
    ----------
    threads : None for all cores; what comes out does not depend on it

    Returns
    -------
    the models by the structures' numbers, and what was odd about contours, in the order of the structure set

    Raises
    ------
    Stopped
        Between two structures, if asked for.
    """
    closed = [s for s in structures.structures if any(c.geometric_type == "CLOSED_PLANAR" for c in s.contours)]
    # The largest first, so that no thread is left alone with it at the end.
    largest_first = sorted(range(len(closed)), key=lambda at: -sum(len(c.points_mm) for c in closed[at].contours))
    made: list[tuple[StructureModel | None, MadeMask]] = [(None, MadeMask(None))] * len(closed)

    def band(first: int, end: int) -> None:
        for at in largest_first[first:end]:
            cancel.raise_if_cancelled()
            made[at] = make_model([contour.points_mm for contour in closed[at].contours], ct)

    for_bands(band, len(closed), threads=threads, bands_per_thread=max(len(closed), 1))
    models = {s.number: model for s, (model, _) in zip(closed, made, strict=True) if model is not None}
    warnings = (warning for s, (_, mask) in zip(closed, made, strict=True) for warning in _warnings(s, mask))
    return MappingProxyType(models), tuple(warnings)


def _warnings(structure: Structure, made: MadeMask) -> list[str]:
    warnings = []
    if made.overlapping_mm:
        places = _places(made.overlapping_mm)
        warnings.append(
            f"Structure {structure.name}: contours of one plane overlap in part at {places}. "
            "What two of them cover counts as outside (even-odd rule)."
        )
    if made.repeated_mm:
        places = _places(made.repeated_mm)
        warnings.append(f"Structure {structure.name}: the same contour stands twice at {places}. It counts once.")
    if made.leaves_ct:
        warnings.append(
            f"Structure {structure.name}: part of it lies outside the planning CT. Its volume is that of the part inside."
        )
    if made.mask is None:
        warnings.append(
            f"Structure {structure.name}: no voxel centre of the CT lies inside its contours. "
            "It is drawn on axial slices only, and its volume is not known."
        )
    return warnings


def _places(heights_mm: tuple[float, ...]) -> str:
    named = ", ".join(f"{z:.1f}" for z in heights_mm[:_NAMED])
    more = f" mm and {len(heights_mm) - _NAMED} more" if len(heights_mm) > _NAMED else " mm"
    return f"z {named}{more}"
