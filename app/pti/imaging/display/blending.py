"""Two grey images in one picture."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from pti.imaging.display._kernels import mix
from pti.imaging.display.sampling import Grey

Picture = NDArray[np.uint32]  # 0xFFRRGGBB, as QImage.Format_RGB32 wants it
_Table = NDArray[np.uint32]
_Colour = tuple[int, int, int]

_WHITE: _Colour = (255, 255, 255)


class Palette(Enum):
    """Colours of the first and the second image; where both are equal their sum is grey."""

    GREY = (_WHITE, _WHITE)
    ORANGE_BLUE = ((255, 140, 26), (0, 115, 229))
    GREEN_MAGENTA = ((30, 255, 30), (225, 0, 225))

    @property
    def first(self) -> _Colour:
        """Colour of the first image's white."""
        return self.value[0]

    @property
    def second(self) -> _Colour:
        """Colour of the second image's white."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Mixture:
    """How two images are put into one picture.

    Parameters
    ----------
    share : 0 shows the first image only, 1 the second only
    palette : colours of the two
    split_column : left of it only the first image is shown, from it on only the second; None: both everywhere
    """

    share: float = 0.5
    palette: Palette = Palette.GREY
    split_column: int | None = None


def mixed(first: Grey, second: Grey | None, mixture: Mixture) -> Picture:
    """Mix two images of equal shape; the first alone, in grey, where there is no second.

    Returns
    -------
    (row, column), uint32, opaque
    """
    out = np.empty(first.shape, dtype=np.uint32)
    grey, black = _table(_WHITE, 1.0), _table(_WHITE, 0.0)
    if second is None:
        mix(first, first, grey, black, grey, black, 0, out)
    elif mixture.split_column is not None:
        mix(first, second, grey, black, black, grey, mixture.split_column, out)
    else:
        left, right = _pair(mixture)
        mix(first, second, left, right, left, right, 0, out)
    return out


def _pair(mixture: Mixture) -> tuple[_Table, _Table]:
    share = min(max(mixture.share, 0.0), 1.0)
    if mixture.palette is Palette.GREY or share in (0.0, 1.0):
        return _table(_WHITE, 1.0 - share), _table(_WHITE, share)
    # In colour both are at full strength in the middle, and one fades towards either end.
    return _table(mixture.palette.first, min(1.0, 2 - 2 * share)), _table(mixture.palette.second, min(1.0, 2 * share))


def _table(colour: _Colour, strength: float) -> _Table:
    """256 packed colours from black to `colour` times `strength`; rounded down, so that two never add up past 255."""
    levels = np.arange(256) * (strength / 255.0)
    red, green, blue = (np.floor(levels * part + 1e-9).astype(np.uint32) for part in colour)
    return np.asarray(red << 16 | green << 8 | blue, dtype=np.uint32)
