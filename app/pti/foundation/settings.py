"""What a site chooses: in which form objects are written. Read from a TOML file; what is not said has its default."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from pti.foundation.toml_tables import Table, TomlFileInvalid, load_toml, table


class RegistrationFormat(Enum):
    """How a Spatial Registration is laid out (SRO-01); the value is what stands in the file."""

    IHE_RO = "IHE-RO"  # an item for each of the two frames of reference
    PLAIN = "PLAIN"  # the planning CT's item alone


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """How objects are written, whether they are sent or go to files.

    `physical_properties`: whether the structures of a structure set are written with theirs.
    """

    registration_format: RegistrationFormat = RegistrationFormat.IHE_RO
    physical_properties: bool = True


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a settings file says."""

    export: ExportSettings = ExportSettings()


DEFAULT_SETTINGS = Settings()


class SettingsFileInvalid(TomlFileInvalid):
    """A settings file with mistakes; all of them are named in `mistakes`."""

    code, title = "PTI-GEN-04", "The settings cannot be used"
    remedy = "Correct the values that are named in the file and start again."


def load_settings(path: Path) -> Settings:
    """Read a settings file; what it does not say has its default.

    Raises
    ------
    SettingsFileInvalid
        Naming the file and, for every mistake in it, the key, the value and what is expected.
    """
    content, mistakes = load_toml(path, SettingsFileInvalid), list[str]()
    top = Table(content, "", mistakes)
    export: Mapping[str, Any] = top.take_if_there("export", {}, "a table", table)
    top.refuse_others()
    settings = Settings(_read_export(Table(export, "export", mistakes)))
    if mistakes:
        raise SettingsFileInvalid(path, tuple(mistakes))
    return settings


def _read_export(export: Table) -> ExportSettings:
    default = ExportSettings()
    formats = " or ".join(f'"{known.value}"' for known in RegistrationFormat)
    settings = ExportSettings(
        export.take_if_there("registration_format", default.registration_format, formats, _format),
        export.take_if_there("physical_properties", default.physical_properties, "true or false", _flag),
    )
    export.refuse_others()
    return settings


def _format(value: Any) -> RegistrationFormat | None:
    return next((known for known in RegistrationFormat if known.value == value), None)


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None
