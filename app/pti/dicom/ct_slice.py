"""One CT slice: its header checked, its pixels turned into Hounsfield units on the volume's axes."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from pti.dicom.checks import Attributes, attribute_label
from pti.dicom.ct_axes import SliceAxes, read_axes
from pti.dicom.ct_context import CtContext, read_context
from pti.dicom.ct_couch import TableTop, read_table_top
from pti.dicom.ct_technique import read_technique
from pti.dicom.hounsfield import Rescale, lossy_warning, read_rescale
from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.dicom.modules import (
    modality_warning,
    patient_warnings,
    read_date_time,
    read_patient,
    read_patient_position,
    read_study,
)
from pti.dicom.pixels import PixelLayout, read_layout, read_words
from pti.dicom.private import ExtendedInterface, read_extended_interface
from pti.dicom.type1 import check_type1
from pti.foundation.instances import CT_IMAGE, InstanceReference
from pti.geometry.patient import PatientPosition
from pti.imaging.exposure import CtTechnique

#: Gantry/Detector Tilt (0018,1120) beyond this is a tilt, degrees.
_TILT_TOLERANCE_DEG = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class CtSlice:
    """The header of one slice.

    `position_mm` is the centre of the first stored pixel, `stored_spacing_mm` (row, column) as in the file, `made_at` Content
    Date and Time.
    """

    instance: InstanceReference
    patient: PatientIdentity
    study: StudyIdentity
    frame_of_reference_uid: str
    patient_position: PatientPosition
    position_mm: tuple[float, float, float]
    stored_spacing_mm: tuple[float, float]
    axes: SliceAxes
    layout: PixelLayout
    rescale: Rescale
    table_top: TableTop
    extended_interface: ExtendedInterface | None
    technique: CtTechnique
    context: CtContext
    made_at: datetime | None
    warnings: tuple[str, ...] = ()

    @property
    def stored_shape(self) -> tuple[int, int]:
        """(rows, columns) in the file."""
        return self.layout.rows, self.layout.columns

    @property
    def canonical_shape(self) -> tuple[int, int]:
        """(rows along y, columns along x)."""
        rows, columns = self.stored_shape
        return (columns, rows) if self.axes.transposed else (rows, columns)

    @property
    def canonical_spacing_mm(self) -> tuple[float, float]:
        """(along y, along x)."""
        row, column = self.stored_spacing_mm
        return (column, row) if self.axes.transposed else (row, column)

    @property
    def first_voxel_mm(self) -> tuple[float, float]:
        """(x, y) of the canonical first pixel: the corner with the least x and y."""
        rows, columns = self.stored_shape
        along_columns = min(0, self.axes.column_sign) * (columns - 1) * self.stored_spacing_mm[1]
        along_rows = min(0, self.axes.row_sign) * (rows - 1) * self.stored_spacing_mm[0]
        x, y = (along_rows, along_columns) if self.axes.transposed else (along_columns, along_rows)
        return self.position_mm[0] + x, self.position_mm[1] + y

    def read_hounsfield(self, attributes: Attributes) -> tuple[NDArray[np.int16], tuple[str, ...]] | None:
        """The canonical slice, (rows along y, columns along x), and warnings; None after a complaint.

        Parameters
        ----------
        attributes : the whole image whose header this is
        """
        read = read_words(attributes, self.layout)
        if read is None:
            return None
        hounsfield, warnings = self.rescale.hounsfield(read.words, self.layout)
        return self.axes.to_canonical(hounsfield), (*warnings, *lossy_warning(attributes, read.lossy))


def read_slice(attributes: Attributes, *, has_pixels: bool) -> CtSlice | None:
    """Read the header of one slice; None after a complaint in `attributes`.

    Parameters
    ----------
    has_pixels : whether the data set was read with its pixels, so that missing ones are complained about
    """
    attributes.check_sop_class(CT_IMAGE)
    _check_type1(attributes, has_pixels)
    _check_is_slice(attributes)
    patient, study = read_patient(attributes), read_study(attributes)
    axes = read_axes(attributes)
    position = read_patient_position(attributes)
    attributes.required_text("PatientPosition")
    row_spacing, column_spacing = attributes.required_numbers("PixelSpacing", 2)
    if row_spacing <= 0 or column_spacing <= 0:
        attributes.complain("PixelSpacing", "is not positive")
    layout = read_layout(attributes)
    rescale, rescale_warnings = read_rescale(attributes, layout)
    series_uid = attributes.required_uid("SeriesInstanceUID")
    instance_uid = attributes.required_uid("SOPInstanceUID")
    frame_uid = attributes.required_uid("FrameOfReferenceUID")
    first_pixel_mm = attributes.required_point("ImagePositionPatient")
    if attributes.complaints or axes is None or position is None or layout is None or rescale is None:
        return None
    table_top, table_warnings = read_table_top(attributes)
    technique, technique_warnings = read_technique(attributes)
    context, context_warnings = read_context(attributes)
    told = (*modality_warning(attributes, "CT"), *patient_warnings(patient), *rescale_warnings)
    return CtSlice(
        instance=InstanceReference(CT_IMAGE, instance_uid, series_uid, study.study_instance_uid),
        patient=patient,
        study=study,
        frame_of_reference_uid=frame_uid,
        patient_position=position,
        position_mm=first_pixel_mm,
        stored_spacing_mm=(row_spacing, column_spacing),
        axes=axes,
        layout=layout,
        rescale=rescale,
        table_top=table_top,
        extended_interface=read_extended_interface(attributes.dataset),
        technique=technique,
        context=context,
        made_at=read_date_time(attributes.apart(), "Content"),
        warnings=(*told, *table_warnings, *technique_warnings, *context_warnings),
    )


def is_localizer(attributes: Attributes) -> bool:
    """Whether Image Type (0008,0008) says that it is a scout view (C.8.2.1.1.1)."""
    return "LOCALIZER" in attributes.texts("ImageType")


def _check_type1(attributes: Attributes, has_pixels: bool) -> None:
    own = Attributes(attributes.dataset)
    check_type1(own, CT_IMAGE)
    pixels = attribute_label("PixelData")
    attributes.complaints.extend(c for c in own.complaints if has_pixels or not c.startswith(pixels))


def _check_is_slice(attributes: Attributes) -> None:
    """Refuse what is no slice across the patient."""
    if is_localizer(attributes):
        attributes.complain("ImageType", "is LOCALIZER: a scout view is no slice")
    tilt_deg = attributes.number("GantryDetectorTilt") or 0.0
    if abs(tilt_deg) > _TILT_TOLERANCE_DEG:
        attributes.complain("GantryDetectorTilt", f"is {tilt_deg:g} degrees: slices of a tilted gantry are not taken")
    photometric = attributes.text("PhotometricInterpretation")
    if photometric not in ("MONOCHROME1", "MONOCHROME2", None):
        attributes.complain("PhotometricInterpretation", f"is {photometric}: no grey image")
