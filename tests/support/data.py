"""Where the shared real test data lies.

None of it is in this repository. It is looked for in ``$PTI_TEST_DATA``, else in ``~/.cache/pti-test-data``, and a set that
is not there is unpacked from ``../shared/data`` beside the checkout, where that is at hand.
"""

import fcntl
import os
import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
SHARED = CHECKOUT.parent / "shared"


class DataNotAtHand(Exception):
    """Neither the set nor an archive of it is at hand; says what was looked for."""


def data_directory() -> Path:
    """The folder that holds the unpacked sets; it may not exist."""
    return Path(os.environ.get("PTI_TEST_DATA") or Path.home() / ".cache" / "pti-test-data")


def find_data(name: str) -> Path:
    """Folder of one set of the shared test data, unpacked first if need be.

    Parameters
    ----------
    name : of the set, "01_dcpt_head_proton"

    Raises
    ------
    DataNotAtHand
        If neither the set nor its archive is there.
    OSError
        If the archive is there and cannot be unpacked: that is no reason to skip a test.
    """
    folder = data_directory() / name
    if folder.is_dir():
        return folder
    archive = SHARED / "data" / f"{name}.tar.xz"
    if not archive.is_file():
        raise DataNotAtHand(f"test data {name} is neither in $PTI_TEST_DATA or the cache nor in ../shared/data")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test runs must not unpack into one another
        unpack = subprocess.run(
            ["sh", SHARED / "data" / "unpack.sh", folder.parent, name], stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
    if unpack.returncode != 0 or not folder.is_dir():
        raise OSError(f"test data {name} could not be unpacked: {unpack.stderr.strip()}")
    return folder


def find_truth(name: str) -> Path:
    """One file of what is known about the data from outside, "kv_bead.json".

    Raises
    ------
    DataNotAtHand
        If ../shared/data is not at hand.
    """
    path = SHARED / "data" / "truth" / name
    if not path.is_file():
        raise DataNotAtHand(f"../shared/data/truth/{name} is not at hand")
    return path
