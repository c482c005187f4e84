"""The tests' own X server."""

import os
import shutil
import subprocess

import pytest

from tests.support.display import NoDisplayServer, virtual_display


def test_virtual_display_has_the_asked_size_and_is_gone_afterwards() -> None:
    if shutil.which("xdotool") is None:
        pytest.skip("xdotool is not installed")
    ask = ["xdotool", "getdisplaygeometry"]
    try:
        with virtual_display("1280x720x24") as display:
            environment = os.environ | {"DISPLAY": display}
            answer = subprocess.run(ask, env=environment, capture_output=True, text=True, check=True)
    except NoDisplayServer as reason:
        pytest.skip(str(reason))
    assert answer.stdout.split() == ["1280", "720"]
    assert subprocess.run(ask, env=environment, capture_output=True).returncode != 0
