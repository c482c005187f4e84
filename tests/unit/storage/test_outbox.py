import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pti.foundation.instances import RT_IMAGE
from pti.storage.errors import OutboxFailed, UnsafeUid
from pti.storage.outbox import Outbox, OutboxItem
from tests.support.data import CHECKOUT


def item(uid: str, content: bytes = b"object") -> OutboxItem:
    return OutboxItem(RT_IMAGE, uid, "RT Image kV A", content)


@pytest.mark.requirement("SCU-07", "SCU-08")
def test_objects_wait_in_their_order_until_they_are_confirmed(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    first, second = outbox.add([item("1.1", b"one"), item("1.2", b"two")])
    assert [entry.id for entry in outbox.pending()] == [first, second]
    assert [entry.path.read_bytes() for entry in outbox.pending()] == [b"one", b"two"]
    outbox.mark_sent(first)
    (left,) = outbox.pending()
    assert (left.id, left.sop_instance_uid, left.sop_class_uid) == (second, "1.2", RT_IMAGE)
    assert len(list(tmp_path.glob("*.dcm"))) == 1


def test_a_failure_is_kept_with_its_reason_and_the_object_still_waits(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    (entry_id,) = outbox.add([item("1.1")])
    outbox.mark_failed(entry_id, "the peer is full")
    outbox.mark_failed(entry_id, "the peer is still full")
    (entry,) = outbox.pending()
    assert (entry.attempts, entry.last_failure) == (2, "the peer is still full")


def test_an_object_added_twice_waits_once_with_its_last_content(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    assert outbox.add([item("1.1", b"old")]) == outbox.add([item("1.1", b"new")])
    (entry,) = outbox.pending()
    assert entry.path.read_bytes() == b"new"
    assert len(list(tmp_path.glob("*.dcm"))) == 1


def test_an_object_that_was_sent_can_be_sent_again(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    (first,) = outbox.add([item("1.1")])
    outbox.mark_sent(first)
    (second,) = outbox.add([item("1.1")])
    assert second != first
    assert [entry.id for entry in outbox.pending()] == [second]


def test_a_late_word_on_a_sent_object_changes_nothing(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    (entry_id,) = outbox.add([item("1.1")])
    outbox.mark_sent(entry_id)
    outbox.mark_failed(entry_id, "late")
    outbox.mark_sent(entry_id)
    assert outbox.pending() == ()


def test_what_is_not_a_uid_is_refused_and_nothing_of_its_group_is_kept(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    with pytest.raises(UnsafeUid):
        outbox.add([item("1.1"), item("../1.2")])
    assert outbox.pending() == ()


def test_a_full_disk_is_told_and_leaves_nothing_half_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outbox = Outbox(tmp_path)
    writes = []

    def full_after_one(handle: int) -> None:
        writes.append(handle)
        if len(writes) > 1:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_after_one)
    with pytest.raises(OutboxFailed, match="No space"):
        outbox.add([item("1.1"), item("1.2")])
    assert outbox.pending() == ()
    assert list(tmp_path.glob("*.dcm")) == []


KILLED = """
import os, sys
from pathlib import Path
from pti.storage.outbox import Outbox, OutboxItem
outbox = Outbox(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    ids = outbox.add([OutboxItem("1.2.840.10008.5.1.4.1.1.481.1", f"1.{number}", "image", b"%d" % number * 5000)])
    os.write(1, f"added {number}\\n".encode())
    if number % 3 == 0:
        outbox.mark_sent(ids[0])
        os.write(1, f"sent {number}\\n".encode())
"""


@pytest.mark.requirement("SCU-08")
@pytest.mark.skipif(sys.platform == "win32", reason="needs kill -9")
@pytest.mark.parametrize("lines_before_kill", [1, 7, 20])
def test_a_program_killed_at_any_moment_loses_nothing(tmp_path: Path, lines_before_kill: int) -> None:
    environment = dict(os.environ, PYTHONPATH=str(CHECKOUT / "app"))
    with subprocess.Popen([sys.executable, "-c", KILLED, tmp_path], stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(lines_before_kill)]
        os.kill(process.pid, signal.SIGKILL)
        said += process.stdout.readlines()
    added = {int(line.split()[1]) for line in said if line.startswith(b"added") and line.endswith(b"\n")}
    sent = {int(line.split()[1]) for line in said if line.startswith(b"sent") and line.endswith(b"\n")}
    pending = {int(entry.sop_instance_uid.split(".")[1]): entry for entry in Outbox(tmp_path).pending()}
    assert added - sent <= set(pending) | {max(added)}  # the last may have been marked before it could say so
    assert not sent & set(pending)
    for number, entry in pending.items():
        assert entry.path.read_bytes() == b"%d" % number * 5000
