"""TOML files that people write: every mistake in one is found and named with key, value and what is expected."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pti.foundation.errors import InvalidInput


class TomlFileInvalid(InvalidInput):
    """A TOML file with mistakes; all of them are named in `mistakes`."""

    def __init__(self, path: Path, mistakes: tuple[str, ...]) -> None:
        super().__init__(f"{path}: " + "; ".join(mistakes))
        self.mistakes = mistakes


def load_toml(path: Path, invalid: type[TomlFileInvalid]) -> Mapping[str, Any]:
    """The content of a TOML file.

    Raises
    ------
    TomlFileInvalid
        As `invalid`, if there is no such file or it is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise invalid(path, (f"cannot be read ({error.strerror})",)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise invalid(path, (f"is not a TOML file: {error}",)) from error


class Table:
    """One table of a file; what is wrong in it is added to `mistakes`."""

    def __init__(self, content: Mapping[str, Any], where: str, mistakes: list[str]) -> None:
        self._rest = dict(content)
        self._where = f"{where} " if where else ""
        self._mistakes = mistakes

    def take(self, key: str, instead: Any, expected: str, read: Callable[[Any], Any]) -> Any:
        """The value of `key`; `instead` where it is missing or `read` gives None, which is a mistake."""
        if key not in self._rest:
            self._mistakes.append(f"{self._where}{key} is missing: {expected} is expected")
            return instead
        return self.take_if_there(key, instead, expected, read)

    def take_if_there(self, key: str, instead: Any, expected: str, read: Callable[[Any], Any]) -> Any:
        """As :meth:`take` of a key that may be missing."""
        if key not in self._rest:
            return instead
        value = self._rest.pop(key)
        result = read(value)
        if result is None:
            self._mistakes.append(f"{self._where}{key} = {value!r}: {expected} is expected")
            return instead
        return result

    def refuse_others(self) -> None:
        """Whatever was not taken is a mistake, most often of spelling."""
        for key, value in self._rest.items():
            self._mistakes.append(f"{self._where}{key} = {value!r}: there is no such key")


def table(value: Any) -> Mapping[str, Any] | None:
    """A table as it stands; None for anything else."""
    return value if isinstance(value, dict) else None
