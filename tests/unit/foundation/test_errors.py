"""Errors that a user can act on."""

import pytest

from pti.foundation.cancel import CancelToken
from pti.foundation.errors import InvalidInput, PtiError, Stopped


def test_error_reads_as_code_title_and_detail() -> None:
    assert str(InvalidInput("no file a.dcm")) == "PTI-GEN-02 The input cannot be used: no file a.dcm"


def test_error_without_detail_reads_as_code_and_title() -> None:
    assert str(Stopped()) == "PTI-GEN-01 Stopped by the user"


def test_cancel_token_lets_work_go_on_until_it_is_set() -> None:
    token = CancelToken()
    token.raise_if_cancelled()
    assert not token.cancelled
    token.cancel()
    token.cancel()
    assert token.cancelled
    with pytest.raises(PtiError) as stopped:
        token.raise_if_cancelled()
    assert isinstance(stopped.value, Stopped)
