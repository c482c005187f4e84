"""Free TCP ports on the loopback interface."""

from pti.foundation.ports import free_port

__all__ = ["free_port"]
