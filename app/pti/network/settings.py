"""Time-outs and limits of the network, with the statement's defaults."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """Time-outs in seconds.

    Parameters
    ----------
    association_timeout_s, dimse_timeout_s : wait for an answer to an association request, to a DIMSE request (table 18)
    connection_timeout_s : wait for the TCP connection
    release_timeout_s : wait for the answer to a release, then abort
    straggler_timeout_s : wait for instances that the peer says it has sent
    maximum_associations : initiated at a time (table 18)
    """

    association_timeout_s: float = 300.0
    dimse_timeout_s: float = 300.0
    connection_timeout_s: float = 10.0
    release_timeout_s: float = 5.0
    straggler_timeout_s: float = 5.0
    maximum_associations: int = 3
