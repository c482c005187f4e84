"""How the kV views are looked at; the same for both, kept in the window and nowhere else."""

from dataclasses import dataclass
from enum import Enum

from pti.imaging.display.blending import Palette
from pti.ui.viewmodels.kv import Pose


class Flicker(Enum):
    """Which of the two images is shown alone."""

    ACQUIRED = "acquired"
    DRR = "DRR"


@dataclass(frozen=True, slots=True)
class KvSettings:
    """What to show.

    Parameters
    ----------
    share : 0 shows the acquired image only, 1 the DRR only
    curtain : share of the view's width to the left of which the acquired image is shown; None: no curtain
    flicker : the image that is shown alone; None: blended
    hidden : names of the structures that are not drawn
    """

    share: float = 0.5
    palette: Palette = Palette.GREY
    curtain: float | None = None
    flicker: Flicker | None = None
    graticule: bool = True
    outlines: bool = True
    hidden: frozenset[str] = frozenset()
    pose: Pose = Pose.MATCHED

    @property
    def shown_share(self) -> float:
        """The share with flicker taken into account."""
        match self.flicker:
            case Flicker.ACQUIRED:
                return 0.0
            case Flicker.DRR:
                return 1.0
            case None:
                return self.share
