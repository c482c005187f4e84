"""What an imaging device hands over for one exposure: the image and the machine's state while it was taken."""

import math
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from pti.geometry.couch import IecCouch
from pti.imaging.radiograph import Radiograph
from pti.imaging.volume import CtVolume


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


class RotationDirection(Enum):
    """Rotation Direction (0018,1140) of the source about its axis."""

    CLOCKWISE = "CW"
    COUNTER_CLOCKWISE = "CC"


@dataclass(frozen=True, slots=True)
class CtTechnique:
    """How a CT was taken and reconstructed (C.8.2.1); None or no value: not known.

    Current, time and their product are whole numbers, because DICOM holds no others there.

    Parameters
    ----------
    sad_mm, source_to_detector_mm : from the source to the isocentre, and to the middle of the detector
    focal_spots_mm : the small one before the large one
    """

    kvp: float | None = None
    tube_current_ma: int | None = None
    exposure_time_ms: int | None = None
    exposure_mas: int | None = None
    acquisition_number: int | None = None
    slice_thickness_mm: float | None = None
    data_collection_diameter_mm: float | None = None
    reconstruction_diameter_mm: float | None = None
    sad_mm: float | None = None
    source_to_detector_mm: float | None = None
    rotation_direction: RotationDirection | None = None
    focal_spots_mm: tuple[float, ...] = ()
    scan_options: tuple[str, ...] = ()
    filter_type: str | None = None
    convolution_kernel: tuple[str, ...] = ()
    irradiation_event_uid: str | None = None

    def __post_init__(self) -> None:
        numbers = (
            self.kvp,
            self.slice_thickness_mm,
            self.data_collection_diameter_mm,
            self.reconstruction_diameter_mm,
            self.sad_mm,
            self.source_to_detector_mm,
            *self.focal_spots_mm,
        )
        if not all(number is None or math.isfinite(number) for number in numbers):
            raise ValueError("a value of the CT technique is not a finite number")
        if any("\\" in text for text in (*self.scan_options, *self.convolution_kernel)):
            raise ValueError("a backslash stands between values, not in one")


@dataclass(frozen=True, slots=True, eq=False)
class CtExposure:
    """One cone-beam or in-room CT with the couch positions and the technique it was taken with.

    Parameters
    ----------
    volume : its origin is the machine isocentre at acquisition, its axes are the patient's (x left, y posterior, z superior);
        the device's name of that frame is not kept
    couch : table top at acquisition, IEC 61217, all six values
    couch_before : table top before it went there, with the patient as set up by the lasers
    acquired_at, reconstructed_at : when the scan and the making of the images started
    """

    volume: CtVolume
    couch: IecCouch
    couch_before: IecCouch
    machine_name: str
    technique: CtTechnique
    acquired_at: datetime
    reconstructed_at: datetime
