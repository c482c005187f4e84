"""A CT with uneven slice steps, brought once and openly onto an even grid."""

import numpy as np

from pti.geometry.rigid import FloatArray
from pti.imaging._kernels import blend_slices_band
from pti.imaging.parallel import for_bands
from pti.imaging.volume import EVEN_SPACING_TOLERANCE_MM, CtVolume


def evenly_spaced(ct: CtVolume) -> tuple[CtVolume, tuple[str, ...]]:
    """The CT with one slice step, and what to tell the user about it.

    An even CT comes back as it is. Otherwise slices are interpolated linearly at the median step; the first slice
    keeps its place, and the last new one lies at or less than one step before the old last one.

    Returns
    -------
    the volume, and what :func:`resampling_warnings` says
    """
    if ct.evenly_spaced:
        return ct, ()
    old = ct.slice_positions_mm
    steps = np.diff(old)
    new = old[0] + _even_step_mm(old) * np.arange(even_slice_count(old))
    new = np.minimum(new, old[-1])
    lower = np.clip(np.searchsorted(old, new, side="right") - 1, 0, len(old) - 2)
    share = ((new - old[lower]) / steps[lower]).astype(np.float32)
    hounsfield = np.empty((len(new), *ct.hounsfield.shape[1:]), dtype=np.int16)
    for_bands(lambda first, end: blend_slices_band(ct.hounsfield, lower, share, hounsfield, first, end), len(new))
    even = CtVolume(ct.frame, hounsfield, ct.first_voxel_mm, ct.row_spacing_mm, ct.column_spacing_mm, new)
    return even, resampling_warnings(old)


def even_slice_count(slice_positions_mm: FloatArray) -> int:
    """How many slices the even grid has.

    Parameters
    ----------
    slice_positions_mm : (slices,), ascending
    """
    extent_mm = slice_positions_mm[-1] - slice_positions_mm[0]
    return max(2, int(np.floor(extent_mm / _even_step_mm(slice_positions_mm) + 1e-6)) + 1)


def resampling_warnings(slice_positions_mm: FloatArray) -> tuple[str, ...]:
    """What a user should know about a CT with these slices: empty where they are even.

    Parameters
    ----------
    slice_positions_mm : (slices,), ascending
    """
    steps = np.diff(slice_positions_mm)
    if steps.max() - steps.min() <= EVEN_SPACING_TOLERANCE_MM:
        return ()
    widest = int(np.argmax(steps))
    return (
        f"the slice spacing varies from {steps.min():.2f} to {steps.max():.2f} mm; slices are shown where they are, and for "
        f"matches they are interpolated to steps of {_even_step_mm(slice_positions_mm):.2f} mm, over gaps of up to "
        f"{steps[widest]:.2f} mm (after z = {slice_positions_mm[widest]:.2f} mm), so details along the patient are less sharp",
    )


def _even_step_mm(slice_positions_mm: FloatArray) -> float:
    return float(np.median(np.diff(slice_positions_mm)))
