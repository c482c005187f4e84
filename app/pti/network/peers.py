"""Who talks: peers and this program's own application entity."""

from dataclasses import dataclass

from pti.foundation.errors import InvalidInput

#: Ports and titles of the statement's table of local AE titles.
DEFAULT_AE_TITLE = "PTImageClient"
DEFAULT_PORT = 51700


@dataclass(frozen=True, slots=True)
class Peer:
    """A remote application entity.

    Parameters
    ----------
    ae_title : 1 to 16 characters of printable ASCII without backslash, not padded (PS3.5 6.2, AE)
    host : IP address or host name
    port : 1 to 65535

    Raises
    ------
    InvalidInput
        If one of them cannot be used.
    """

    ae_title: str
    host: str
    port: int

    def __post_init__(self) -> None:
        check_address(self.ae_title, self.host, self.port)


@dataclass(frozen=True, slots=True)
class LocalEntity:
    """The program's own application entity; `host` is the interface on which it listens.

    Raises
    ------
    InvalidInput
        If title, host or port cannot be used; see :class:`Peer`.
    """

    ae_title: str = DEFAULT_AE_TITLE
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT

    def __post_init__(self) -> None:
        check_address(self.ae_title, self.host, self.port)


def check_address(ae_title: str, host: str, port: int) -> None:
    """Complain about an address that cannot be used.

    Raises
    ------
    InvalidInput
        Says which part, and what it should be.
    """
    legal = ae_title.isascii() and ae_title.isprintable() and "\\" not in ae_title and ae_title == ae_title.strip()
    if not (legal and 1 <= len(ae_title) <= 16):
        raise InvalidInput(f"AE title {ae_title!r}: 1 to 16 printable ASCII characters, no backslash, no outer blanks")
    if not host.strip():
        raise InvalidInput(f"AE {ae_title}: the host is empty")
    if not 1 <= port <= 65535:
        raise InvalidInput(f"AE {ae_title}: port {port} is not between 1 and 65535")
