"""The machine description: the one that comes with PTI, and what is said about a wrong one."""

import sys
from pathlib import Path

import pytest

from pti.foundation.errors import InvalidInput
from pti.foundation.machine import MachineFileInvalid, load_machine
from pti.foundation.resources import resource_path

DEFAULT = resource_path("machine", "default.toml")


def mistakes_of(tmp_path: Path, *changes: tuple[str, str]) -> tuple[str, ...]:
    """What is wrong with the default machine after these replacements in its text."""
    text = DEFAULT.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "machine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MachineFileInvalid) as raised:
        load_machine(path)
    assert str(path) in str(raised.value)
    return raised.value.mistakes


def test_the_default_machine_has_two_systems_ninety_degrees_apart() -> None:
    machine = load_machine(DEFAULT)
    assert [system.name for system in machine.kv_systems] == ["kV A", "kV B"]
    assert [system.source_angle_deg for system in machine.kv_systems] == [0.0, 90.0]
    for system in machine.kv_systems:
        assert (system.rows, system.columns, system.pixel_spacing_mm) == (768, 1024, 0.388)
        assert (system.sad_mm, system.sid_mm) == (2700.0, 3700.0)
        assert len(system.collimator_mm) == 4
    assert machine.couch.pitch_deg == (-5.0, 5.0)
    assert machine.isocentre_distance_mm == 1.0


def test_every_mistake_is_named_with_key_value_and_expectation(tmp_path: Path) -> None:
    mistakes = mistakes_of(
        tmp_path,
        ("sad_mm = 2700.0", "sad_mm = -1"),
        ("rows = 768", 'rows = "many"'),
        ("kvp = 110.0", "kvp = 400"),
        ("focal_spot_mm = 0.8", "focal_spott_mm = 0.8"),
        ("roll_deg = [-5.0, 5.0]", "roll_deg = [5.0, -5.0]"),
        ("receptor_translation_mm = [0.0, 0.0]", "receptor_translation_mm = [0.0, nan]"),
        ('name = "PTI Room 1"', "name = 3"),
        ("isocentre_distance_mm = 1.0", "isocentre_distance_mm = -1.0"),
    )
    assert len(mistakes) == 9
    text = "\n".join(mistakes)
    assert "kv_system 1 sad_mm = -1: a number above 0 is expected" in mistakes
    assert "kv_system 1 rows = 'many': a whole number above 0 is expected" in mistakes
    assert "kv_system 1 focal_spot_mm is missing: a number of 0 or more is expected" in mistakes
    assert "kv_system 1 focal_spott_mm = 0.8: there is no such key" in mistakes
    assert "couch roll_deg = [5.0, -5.0]: [least, greatest] is expected" in mistakes
    assert "name = 3: a text is expected" in mistakes
    assert "isocentre_distance_mm = -1.0: a number of 0 or more is expected" in mistakes
    assert "kv_system 1 kvp = 400: a tube voltage from 40 to 150 kV is expected" in mistakes
    assert "kv_system 1 receptor_translation_mm = [0.0, nan]: [x, y] is expected" in text


def test_true_is_not_a_number(tmp_path: Path) -> None:
    assert mistakes_of(tmp_path, ("columns = 1024", "columns = true"), ("kvp = 110.0", "kvp = true")) == (
        "kv_system 1 columns = True: a whole number above 0 is expected",
        "kv_system 1 kvp = True: a tube voltage from 40 to 150 kV is expected",
    )


def test_a_panel_before_the_isocentre_and_a_repeated_name_are_mistakes(tmp_path: Path) -> None:
    mistakes = mistakes_of(tmp_path, ("sid_mm = 3700.0", "sid_mm = 2600.0"), ('"kV B"', '"kV A"'))
    assert len(mistakes) == 2
    assert "each name may stand only once" in mistakes[0]
    assert "the image plane must lie behind the isocentre" in mistakes[1]


def test_a_machine_without_kv_systems_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bare.toml"
    path.write_text('name = "Bare"\n', encoding="utf-8")
    with pytest.raises(MachineFileInvalid) as raised:
        load_machine(path)
    assert any(mistake.startswith("kv_system is missing") for mistake in raised.value.mistakes)
    assert any(mistake.startswith("couch pitch_deg is missing") for mistake in raised.value.mistakes)


@pytest.mark.parametrize("content", [b"name = ", b"name = '\xff'"])
def test_what_is_not_toml_is_an_error_that_names_the_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=r"broken\.toml: is not a TOML file"):
        load_machine(path)


def test_a_missing_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(MachineFileInvalid, match=r"nowhere\.toml: cannot be read"):
        load_machine(tmp_path / "nowhere.toml")


def test_resources_of_a_frozen_program_are_where_it_was_unpacked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resource_path("machine", "default.toml") == tmp_path / "resources" / "machine" / "default.toml"
