"""What the identifiers of C-FIND and C-MOVE requests hold: the program's own requests, noted down."""

from collections.abc import Iterator
from typing import Any, cast

from pydicom.datadict import dictionary_description
from pydicom.dataset import Dataset

from pti.foundation.instances import CT_IMAGE, RT_STRUCTURE_SET, InstanceReference
from pti.network.link import Link
from pti.network.moving import move_identifier
from pti.network.queries import locate, query_patients, query_plans
from tests.support.conformance.markdown import table


class _NotingPeer:
    """Answers every C-FIND with one match and notes the request; stands for a link and for its association."""

    def __init__(self) -> None:
        self.requests: list[Dataset] = []

    @property
    def association(self) -> "_NotingPeer":
        return self

    def send_c_find(self, identifier: Dataset, query_model: str) -> Iterator[tuple[Dataset, Dataset | None]]:
        self.requests.append(identifier)
        match = Dataset()
        match.StudyInstanceUID, match.SeriesInstanceUID = "1.2.3", "1.2.4"
        yield _answer(0xFF00), match
        yield _answer(0x0000), None

    @staticmethod
    def status_of(answer: Dataset) -> int:
        return int(answer.Status)


def _answer(status: int) -> Dataset:
    answer = Dataset()
    answer.Status = status
    return answer


def find_identifier_table() -> str:
    """Level and keys of each C-FIND."""
    rows = []
    where = InstanceReference(RT_STRUCTURE_SET, "1.2.5", "", "1.2.3")
    activities: dict[str, Any] = {
        "list the patients": query_patients,
        "list the RT Ion Plans": query_plans,
        "find the series of a structure set": lambda link: locate(link, where),
    }
    for activity, asks in activities.items():
        peer = _NotingPeer()
        asks(cast(Link, peer))
        rows += [(activity, str(request.QueryRetrieveLevel), _keys(request)) for request in peer.requests]
    return table(("in order to", "level", "keys (with a value: matched; without: returned)"), rows)


def _keys(request: Dataset) -> str:
    """Keys by name; a value that is always the same is told, one that names an instance only as such."""
    told = []
    for element in request:
        if element.keyword == "QueryRetrieveLevel":
            continue
        value = "" if not element.value else " = UID" if element.VR == "UI" else f" = {element.value}"
        told.append(f"{dictionary_description(element.tag)}{value}")
    return ", ".join(told)


def move_identifier_table() -> str:
    """Keys of a C-MOVE."""
    request = move_identifier([InstanceReference(CT_IMAGE, "1.2.5", "1.2.4", "1.2.3")])
    kinds = {"UI": "unique key, one UID"}
    rows = [
        (element.name, f"({element.tag.group:04X},{element.tag.element:04X})", element.VR, kinds.get(element.VR, element.value))
        for element in request
    ]
    return table(("key", "tag", "VR", "value"), rows)
