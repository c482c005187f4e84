"""The second objects differ from the first in everything, so that what both have in common is no accident."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from pti.dicom.spatial_registration import RegistrationMethod, RegistrationSubType
from tests.support.conformance.variations import VARIATIONS, another_ct, another_image, another_registration
from tests.support.written_objects import WRITTEN_OBJECTS, full_ct, full_image, registration

KIND = (RegistrationSubType.ONLINE_3D, RegistrationMethod.AUTOMATIC)
#: Fields that say what kind of object it is, or what is not written.
OF_THE_KIND = {"kind", "is_drr", "couch_position_known", "warnings", "sub_type", "method", "markers"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (full_image(), another_image()),
        (full_ct(), another_ct()),
        (registration(*KIND), another_registration(*KIND)),
    ],
)
def test_no_value_is_the_same(first: Any, second: Any) -> None:
    assert [name for name, *values in leaves(first, second) if same(*values)] == []


def leaves(first: Any, second: Any, name: str = "") -> list[tuple[str, Any, Any]]:
    """Fields of both, also of the values in them, that are no values of fields themselves."""
    found = []
    for field in fields(first):
        values = getattr(first, field.name), getattr(second, field.name)
        if field.name in OF_THE_KIND:
            continue
        if all(hasattr(value, "__dataclass_fields__") for value in values):
            found += leaves(*values, name=f"{name}{field.name}.")
        else:
            found.append((f"{name}{field.name}", *values))
    return found


def same(first: Any, second: Any) -> bool:
    return bool(np.array_equal(first, second)) if isinstance(first, np.ndarray) else bool(first == second)


def test_every_variation_is_of_a_kind_that_is_written() -> None:
    assert set(VARIATIONS) <= {kind.name for kind in WRITTEN_OBJECTS}
