"""Free TCP ports on the loopback interface."""

import socket


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on now; bind it soon."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
