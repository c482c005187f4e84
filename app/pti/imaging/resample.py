"""A CT with uneven slice steps, brought once and openly onto an even grid."""

import numpy as np

from pti.imaging._kernels import blend_slices_band
from pti.imaging.parallel import for_bands
from pti.imaging.volume import CtVolume


def evenly_spaced(ct: CtVolume) -> tuple[CtVolume, tuple[str, ...]]:
    """The CT with one slice step, and what to tell the user about it.

    An even CT comes back as it is. Otherwise slices are interpolated linearly at the median step; the first slice
    keeps its place, and the last new one lies at or less than one step before the old last one.

    Returns
    -------
    the volume, and warnings (empty for an even CT)
    """
    if ct.evenly_spaced:
        return ct, ()
    old = ct.slice_positions_mm
    steps = np.diff(old)
    step = float(np.median(steps))
    new = old[0] + step * np.arange(max(2, int(np.floor((old[-1] - old[0]) / step + 1e-6)) + 1))
    new = np.minimum(new, old[-1])
    lower = np.clip(np.searchsorted(old, new, side="right") - 1, 0, len(old) - 2)
    share = ((new - old[lower]) / steps[lower]).astype(np.float32)
    hounsfield = np.empty((len(new), *ct.hounsfield.shape[1:]), dtype=np.int16)
    for_bands(lambda first, end: blend_slices_band(ct.hounsfield, lower, share, hounsfield, first, end), len(new))
    warning = (
        f"The CT's slice steps vary from {steps.min():.2f} to {steps.max():.2f} mm; "
        f"it was interpolated to steps of {step:.2f} mm, so details along the patient are less sharp."
    )
    return CtVolume(ct.frame, hounsfield, ct.first_voxel_mm, ct.row_spacing_mm, ct.column_spacing_mm, new), (warning,)
