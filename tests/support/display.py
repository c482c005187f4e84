"""An X server without a screen, for the few tests that the offscreen platform cannot serve."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


class NoDisplayServer(Exception):
    """No X server can be started here; says why."""


@contextmanager
def virtual_display(size: str = "1600x1000x24") -> Iterator[str]:
    """Run an X server of its own; gives its DISPLAY and ends it with the block.

    Raises
    ------
    NoDisplayServer
        If Xvfb is not installed or does not start.
    """
    if shutil.which("Xvfb") is None:
        raise NoDisplayServer("Xvfb is not installed")
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", size, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write_end], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write_end)
    try:
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        if not number:
            raise NoDisplayServer(f"Xvfb ended with status {server.wait()}")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()
