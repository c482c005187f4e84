"""What the network's tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pti.network.peers import LocalEntity
from tests.support.dicom_peers import (
    LOCAL_TITLE,
    LOOPBACK,
    Clinic,
    clinic,
)
from tests.support.ports import free_port


@pytest.fixture
def local() -> LocalEntity:
    return LocalEntity(LOCAL_TITLE, LOOPBACK, free_port())


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Clinic]:
    with clinic(tmp_path) as running:
        yield running
