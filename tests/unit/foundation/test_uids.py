"""Unique identifiers: what is made, and what may name a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pti.foundation.uids import is_safe_uid, new_uid


def test_new_uids_differ_and_stand_under_the_root_for_uuids() -> None:
    uids = {new_uid() for _ in range(200)}
    assert len(uids) == 200
    for uid in uids:
        root, number = uid.rsplit(".", 1)
        assert root == "2.25"
        assert number == str(int(number)), "no leading zero (PS3.5 9.1)"
        assert int(number) < 2**128
        assert is_safe_uid(uid)


@pytest.mark.parametrize("uid", ["1.2.840.10008.1.2", "1.2.003", "1" * 64])
def test_uid_as_archives_send_them_is_safe(uid: str) -> None:
    assert is_safe_uid(uid)


@pytest.mark.parametrize(
    "uid", ["", ".", "..", "1..2", "1.2.", "../1.2", "1/2", "1.2\n", "1.2\x00", "a1b2c3", "1" * 65, "1.\u0662"]
)
def test_what_could_lead_out_of_a_folder_is_not_safe(uid: str) -> None:
    assert not is_safe_uid(uid)


@given(st.text())
def test_safe_uid_has_only_digits_and_dots(text: str) -> None:
    assert not is_safe_uid(text) or set(text) <= set("0123456789.")
