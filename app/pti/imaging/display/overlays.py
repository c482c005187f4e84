"""Coloured areas and lines over a picture, laid in place."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from pti.geometry.rigid import FloatArray
from pti.imaging.display._kernels import add_layer, lay_over, stroke
from pti.imaging.display.blending import Picture
from pti.imaging.display.sampling import Positions
from pti.imaging.masks import Section

Rgb = tuple[int, int, int]
#: (row, column), 0xLLRRGGBB: what is left (of 255) of a picture's own colours, and the colour that is added.
Tint = NDArray[np.uint32]
_NOTHING = 0xFF000000


def make_tint(layers: Iterable[tuple[Section, Rgb]], shape: tuple[int, int], opacity: float) -> Tint:
    """Areas of several structures on one plane of a CT; later ones lie over earlier ones.

    Parameters
    ----------
    shape : rows and columns of the plane
    opacity : of each layer, 0 to 1
    """
    tint = np.full(shape, _NOTHING, dtype=np.uint32)
    for section, colour in layers:
        rgb = np.array(colour, dtype=np.int64)
        add_layer(section.cells, section.first_row, section.first_column, rgb, round(256 * opacity), tint)
    return tint


def lay_tint(picture: Picture, tint: Tint, rows: Positions, columns: Positions) -> None:
    """Colour a picture with a tint, as sharp as its cells are.

    Parameters
    ----------
    picture : (row, column), changed in place
    rows, columns : where the picture's rows and columns lie on the tint
    """
    lay_over(tint, rows, columns, picture)


def draw_segments(picture: Picture, segments: FloatArray, colour: Rgb, width: float) -> None:
    """Draw lines with soft edges.

    Parameters
    ----------
    picture : (row, column), changed in place
    segments : (segments, 4), x1, y1, x2, y2 in pixels, whole numbers at pixel centres; a line without length is a dot
    width : pixels
    """
    stroke(np.ascontiguousarray(segments, dtype=np.float64), np.array(colour, dtype=np.int64), width / 2, picture)
