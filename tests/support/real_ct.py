"""The shared data's real CTs, each with an isocentre and how the patient lies."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from pydicom import dcmread

from pti.dicom.ct import read_ct_series
from pti.geometry.patient import PatientPosition, patient_to_fixed
from pti.geometry.rigid import RigidTransform
from pti.imaging.volume import CtVolume
from tests.support.data import find_data


@dataclass(frozen=True)
class RealCase:
    """One CT as it is planned to be treated."""

    ct: CtVolume
    isocentre_mm: tuple[float, float, float]
    planned: RigidTransform


@cache
def real_case(name: str) -> RealCase:
    """The half-head phantom ("head"), the plastic skull ("skull") or the thorax ("thorax").

    Raises
    ------
    DataNotAtHand
        If the set is not there and cannot be unpacked.
    """
    data_set, pattern, isocentre_mm, position = {
        "head": ("01_dcpt_head_proton", "CT*.dcm", (0.0, -170.16, -2.12), PatientPosition.HFS),
        "skull": ("03_skull_phantom_ct", "S*/I*", (0.0, 100.0, 755.0), PatientPosition.HFS),
        "thorax": ("07_chest_ct_lidc0001", "1-*.dcm", (13.6, 8.0, -175.0), PatientPosition.FFS),
    }[name]
    files = (dcmread(path) for path in sorted(find_data(data_set).glob(pattern)))
    ct = read_ct_series(ds for ds in files if "ImagePositionPatient" in ds).volume
    return RealCase(ct, isocentre_mm, patient_to_fixed(ct.frame, np.array(isocentre_mm), position))
