import stat
import sys
from pathlib import Path

import pytest

from pti.foundation.instances import CT_IMAGE
from pti.storage.cache import InstanceCache
from pti.storage.errors import UnsafeUid

EVIL_UIDS = ["../../evil", "/etc/evil", "1.2/../3", "1.2\\3", "1.2\0", "", ".", "..", "1..2", "1.2\n", "1.2 ", "\u0661.\u0662"]
EVIL_UIDS.append("1" * 65)


@pytest.mark.parametrize("uid", EVIL_UIDS)
def test_what_is_not_a_uid_never_becomes_a_path(tmp_path: Path, uid: str) -> None:
    cache = InstanceCache(tmp_path / "cache")
    with pytest.raises(UnsafeUid):
        cache.store(CT_IMAGE, uid, b"content")
    with pytest.raises(UnsafeUid):
        cache.get(uid)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.requirement("SCP-01")
def test_a_stored_instance_is_found_and_a_newer_one_takes_its_place(tmp_path: Path) -> None:
    cache = InstanceCache(tmp_path)
    path = cache.store(CT_IMAGE, "1.2.3", b"old")
    assert cache.get("1.2.3") == path
    assert cache.get("1.2.4") is None
    assert cache.store(CT_IMAGE, "1.2.3", b"new") == path
    assert path.read_bytes() == b"new"
    assert cache.instances() == {"1.2.3": path}


def test_what_was_stored_is_there_after_a_restart_and_gone_after_clearing(tmp_path: Path) -> None:
    InstanceCache(tmp_path).store(CT_IMAGE, "1.2.3", b"content")
    again = InstanceCache(tmp_path)
    assert set(again.instances()) == {"1.2.3"}
    again.clear()
    assert again.instances() == {}
    assert list(tmp_path.iterdir()) == []


def test_a_failure_to_write_leaves_the_older_instance_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = InstanceCache(tmp_path)
    path = cache.store(CT_IMAGE, "1.2.3", b"old")

    def disk_is_full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", disk_is_full)
    with pytest.raises(OSError, match="No space"):
        cache.store(CT_IMAGE, "1.2.3", b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_only_the_owner_may_look_into_the_cache(tmp_path: Path) -> None:
    cache = InstanceCache(tmp_path / "cache")
    path = cache.store(CT_IMAGE, "1.2.3", b"content")
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
