"""RT Ion Plans with one fault."""

import copy
from collections.abc import Callable, Iterator
from functools import partial

from pydicom.dataset import Dataset

from tests.support.bad_input import good
from tests.support.bad_input.attributes import Attribute, Form, attribute_cases
from tests.support.bad_input.breaking import label_of, put, put_bytes, put_items, setting
from tests.support.bad_input.cases import BadCase, Outcome
from tests.support.dicom_factory import reference

_CHAPTER = "RT Ion Plan"
_BEAM = "IonBeamSequence"
_POINT = (_BEAM, "IonControlPointSequence")
_ATTRIBUTES = (
    Attribute(("SOPInstanceUID",), Form.UID),
    Attribute(("StudyInstanceUID",), Form.UID),
    Attribute(("SeriesInstanceUID",), Form.UID),
    Attribute(("FrameOfReferenceUID",), Form.UID),
    Attribute(("PatientID",), Form.TEXT),
    Attribute(("RTPlanLabel",), Form.TEXT),
    Attribute(("RTPlanGeometry",), Form.TERM),
    Attribute(("FractionGroupSequence",), Form.ITEMS),
    Attribute(("FractionGroupSequence", "FractionGroupNumber"), Form.WHOLE_NUMBER),
    Attribute(("ReferencedStructureSetSequence",), Form.ITEMS),
    Attribute(("ReferencedStructureSetSequence", "ReferencedSOPInstanceUID"), Form.UID),
    Attribute(("PatientSetupSequence",), Form.ITEMS, message=("Patient Setup",)),
    Attribute(("PatientSetupSequence", "PatientSetupNumber"), Form.WHOLE_NUMBER),
    Attribute(("PatientSetupSequence", "PatientPosition"), Form.TERM),
    Attribute((_BEAM,), Form.ITEMS),
    Attribute((_BEAM, "BeamNumber"), Form.WHOLE_NUMBER),
    Attribute((_BEAM, "BeamName"), Form.TEXT),
    Attribute((_BEAM, "TreatmentDeliveryType"), Form.TEXT),
    Attribute((_BEAM, "NumberOfControlPoints"), Form.WHOLE_NUMBER),
    Attribute((_BEAM, "ReferencedPatientSetupNumber"), Form.WHOLE_NUMBER, needed=False),
    Attribute(_POINT, Form.ITEMS),
    Attribute((*_POINT, "IsocenterPosition"), Form.NUMBERS),
    Attribute((*_POINT, "GantryAngle"), Form.NUMBERS),
    Attribute((*_POINT, "PatientSupportAngle"), Form.NUMBERS),
    Attribute((*_POINT, "TableTopPitchAngle"), Form.NUMBERS, needed=False),
    Attribute((*_POINT, "TableTopRollAngle"), Form.NUMBERS, needed=False),
    Attribute((*_POINT, "TableTopVerticalPosition"), Form.NUMBERS, needed=False),
    Attribute((*_POINT, "TableTopLongitudinalPosition"), Form.NUMBERS, needed=False),
    Attribute((*_POINT, "TableTopLateralPosition"), Form.NUMBERS, needed=False),
)


def plan_cases() -> Iterator[BadCase]:
    """All cases of plans."""
    yield from attribute_cases(_CHAPTER, partial(good.one, good.plan), _ATTRIBUTES)
    yield from (_case(*row) for row in _SPECIAL)


def _case(subject: str, fault: str, breaks: Callable[[Dataset], None], outcome: Outcome, *message: str) -> BadCase:
    return BadCase(_CHAPTER, subject, fault, good.one(good.plan, breaks), outcome, message)


def _all_setup(ds: Dataset) -> None:
    for beam in ds.IonBeamSequence:
        beam.TreatmentDeliveryType = "SETUP"


def _broken_setup_field(ds: Dataset) -> None:
    ds.IonBeamSequence[1].TreatmentDeliveryType = "SETUP"
    ds.FractionGroupSequence[0].ReferencedBeamSequence = ds.FractionGroupSequence[0].ReferencedBeamSequence[:1]
    ds.FractionGroupSequence[0].NumberOfBeams = 1
    del ds.IonBeamSequence[1].IonControlPointSequence[0].IsocenterPosition


def _two_structure_sets(ds: Dataset) -> None:
    first = ds.ReferencedStructureSetSequence[0]
    ds.ReferencedStructureSetSequence = [first, reference(first.ReferencedSOPClassUID, "2.25.999")]


def _isocentre_late(ds: Dataset) -> None:
    first, last = ds.IonBeamSequence[0].IonControlPointSequence
    last.IsocenterPosition = first.IsocenterPosition
    del first.IsocenterPosition


def _isocentre_moves(ds: Dataset) -> None:
    ds.IonBeamSequence[0].IonControlPointSequence[1].IsocenterPosition = [0.0, 10.0, 0.0]


def _gantry_turns(ds: Dataset) -> None:
    ds.IonBeamSequence[0].IonControlPointSequence[1].GantryAngle = 30.0


def _two_isocentres(ds: Dataset) -> None:
    ds.IonBeamSequence[1].IonControlPointSequence[0].IsocenterPosition = [0.0, 10.0, 0.0]


def _two_setups_of_one_number(ds: Dataset) -> None:
    other = copy.deepcopy(ds.PatientSetupSequence[0])
    other.PatientPosition = "HFP"
    ds.PatientSetupSequence = [ds.PatientSetupSequence[0], other]


def _beam_twice(ds: Dataset) -> None:
    ds.IonBeamSequence[1].BeamNumber = 1


def _fewer_control_points(ds: Dataset) -> None:
    ds.IonBeamSequence[0].NumberOfControlPoints = 5


def _beam_of_the_fractions_missing(ds: Dataset) -> None:
    ds.FractionGroupSequence[0].ReferencedBeamSequence[0].ReferencedBeamNumber = 7


def _private_without_creator(ds: Dataset) -> None:
    ds.add_new(0x32531000, "OB", b"<xml/>")


def _extended_length_is_text(ds: Dataset) -> None:
    block = ds.private_block(0x3253, "Varian Medical Systems VISION 3253", create=True)
    block.add_new(0x00, "OB", b"<xml/>")
    block.add_new(0x01, "LO", "ten bytes")


def _wrong_utf8(ds: Dataset) -> None:
    put(ds, ("SpecificCharacterSet",), "ISO_IR 192")
    put_bytes(ds, ("PatientName",), b"M\xfcller^X")


def _isocentre_of_the_second_beam_nan(ds: Dataset) -> None:
    put(ds.IonBeamSequence[1], ("IonControlPointSequence", "IsocenterPosition"), "0", "NaN", "0")


_SPECIAL: tuple[tuple[str, str, Callable[[Dataset], None], Outcome, *tuple[str, ...]], ...] = (
    ("all beams", "are setup fields", _all_setup, Outcome.REFUSED, label_of(_BEAM), "no treatment beam"),
    ("a setup field", "has no isocentre", _broken_setup_field, Outcome.LEFT_OUT,
     "setup field 2", label_of("IsocenterPosition")),
    (
        "two structure sets", "are referred to", _two_structure_sets, Outcome.REFUSED,
        label_of("ReferencedStructureSetSequence"), "2 structure sets",
    ),
    ("the isocentre", "stands only in the second control point", _isocentre_late, Outcome.REFUSED,
     label_of("IsocenterPosition")),
    ("the isocentre", "moves within a beam", _isocentre_moves, Outcome.REFUSED, label_of("IsocenterPosition")),
    ("the delivery type of a beam", "is a word of no meaning",
     lambda ds: put(ds, (_BEAM, "TreatmentDeliveryType"), "SOMETHING"),
     Outcome.WARNED, label_of("TreatmentDeliveryType"), "not treated"),
    ("the gantry", "turns within a beam", _gantry_turns, Outcome.WARNED, "gantry turns"),
    ("the beams", "have two isocentres", _two_isocentres, Outcome.WARNED, "2 different isocentres"),
    (
        "the second beam's isocentre", "is NaN in y", _isocentre_of_the_second_beam_nan, Outcome.REFUSED,
        "Ion Beam Sequence item 2", label_of("IsocenterPosition"),
    ),
    (
        "two patient setups", "have one number and two positions", _two_setups_of_one_number, Outcome.REFUSED,
        label_of("PatientSetupNumber"),
    ),
    ("two beams", "have one number", _beam_twice, Outcome.REFUSED, label_of(_BEAM), "Beam Number"),
    ("a beam", "has fewer control points than it says", _fewer_control_points, Outcome.REFUSED,
     label_of("NumberOfControlPoints")),
    (
        "the fraction group", "names a beam that is not there", _beam_of_the_fractions_missing, Outcome.REFUSED,
        label_of("ReferencedBeamNumber"),
    ),
    (
        "the patient setup of a beam", "is not there", lambda ds: put(ds, (_BEAM, "ReferencedPatientSetupNumber"), "9"),
        Outcome.REFUSED, label_of("ReferencedPatientSetupNumber"),
    ),
    ("Modality", "is another one", setting("Modality", "RTDOSE"), Outcome.WARNED, label_of("Modality"), "RTDOSE"),
    ("SOP Class UID", "is that of photon plans", setting("SOPClassUID", "1.2.840.10008.5.1.4.1.1.481.5"),
     Outcome.REFUSED, "RT Plan Storage"),
    (label_of("SOPClassUID"), "is no UID", setting("SOPClassUID", "a/../b"), Outcome.REFUSED, "SOP class"),
    (label_of("SOPClassUID"), "is empty", lambda ds: put_bytes(ds, ("SOPClassUID",), b""), Outcome.REFUSED, "is empty"),
    (label_of("SpecificCharacterSet"), "is unknown", setting("SpecificCharacterSet", "ISO_IR 999"),
     Outcome.WARNED, label_of("SpecificCharacterSet")),
    (label_of("PatientName"), "has letters of no character set", lambda ds: put_bytes(ds, ("PatientName",), b"M\xfcller^X"),
     Outcome.WARNED, label_of("PatientName")),
    (label_of("PatientName"), "is no text in its character set",
     _wrong_utf8,
     Outcome.WARNED, label_of("PatientName")),
    ("a private block", "has no creator", _private_without_creator, Outcome.USED),
    ("the length of the extended interface", "is a text", _extended_length_is_text, Outcome.USED),
    ("a private creator", "is a sequence", lambda ds: ds.add_new(0x32530010, "SQ", [Dataset()]), Outcome.USED),
    ("an item of the beams", "is empty", lambda ds: put_items(ds, (_BEAM,), [Dataset(), *ds.IonBeamSequence]), Outcome.REFUSED,
     label_of("BeamNumber")),
)  # fmt: skip
