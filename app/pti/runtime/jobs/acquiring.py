"""One acquisition: expose, check, and turn what the device handed over into RT Images of the open patient."""

from collections.abc import Callable

from pti.acquisition.image_set import to_rt_images
from pti.acquisition.imager import KvImagingSystem
from pti.acquisition.verify import Check, verify_exposures
from pti.dicom.rt_image import RtImage
from pti.foundation.cancel import CancelToken
from pti.foundation.machine import MachineDescription
from pti.imaging.line_integrals import line_integrals
from pti.runtime.worker import Report
from pti.session.case import AcquiredPair, ImageCheck, OpenCase
from pti.session.effects import TakePair

ImagingFor = Callable[[OpenCase], KvImagingSystem]


def take_pair(
    effect: TakePair, imaging_for: ImagingFor, machine: MachineDescription, cancel: CancelToken, report: Report
) -> AcquiredPair:
    """Take one image with each kV system of the room.

    Raises
    ------
    Stopped
        If asked for before the images were complete.
    """
    case = effect.case
    system = imaging_for(case)
    exposures = system.acquire_pair(cancel, lambda fraction: report("Taking kV images", 0.9 * fraction))
    report("Checking the images", 0.95)
    checks = verify_exposures(exposures, machine, case.active_beam)
    images = to_rt_images(
        exposures,
        case.plan,
        case.active_beam,
        operator=effect.operator,
        series_number=effect.series_number,
    )
    return acquired_pair(images, checks)


def acquired_pair(images: tuple[RtImage, ...], checks: tuple[Check, ...]) -> AcquiredPair:
    """Images that were taken together, made ready for the screen.

    Raises
    ------
    UnknownIntensityRelationship
        If one does not say whether bright means beam or tissue.
    """
    displays = []
    for image in images:
        integrals = line_integrals(image.radiograph)
        integrals.flags.writeable = False
        displays.append(integrals)
    return AcquiredPair(images, tuple(displays), tuple(ImageCheck(c.name, c.passed, c.reason) for c in checks))
