"""Where content stands in a view: scale and offset, nothing else. No Qt."""

from dataclasses import dataclass

import numpy as np

from pti.imaging.display.sampling import Positions

Place = tuple[float, float]

#: Pixels for a millimetre of content: limits of the zoom.
_LEAST_SCALE, _GREATEST_SCALE = 0.05, 200.0


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of content: left, top, width and height in mm."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class ViewTransform:
    """``view = offset + scale * content``; view in logical pixels (0 is the left edge of the first), content in mm."""

    scale: float = 1.0
    offset_x: float = 0.0
    offset_y: float = 0.0

    @classmethod
    def fitting(cls, area: Area, width: float, height: float) -> "ViewTransform":
        """The whole of `area`, as large as it fits, in the middle of the view."""
        scale = max(min(width / area.width, height / area.height), _LEAST_SCALE)
        return cls(
            scale,
            width / 2 - scale * (area.left + area.width / 2),
            height / 2 - scale * (area.top + area.height / 2),
        )

    def to_view(self, content: Place) -> Place:
        """Where a point of the content stands in the view."""
        return self.offset_x + self.scale * content[0], self.offset_y + self.scale * content[1]

    def to_content(self, view: Place) -> Place:
        """Which point of the content stands there."""
        return (view[0] - self.offset_x) / self.scale, (view[1] - self.offset_y) / self.scale

    def zoomed(self, factor: float, at: Place) -> "ViewTransform":
        """Larger by `factor`; the content at `at` stays where it is."""
        scale = min(max(self.scale * factor, _LEAST_SCALE), _GREATEST_SCALE)
        x, y = self.to_content(at)
        return ViewTransform(scale, at[0] - scale * x, at[1] - scale * y)

    def moved(self, right: float, down: float) -> "ViewTransform":
        """Shifted by so many pixels."""
        return ViewTransform(self.scale, self.offset_x + right, self.offset_y + down)

    def pixel_centres(self, width: int, height: int, ratio: float) -> tuple[Positions, Positions]:
        """Content positions (x of each column, y of each row) of the centres of device pixels.

        Parameters
        ----------
        width, height : device pixels of the view
        ratio : device pixels for one logical pixel
        """
        x = ((np.arange(width) + 0.5) / ratio - self.offset_x) / self.scale
        y = ((np.arange(height) + 0.5) / ratio - self.offset_y) / self.scale
        return x.astype(np.float32), y.astype(np.float32)
