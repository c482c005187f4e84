"""Where the files that come with the program are, in a checkout and in a frozen program."""

import sys
from pathlib import Path


def resource_path(*parts: str) -> Path:
    """Path of a file or folder below ``resources``, for example ``resource_path("machine", "default.toml")``.

    In a frozen program the resources lie where it was unpacked (``sys._MEIPASS``), otherwise beside ``app``.
    """
    unpacked: str | None = getattr(sys, "_MEIPASS", None)
    root = Path(__file__).resolve().parents[3] if unpacked is None else Path(unpacked)
    return root.joinpath("resources", *parts)
