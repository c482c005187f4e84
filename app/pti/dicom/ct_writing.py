"""CT Images from a volume, one for each slice, as appendix B.2 of the conformance statement lists them (A.3, C.8.2.1)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes, InvalidDicomObject, attribute_label
from pti.dicom.ct_axes import write_axial_plane
from pti.dicom.ct_context import read_context, write_context
from pti.dicom.ct_couch import read_table_top, write_table_top
from pti.dicom.ct_rules import series_complaints
from pti.dicom.ct_series import CtSeries
from pti.dicom.ct_slice import CtSlice, read_slice
from pti.dicom.ct_technique import read_technique, write_technique
from pti.dicom.decimals import decimal
from pti.dicom.modules import (
    Series,
    write_date_time,
    write_equipment,
    write_frame_of_reference,
    write_general_series,
    write_patient,
    write_sop_common,
    write_study,
)
from pti.dicom.pixels import PixelLayout, write_layout
from pti.dicom.private import write_extended_interface
from pti.dicom.told import Told
from pti.dicom.written import require_valid
from pti.foundation.clock import Clock, local_now
from pti.foundation.instances import CT_IMAGE, InstanceReference

_WHAT = "CT to be written"


def write_ct_images(ct: CtSeries, *, clock: Clock = local_now) -> Iterator[Dataset]:
    r"""Make the CT Images of an acquired CT, from inferior to superior; each is made when it is asked for.

    The images are ORIGINAL\PRIMARY\AXIAL and hold the volume's values as they are, 16 bits and signed. They have no
    Operators' Name (ACQ-05). What is not known is empty where DICOM asks for it, and left out elsewhere.

    Parameters
    ----------
    clock : when each instance is created

    Raises
    ------
    InvalidDicomObject
        At once and with every complaint, if the images could not be read as one volume of one patient again.
    """
    complaints = _instance_complaints(ct) or _reading_complaints(ct, clock())
    if complaints:
        raise InvalidDicomObject(_WHAT, complaints)
    return (_image(ct, index, clock()) for index in range(len(ct.instances)))


def _image(ct: CtSeries, index: int, created_at: datetime) -> Dataset:
    ds = _header(ct, index, created_at)
    ds.add_new("PixelData", "OW", ct.volume.hounsfield[index].astype("<i2").tobytes())
    return ds


def _header(ct: CtSeries, index: int, created_at: datetime) -> Dataset:
    """The image of one slice without its pixels."""
    ds = Dataset()
    write_sop_common(ds, CT_IMAGE, ct.instances[index].sop_instance_uid, created_at)
    write_patient(ds, ct.patient)
    write_study(ds, ct.study)
    write_general_series(ds, Series("CT", ct.series_instance_uid, ct.context.series_number))
    ds.Laterality = ""
    ds.PatientPosition = ct.patient_position.value
    write_frame_of_reference(ds, ct.volume.frame.frame_of_reference_uid)
    write_equipment(ds, ct.context.station_name)
    write_context(ds, ct.context)
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    ds.InstanceNumber = index + 1
    made_at = ct.content_times[index] if ct.content_times else None
    if made_at is not None:
        write_date_time(ds, "Content", made_at)
    write_axial_plane(ds, ct.volume, index)
    write_technique(ds, ct.technique)
    write_table_top(ds, ct.table_top)
    rows, columns = ct.volume.hounsfield.shape[1:]
    write_layout(ds, PixelLayout(rows, columns, allocated=16, stored=16, high_bit=15, signed=True))
    ds.RescaleIntercept, ds.RescaleSlope = decimal(0.0), decimal(1.0)
    if ct.extended_interface is not None:
        write_extended_interface(ds, ct.extended_interface)
    return ds


def _instance_complaints(ct: CtSeries) -> list[str]:
    """Why there is not one instance of the series for each slice."""
    complaints = []
    slices = len(ct.volume.slice_positions_mm)
    if len(ct.instances) != slices:
        complaints.append(f"there are {len(ct.instances)} instances for {slices} slices")
    if len(ct.content_times) not in (0, slices):
        complaints.append(f"there are {len(ct.content_times)} content times for {slices} slices")
    ours = InstanceReference(CT_IMAGE, "", ct.series_instance_uid, ct.study.study_instance_uid)
    strangers = sum(replace(instance, sop_instance_uid="") != ours for instance in ct.instances)
    if strangers:
        complaints.append(f"{strangers} instances are no CT Images of the CT's own series and study")
    again = sum(count - 1 for count in Counter(i.sop_instance_uid for i in ct.instances).values())
    if again:
        complaints.append(f"{again} instances have the {attribute_label('SOPInstanceUID')} of another one")
    return complaints


def _reading_complaints(ct: CtSeries, created_at: datetime) -> tuple[str, ...]:
    """What reading would refuse or leave out, from headers that are written for it.

    Raises
    ------
    UnwritableObject
        If a value is not valid.
    """
    headers = [_header(ct, index, created_at) for index in range(len(ct.instances))]
    names = tuple(f"slice {index + 1}" for index in range(len(headers)))
    told = Told(names)
    read: list[CtSlice] = []
    for index, header in enumerate(headers):
        attributes = Attributes(header)
        ct_slice = read_slice(attributes, has_pixels=False)
        if ct_slice is not None:
            read.append(ct_slice)
        for complaint in attributes.complaints:
            told.add(complaint, index)
    if told.slices:
        return told.lines
    first = Attributes(headers[0])
    unknown = (warning for reader in (read_technique, read_context, read_table_top) for warning in reader(first)[1])
    complaints = (*series_complaints(read, names), *unknown)
    if not complaints:
        for header in headers:
            require_valid(_WHAT, header)
    return complaints
