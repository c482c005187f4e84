"""What this program made as the data set that Save sends and export writes: the same one each time."""

from typing import assert_never

from pydicom.dataset import Dataset

from pti.dicom.rt_image import RtImage, write_rt_image
from pti.dicom.spatial_registration import SpatialRegistration, write_spatial_registration
from pti.dicom.structures import StructureSet, write_structure_set
from pti.foundation.clock import local_now
from pti.foundation.settings import ExportSettings, RegistrationFormat
from pti.session.exportable import Made


def written(thing: Made, settings: ExportSettings) -> Dataset:
    """The data set of a thing, in the form that the settings want.

    An instance counts as created when its content was, so that what stands under one UID is the same everywhere.

    Raises
    ------
    InvalidDicomObject
        If it cannot be written.
    """
    match thing:
        case RtImage():
            taken_at = thing.acquired_at or local_now()
            return write_rt_image(thing, lambda: taken_at)
        case SpatialRegistration():
            ihe_ro = settings.registration_format is RegistrationFormat.IHE_RO
            return write_spatial_registration(thing, ihe_ro=ihe_ro, clock=lambda: thing.created_at)
        case StructureSet():
            modified_at = thing.modified_at or local_now()
            return write_structure_set(thing, physical_properties=settings.physical_properties, clock=lambda: modified_at)
        case _:
            assert_never(thing)
