"""Presentation contexts of the statement (tables 3, 6, 10 and 15), with the standard's UIDs."""

from collections.abc import Sequence

from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom.presentation import PresentationContext, build_context

from pti.foundation.instances import CT_IMAGE, RT_IMAGE, RT_ION_PLAN, RT_STRUCTURE_SET, SPATIAL_REGISTRATION

VERIFICATION = "1.2.840.10008.1.1"
STUDY_ROOT_FIND = "1.2.840.10008.5.1.4.1.2.2.1"
STUDY_ROOT_MOVE = "1.2.840.10008.5.1.4.1.2.2.2"

#: Table 6, in its order.
STORED_CLASSES = (SPATIAL_REGISTRATION, RT_STRUCTURE_SET, RT_IMAGE, CT_IMAGE)
SENT_SYNTAXES = (ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian)
#: Tables 3 and 15.
RECEIVED_CLASSES = (RT_STRUCTURE_SET, CT_IMAGE, RT_IMAGE, RT_ION_PLAN)
RECEIVED_SYNTAXES = (ImplicitVRLittleEndian, ExplicitVRLittleEndian)


def echo_contexts() -> Sequence[PresentationContext]:
    """Verification."""
    return [build_context(VERIFICATION, [ImplicitVRLittleEndian])]


def move_contexts() -> Sequence[PresentationContext]:
    """Table 10."""
    return [build_context(STUDY_ROOT_MOVE, [ImplicitVRLittleEndian])]


def find_contexts() -> Sequence[PresentationContext]:
    """Study Root C-FIND: an extension of the statement."""
    return [build_context(STUDY_ROOT_FIND, [ImplicitVRLittleEndian])]


def store_contexts() -> Sequence[PresentationContext]:
    """Table 6."""
    return [build_context(uid, list(SENT_SYNTAXES)) for uid in STORED_CLASSES]
