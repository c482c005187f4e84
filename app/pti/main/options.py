"""Options that several commands have."""

import argparse
from collections.abc import Collection
from pathlib import Path

from pti.dicom.importing.report import ObjectKind
from pti.foundation.settings import DEFAULT_SETTINGS, Settings, load_settings

_KINDS = {
    "plan": ObjectKind.PLAN,
    "structures": ObjectKind.STRUCTURE_SET,
    "ct": ObjectKind.CT,
    "image": ObjectKind.RT_IMAGE,
    "registration": ObjectKind.REGISTRATION,
}


def add_only(parser: argparse.ArgumentParser, offered: Collection[ObjectKind]) -> None:
    """Declare ``--only``: a comma-separated list of kinds, by default all that are offered."""
    words = {word: kind for word, kind in _KINDS.items() if kind in offered}

    def kinds(text: str) -> frozenset[ObjectKind]:
        given = [word.strip() for word in text.split(",")]
        for word in given:
            if word not in words:
                raise argparse.ArgumentTypeError(f"{word!r} is none of {', '.join(words)}")
        return frozenset(words[word] for word in given)

    parser.add_argument(
        "--only", type=kinds, default=frozenset(offered), metavar="KINDS", help=f"comma-separated: {', '.join(words)}"
    )


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Declare ``--settings``."""
    parser.add_argument("--settings", type=Path, metavar="FILE", help="how objects are written (TOML)")


def settings_of(arguments: argparse.Namespace) -> Settings:
    """What the settings file says, or the defaults.

    Raises
    ------
    SettingsFileInvalid
        Naming every mistake in it.
    """
    return DEFAULT_SETTINGS if arguments.settings is None else load_settings(arguments.settings)
