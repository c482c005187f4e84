"""One CT slice: its header checked, its pixels turned into Hounsfield units on the volume's axes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pti.dicom.checks import Attributes
from pti.dicom.identity import PatientIdentity, StudyIdentity
from pti.dicom.modules import read_patient, read_patient_position, read_study
from pti.dicom.pixels import StoredPixels, read_stored_pixels
from pti.dicom.type1 import check_type1
from pti.foundation.instances import CT_IMAGE, InstanceReference
from pti.geometry.patient import PatientPosition

AIR_HU = -1000
#: A padding value that would stand for denser matter than this is not believed: it would punch holes into tissue.
_DENSEST_PADDING_HU = -500
#: Direction cosines may be off the axes by this: 0.05 mm over half a metre.
_AXIS_TOLERANCE = 1e-4
#: Gantry/Detector Tilt (0018,1120) beyond this is a tilt, degrees.
_TILT_TOLERANCE_DEG = 0.05
_INT16 = np.iinfo(np.int16)


@dataclass(frozen=True, slots=True)
class SliceAxes:
    """How stored rows and columns lie on the patient's x and y; z is always the slice's normal.

    `transposed`: columns run along y instead of x. The signs are those of the patient axes that increasing column and
    row numbers follow.
    """

    transposed: bool
    column_sign: int
    row_sign: int

    def to_canonical(self, stored: StoredPixels) -> StoredPixels:
        """The pixels with columns along +x and rows along +y: a view."""
        turned = stored[:: self.row_sign, :: self.column_sign]
        return turned.T if self.transposed else turned


@dataclass(frozen=True, slots=True, eq=False)
class CtSlice:
    """The header of one slice, and its stored pixels.

    `position_mm` is the centre of the first stored pixel, `stored_shape` (rows, columns) and `stored_spacing_mm`
    (row, column) as in the file.
    """

    instance: InstanceReference
    patient: PatientIdentity
    study: StudyIdentity
    series_instance_uid: str
    frame_of_reference_uid: str
    patient_position: PatientPosition
    position_mm: tuple[float, float, float]
    stored_spacing_mm: tuple[float, float]
    axes: SliceAxes
    pixels: StoredPixels
    slope: float
    intercept: float
    padding: tuple[int, int] | None

    @property
    def stored_shape(self) -> tuple[int, int]:
        """(rows, columns) in the file."""
        rows, columns = self.pixels.shape
        return rows, columns

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

    def write_hounsfield(self, out: NDArray[np.int16]) -> tuple[str, ...]:
        """Write the canonical slice into `out` (rows, columns) and return warnings."""
        warnings: list[str] = []
        stored = self.axes.to_canonical(self.pixels)
        low, high = (int(stored.min()), int(stored.max()))
        least, most = sorted((low * self.slope + self.intercept, high * self.slope + self.intercept))
        whole = self.slope == 1 and self.intercept == int(self.intercept)
        fits = least >= _INT16.min and most <= _INT16.max and abs(self.intercept) <= _INT16.max
        if whole and fits and stored.dtype.itemsize == 2:
            # Sums that fit are exact in 16-bit arithmetic, signed or not.
            np.add(stored.view(np.int16), np.int16(self.intercept), out=out)
        else:
            np.copyto(out, self._clamped(stored), casting="unsafe")
        if self.padding is not None:
            warnings.extend(self._clear_padding(stored, out))
        if not fits:
            warnings.append("Hounsfield units beyond 16 bits were clamped")
        return tuple(warnings)

    def _clamped(self, stored: StoredPixels) -> NDArray[np.float64]:
        return np.clip(np.rint(stored.astype(np.float64) * self.slope + self.intercept), _INT16.min, _INT16.max)

    def _clear_padding(self, stored: StoredPixels, out: NDArray[np.int16]) -> tuple[str, ...]:
        low, high = self.padding or (0, 0)
        padded = (stored >= low) & (stored <= high) if low != high else stored == low
        if not padded.any():
            return ()
        if max(low * self.slope, high * self.slope) + self.intercept > _DENSEST_PADDING_HU:
            return ("Pixel Padding Value (0028,0120) lies among tissue values and was not taken as padding",)
        out[padded] = AIR_HU
        return ()


def read_slice(attributes: Attributes) -> CtSlice | None:
    """Read one slice; None after a complaint in `attributes`."""
    attributes.check_sop_class(CT_IMAGE)
    check_type1(attributes, CT_IMAGE)
    study = read_study(attributes)
    axes = _read_axes(attributes)
    position = read_patient_position(attributes)
    if position is None:
        attributes.required_text("PatientPosition")
    tilt = attributes.number("GantryDetectorTilt") or 0.0
    if abs(tilt) > _TILT_TOLERANCE_DEG:
        attributes.complain("GantryDetectorTilt", f"is {tilt:g} degrees: slices of a tilted gantry are not taken")
    row_spacing, column_spacing = attributes.required_numbers("PixelSpacing", 2)
    if row_spacing <= 0 or column_spacing <= 0:
        attributes.complain("PixelSpacing", "is not positive")
    slope = attributes.required_number("RescaleSlope")
    if slope == 0:
        attributes.complain("RescaleSlope", "is 0")
    pixels = read_stored_pixels(attributes)
    series_uid = attributes.required_uid("SeriesInstanceUID")
    instance_uid = attributes.required_uid("SOPInstanceUID")
    ct_slice_parts = (
        attributes.required_uid("FrameOfReferenceUID"),
        attributes.required_point("ImagePositionPatient"),
        attributes.required_number("RescaleIntercept"),
    )
    if attributes.complaints or axes is None or position is None or pixels is None:
        return None
    return CtSlice(
        instance=InstanceReference(CT_IMAGE, instance_uid, series_uid, study.study_instance_uid),
        patient=read_patient(attributes),
        study=study,
        series_instance_uid=series_uid,
        frame_of_reference_uid=ct_slice_parts[0],
        patient_position=position,
        position_mm=ct_slice_parts[1],
        stored_spacing_mm=(row_spacing, column_spacing),
        axes=axes,
        pixels=pixels,
        slope=slope,
        intercept=ct_slice_parts[2],
        padding=_read_padding(attributes, pixels),
    )


def _read_axes(attributes: Attributes) -> SliceAxes | None:
    cosines = np.array(attributes.required_numbers("ImageOrientationPatient", 6)).reshape(2, 3)
    nearest = np.rint(cosines)
    axial = {((1, 0, 0), (0, 1, 0)): False, ((0, 1, 0), (1, 0, 0)): True}
    in_plane = axial.get((tuple(np.abs(nearest[0])), tuple(np.abs(nearest[1]))))
    if in_plane is None or not np.abs(cosines - nearest).max() <= _AXIS_TOLERANCE:
        attributes.complain("ImageOrientationPatient", "is not axial: oblique slices are not taken")
        return None
    return SliceAxes(in_plane, int(nearest[0].sum()), int(nearest[1].sum()))


def _read_padding(attributes: Attributes, pixels: StoredPixels) -> tuple[int, int] | None:
    """The stored values that are padding, both included; some writers store a signed value as unsigned (modulo 65536)."""
    value = attributes.integer("PixelPaddingValue")
    if value is None:
        return None
    limit = attributes.integer("PixelPaddingRangeLimit")
    info = np.iinfo(pixels.dtype)
    span = 2**info.bits
    low, high = sorted((v - info.min) % span + info.min for v in (value, value if limit is None else limit))
    return low, high
