"""The demo patient's CT as CT Image objects (A.3)."""

import numpy as np
from pydicom.dataset import Dataset

from pti.dicom.ct_axes import write_axial_plane
from pti.dicom.decimals import decimal
from pti.dicom.modules import (
    Series,
    write_equipment,
    write_frame_of_reference,
    write_general_series,
    write_patient,
    write_sop_common,
    write_study,
)
from pti.dicom.pixels import PixelLayout, write_layout
from pti.foundation.instances import CT_IMAGE, InstanceReference
from pti.geometry.patient import PatientPosition
from pti.simulator.phantom import couch
from pti.simulator.phantom.identifiers import CREATED_AT, PATIENT, demo_uid, study
from pti.simulator.phantom.volume import DemoVolume
from pti.simulator.phantom.voxels import LOWEST_HU

_SERIES_NUMBER = 1


def ct_references(slices: int, label: str) -> tuple[InstanceReference, ...]:
    """What names each slice, from below."""
    series, study_uid = demo_uid(f"CT series {label}"), study(label).study_instance_uid
    return tuple(InstanceReference(CT_IMAGE, demo_uid(f"CT image {label} {k}"), series, study_uid) for k in range(slices))


def ct_slice(volume: DemoVolume, k: int, reference: InstanceReference, label: str) -> Dataset:
    """Slice `k` as a CT Image."""
    ds = Dataset()
    write_patient(ds, PATIENT)
    write_study(ds, study(label))
    write_general_series(ds, Series("CT", reference.series_instance_uid, _SERIES_NUMBER))
    ds.SeriesDescription = "Planning CT"
    ds.BodyPartExamined = "HEADNECK"
    ds.PatientPosition = PatientPosition.HFS.value
    write_frame_of_reference(ds, volume.ct.frame.frame_of_reference_uid)
    write_equipment(ds, None)
    write_sop_common(ds, reference.sop_class_uid, reference.sop_instance_uid, CREATED_AT)
    _write_acquisition(ds, k)
    write_axial_plane(ds, volume.ct, k)
    ds.SliceThickness = decimal(volume.ct.slice_step_mm)
    ds.SliceLocation = decimal(volume.ct.slice_positions_mm[k])
    _write_pixels(ds, volume, k)
    return ds


def _write_acquisition(ds: Dataset, k: int) -> None:
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    ds.AcquisitionNumber = 1
    ds.InstanceNumber = k + 1
    ds.PatientOrientation = ["L", "P"]
    ds.ContentDate = CREATED_AT.strftime("%Y%m%d")
    ds.ContentTime = CREATED_AT.strftime("%H%M%S")
    ds.KVP = 120
    ds.ConvolutionKernel = "SOFT"
    ds.GantryDetectorTilt = 0
    ds.TableHeight = couch.TOP_Y_MM


def _write_pixels(ds: Dataset, volume: DemoVolume, k: int) -> None:
    rows, columns = volume.ct.hounsfield.shape[1:]
    write_layout(ds, PixelLayout(rows, columns, allocated=16, stored=12, high_bit=11, signed=False))
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = LOWEST_HU, 1, "HU"
    ds.WindowCenter, ds.WindowWidth = 40, 400
    ds.PixelData = (volume.ct.hounsfield[k] - np.int16(LOWEST_HU)).astype("<u2").tobytes()
