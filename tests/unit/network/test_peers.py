import pytest

from pti.foundation.errors import InvalidInput
from pti.network.peers import LocalEntity, Peer


@pytest.mark.parametrize("title", ["", " ", " LEFT", "RIGHT ", "SEVENTEEN_LETTERS", "BACK\\SLASH", "UMLÄUT", "TAB\tIN"])
def test_an_impossible_ae_title_is_refused(title: str) -> None:
    with pytest.raises(InvalidInput):
        Peer(title, "127.0.0.1", 104)


@pytest.mark.parametrize("port", [-1, 0, 65536])
def test_an_impossible_port_is_refused(port: int) -> None:
    with pytest.raises(InvalidInput):
        LocalEntity("TITLE", "127.0.0.1", port)


def test_an_empty_host_is_refused() -> None:
    with pytest.raises(InvalidInput):
        Peer("TITLE", " ", 104)


def test_titles_of_one_and_of_sixteen_characters_are_taken() -> None:
    assert Peer("A", "localhost", 1).port == 1
    assert Peer("SIXTEEN LETTERS!", "localhost", 65535).ae_title == "SIXTEEN LETTERS!"


@pytest.mark.requirement("NET-01")
def test_the_defaults_are_those_of_the_statement() -> None:
    assert (LocalEntity().ae_title, LocalEntity().port) == ("PTImageClient", 51700)
