"""The demo patient's CT as CT Image objects (A.3)."""

import numpy as np
from pydicom.dataset import Dataset

from pti.dicom.modules import (
    Series,
    write_equipment,
    write_frame_of_reference,
    write_patient,
    write_series,
    write_sop_common,
    write_study,
)
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
    write_series(ds, Series("CT", reference.series_instance_uid, _SERIES_NUMBER))
    del ds.OperatorsName  # belongs to RT series; an empty one is no use here
    ds.SeriesDescription = "Planning CT"
    ds.BodyPartExamined = "HEADNECK"
    ds.PatientPosition = PatientPosition.HFS.value
    write_frame_of_reference(ds, volume.ct.frame.frame_of_reference_uid)
    write_equipment(ds, None)
    write_sop_common(ds, reference.sop_class_uid, reference.sop_instance_uid, CREATED_AT)
    _write_acquisition(ds, k)
    _write_plane(ds, volume, k)
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


def _write_plane(ds: Dataset, volume: DemoVolume, k: int) -> None:
    x, y, _ = volume.grid.origin_mm
    dx, dy, dz = volume.grid.step_mm
    z = float(volume.ct.slice_positions_mm[k])
    ds.PixelSpacing = [decimal(dy), decimal(dx)]
    ds.SliceThickness = decimal(dz)
    ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    ds.ImagePositionPatient = [decimal(x), decimal(y), decimal(z)]
    ds.SliceLocation = decimal(z)


def _write_pixels(ds: Dataset, volume: DemoVolume, k: int) -> None:
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.Rows, ds.Columns = volume.ct.hounsfield.shape[1:]
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 12, 11
    ds.PixelRepresentation = 0
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = LOWEST_HU, 1, "HU"
    ds.WindowCenter, ds.WindowWidth = 40, 400
    ds.PixelData = (volume.ct.hounsfield[k] - np.int16(LOWEST_HU)).astype("<u2").tobytes()


def decimal(value: float) -> str:
    """A decimal string (VR DS), at most 16 characters."""
    return f"{round(value, 6) + 0.0:.10g}"
