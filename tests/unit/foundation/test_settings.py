"""The settings file: defaults, values, and what is said about a wrong one."""

from pathlib import Path

import pytest

from pti.foundation.settings import ExportSettings, RegistrationFormat, Settings, SettingsFileInvalid, load_settings


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes_of(tmp_path: Path, text: str) -> tuple[str, ...]:
    path = written(tmp_path, text)
    with pytest.raises(SettingsFileInvalid) as raised:
        load_settings(path)
    assert str(path) in str(raised.value)
    return raised.value.mistakes


@pytest.mark.requirement("SRO-01")
def test_what_is_not_said_has_its_default_which_is_the_ihe_ro_format(tmp_path: Path) -> None:
    assert load_settings(written(tmp_path, "")) == Settings()
    assert Settings().export == ExportSettings(RegistrationFormat.IHE_RO, physical_properties=True)


@pytest.mark.requirement("SRO-01")
def test_each_value_can_be_set(tmp_path: Path) -> None:
    text = '[export]\nregistration_format = "PLAIN"\nphysical_properties = false\n'
    assert load_settings(written(tmp_path, text)).export == ExportSettings(RegistrationFormat.PLAIN, physical_properties=False)


def test_every_mistake_is_named_with_key_value_and_expectation(tmp_path: Path) -> None:
    text = 'colour = "blue"\n[export]\nregistration_format = "plain"\nphysical_properties = 1\nformat = "PLAIN"\n'
    assert set(mistakes_of(tmp_path, text)) == {
        "colour = 'blue': there is no such key",
        'export registration_format = \'plain\': "IHE-RO" or "PLAIN" is expected',
        "export physical_properties = 1: true or false is expected",
        "export format = 'PLAIN': there is no such key",
    }


def test_a_file_that_is_no_table_or_not_there_is_refused(tmp_path: Path) -> None:
    assert mistakes_of(tmp_path, "export = 3") == ("export = 3: a table is expected",)
    assert mistakes_of(tmp_path, "[export")[0].startswith("is not a TOML file: ")
    with pytest.raises(SettingsFileInvalid, match="cannot be read"):
        load_settings(tmp_path / "nowhere.toml")
