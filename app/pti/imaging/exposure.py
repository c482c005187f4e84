"""What an imaging device hands over for one exposure: the image and the machine's state while it was taken."""

from dataclasses import dataclass
from datetime import datetime

from pti.geometry.couch import IecCouch
from pti.imaging.radiograph import Radiograph


@dataclass(frozen=True, slots=True, eq=False)
class KvExposure:
    """One kV image with the couch position and the X-ray technique it was taken with.

    Parameters
    ----------
    radiograph : pixels and geometry
    couch : table top at acquisition, IEC 61217, all six values
    collimator_mm : (x1, x2, y1, y2) jaw positions at the isocentre plane
    """

    radiograph: Radiograph
    couch: IecCouch
    imager_name: str
    machine_name: str
    kvp: float
    tube_current_ma: float
    exposure_time_ms: float
    collimator_mm: tuple[float, float, float, float]
    acquired_at: datetime
