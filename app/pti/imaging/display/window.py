"""Window and level: which values are black and which are white."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: A window is never narrower than this share of the values' unit; it keeps the division finite.
_NARROWEST = 1e-6


@dataclass(frozen=True, slots=True)
class Window:
    """Values from ``centre - width / 2`` (black) to ``centre + width / 2`` (white)."""

    centre: float
    width: float

    @property
    def low(self) -> float:
        """The value that is black."""
        return self.centre - self.width / 2

    def dragged(self, right: float, down: float) -> "Window":
        """After a drag over these shares of the view: to the right is wider, down is brighter (a lower centre)."""
        width = max(self.width * float(np.exp(2.0 * right)), _NARROWEST)
        return Window(self.centre - down * self.width, width)


#: Hounsfield units.
BONE = Window(400.0, 1800.0)
SOFT_TISSUE = Window(40.0, 400.0)
LUNG = Window(-500.0, 1500.0)


def automatic_window(image: NDArray[np.float32], *, low_percentile: float = 2.0, high_percentile: float = 99.6) -> Window:
    """A window from robust percentiles of `image`.

    Parameters
    ----------
    image : (row, column)
    low_percentile, high_percentile : these values become black and white

    Notes
    -----
    Open field and shadow of the jaws would take most of the window: what lies in one value (the most frequent of 256
    classes at either end) for more than 5 % of the pixels is left out first.
    """
    values = np.asarray(image[::4, ::4], dtype=np.float32).ravel()
    values = values[np.isfinite(values)]
    if values.size == 0:
        return Window(0.5, 1.0)
    inner = _without_plateaus(values)
    low, high = np.percentile(inner if inner.size >= 64 else values, (low_percentile, high_percentile))
    width = max(float(high - low), _NARROWEST)
    return Window(float(low) + width / 2, width)


def _without_plateaus(values: NDArray[np.float32]) -> NDArray[np.float32]:
    counts, edges = np.histogram(values, bins=256)
    crowded = counts > 0.05 * values.size
    first = 0
    while first < 200 and crowded[first]:
        first += 1
    last = len(counts)
    while last > first + 40 and crowded[last - 1]:
        last -= 1
    return np.asarray(values[(values >= edges[first]) & (values <= edges[last])])
