"""Machine state and technique of an RT Image: at its top level and in its Exposure Sequence (C.8.8.2.4)."""

from dataclasses import dataclass, field

from pydicom.dataset import Dataset

from pti.dicom.checks import Attributes, attribute_label
from pti.dicom.decimals import decimal, decimals
from pti.geometry.couch import IecCouch, wrap_deg

_MILLISECONDS_PER_MINUTE = 60_000.0
_POSITION = ("TableTopLateralPosition", "TableTopLongitudinalPosition", "TableTopVerticalPosition")
_OTHER_AXES = {"TableTopEccentricAngle": "a couch that turns about an eccentric axis", "GantryPitchAngle": "a pitched gantry"}
#: Values of one quantity at both places that differ by more are told.
_SAME = 1e-3


@dataclass(frozen=True, slots=True)
class MachineState:
    """The image and its only exposure: both may carry the same quantity, and the image's own wins."""

    image: Attributes
    exposure: Attributes | None
    warnings: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, image: Attributes) -> "MachineState":
        """Find the exposure; with several of them, none speaks for the image, and that is told."""
        exposures = image.items("ExposureSequence")
        state = cls(image, exposures[0] if len(exposures) == 1 else None)
        if len(exposures) > 1:
            state.warnings.append(f"the image has {len(exposures)} exposures; none of them is taken for the whole image")
        return state

    def length_mm(self, keyword: str) -> float | None:
        """The coordinate, from the image or else from its exposure."""
        own = self.image.length_mm(keyword)
        exposed = self.exposure.length_mm(keyword) if self.exposure is not None else None
        return self._chosen(keyword, own, exposed, None if own is None or exposed is None else own - exposed)

    def angle_deg(self, keyword: str) -> float | None:
        """The angle, from the image or else from its exposure; whole turns make no difference."""
        own = self.image.angle_deg(keyword)
        exposed = self.exposure.angle_deg(keyword) if self.exposure is not None else None
        return self._chosen(keyword, own, exposed, None if own is None or exposed is None else wrap_deg(own - exposed))

    def required_angle_deg(self, keyword: str) -> float:
        """The angle, with a complaint where neither has it."""
        angle = self.angle_deg(keyword)
        return self.image.required_angle_deg(keyword) if angle is None else angle

    def _chosen(self, keyword: str, own: float | None, exposed: float | None, difference: float | None) -> float | None:
        if difference is not None and abs(difference) > _SAME:
            self.warnings.append(f"{attribute_label(keyword)} of the image is taken; its exposure has another value")
        return exposed if own is None else own

    def couch(self) -> tuple[IecCouch | None, bool]:
        """The table top, and whether its position is known; without the position its translations are 0.

        Missing pitch and roll are 0 degrees (LOAD-09), a missing Patient Support Angle is a complaint.
        """
        before = len(self.image.complaints)
        position = [self.length_mm(keyword) for keyword in _POSITION]
        pitch, roll = self.angle_deg("TableTopPitchAngle") or 0.0, self.angle_deg("TableTopRollAngle") or 0.0
        rotation = self.required_angle_deg("PatientSupportAngle")
        self._complain_of_other_axes()
        if len(self.image.complaints) > before:
            return None, False
        lateral, longitudinal, vertical = position
        if lateral is None or longitudinal is None or vertical is None:
            missing = [attribute_label(k) for k, value in zip(_POSITION, position, strict=True) if value is None]
            self.warnings.append(f"where the couch stood is not known: {', '.join(missing)} not told")
            return IecCouch(0.0, 0.0, 0.0, wrap_deg(pitch), wrap_deg(roll), rotation), False
        return IecCouch(lateral, longitudinal, vertical, wrap_deg(pitch), wrap_deg(roll), rotation), True

    def _complain_of_other_axes(self) -> None:
        """The chain of rotations has neither an eccentric couch nor a pitched gantry (C.8.8.2): such an image is misplaced."""
        for place in (self.image, self.exposure):
            for keyword, what in _OTHER_AXES.items() if place is not None else ():
                if place is not None and place.angle_deg(keyword):
                    place.complain(keyword, f"is not 0: {what} is not handled")

    def technique(self, keyword: str) -> float | None:
        """KVP, tube current, exposure time: of the exposure."""
        return self.exposure.number(keyword) if self.exposure is not None else None

    def collimator_mm(self) -> tuple[float, float, float, float] | None:
        """(x1, x2, y1, y2) of the jaws; None where either pair is missing."""
        jaws: dict[str, tuple[float, ...]] = {}
        for device in self.exposure.items("BeamLimitingDeviceSequence") if self.exposure is not None else ():
            kind = device.text("RTBeamLimitingDeviceType") or ""
            if kind in ("X", "ASYMX", "Y", "ASYMY"):
                jaws[kind[-1]] = device.required_numbers("LeafJawPositions", 2)
        return (*jaws["X"], *jaws["Y"]) if jaws.keys() >= {"X", "Y"} else None  # type: ignore[return-value]


def write_couch(ds: Dataset, couch: IecCouch, position_known: bool) -> None:
    """The six table-top values, IEC 61217 (RTIM-03); the three translations only where they are known."""
    ds.PatientSupportAngle = decimal(couch.rotation_deg % 360.0)
    if position_known:
        ds.TableTopVerticalPosition = decimal(couch.vertical_mm)
        ds.TableTopLongitudinalPosition = decimal(couch.longitudinal_mm)
        ds.TableTopLateralPosition = decimal(couch.lateral_mm)
    ds.TableTopPitchAngle = couch.pitch_deg
    ds.TableTopRollAngle = couch.roll_deg


def exposure_item(
    kvp: float | None,
    tube_current_ma: float | None,
    exposure_time_ms: float | None,
    collimator_mm: tuple[float, float, float, float] | None,
) -> Dataset:
    """One item of the Exposure Sequence; what is not known is empty. Gantry and couch are added by the caller."""
    item = Dataset()
    item.KVP = None if kvp is None else decimal(kvp)
    item.XRayTubeCurrent = None if tube_current_ma is None else round(tube_current_ma)
    item.ExposureTime = None if exposure_time_ms is None else round(exposure_time_ms)
    # Primary Dosimeter Unit is MINUTE, so the meterset is the time that the tube was on.
    item.MetersetExposure = None if exposure_time_ms is None else decimal(exposure_time_ms / _MILLISECONDS_PER_MINUTE)
    if collimator_mm is not None:
        x1, x2, y1, y2 = collimator_mm
        item.BeamLimitingDeviceSequence = [_jaws("ASYMX", x1, x2), _jaws("ASYMY", y1, y2)]
    item.NumberOfBlocks = 0
    return item


def _jaws(kind: str, first_mm: float, second_mm: float) -> Dataset:
    item = Dataset()
    item.RTBeamLimitingDeviceType = kind
    item.NumberOfLeafJawPairs = 1
    item.LeafJawPositions = decimals((first_mm, second_mm))
    return item
