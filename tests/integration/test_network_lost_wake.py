"""A connection that breaks in the one moment in which pynetdicom tells nobody."""

import queue
import time
from typing import Any

import pytest
from pynetdicom import evt

from pti.network.contexts import store_contexts
from pti.network.errors import AssociationAborted
from pti.network.link import Link
from pti.network.peers import LocalEntity
from pti.network.settings import NetworkSettings
from tests.support.dicom_peers import small_ct
from tests.support.listening import Listening


@pytest.mark.timeout(60)  # of the 300 s that a lost wake-up costs
@pytest.mark.requirement("SCU-08")
def test_a_caller_whose_wake_up_call_was_taken_by_the_reactor_notices_the_end(local: LocalEntity) -> None:
    (ct,) = small_ct(1)
    with Listening((evt.EVT_C_STORE, lambda _: 0x0000)) as listening:
        link = Link(local, listening.peer, NetworkSettings())
        link.open(store_contexts())
        association = link.association
        lose_wake_up_calls(association.dimse.msg_queue)
        # The reactor rests, as it does when a caller is about to send.
        association._reactor_checkpoint.clear()
        while not association._is_paused:
            time.sleep(0.001)
    try:
        with pytest.raises(AssociationAborted):
            link.status_of(association.send_c_store(ct))
    finally:
        link.close()


def lose_wake_up_calls(messages: "queue.Queue[Any]") -> None:
    put = messages.put

    def put_answers_only(message: Any, *more: Any, **named: Any) -> None:
        if message != (None, None):
            put(message, *more, **named)

    messages.put = put_answers_only  # type: ignore[method-assign, assignment]
