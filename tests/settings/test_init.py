from pathlib import Path

import pytest

from assist.errors import PlaybookError, SettingsError
from assist.settings import load_playbook, load_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text('language = "de"\nmodel = "base"\nhelp_level = 2\n')
    return path


def test_without_a_word_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    settings = load_settings()

    assert (settings.language, settings.model, settings.first) == ("auto", "", "agent")


def test_the_environment_wins_over_the_file(file: Path) -> None:
    settings = load_settings(file=file, environment={"ASSIST_MODEL": "tiny", "HOME": "/"})

    assert (settings.language, settings.model) == ("de", "tiny")


def test_options_win_over_the_environment(file: Path) -> None:
    settings = load_settings(
        file=file, environment={"ASSIST_MODEL": "tiny"}, options={"model": "small", "first": None}
    )

    assert settings.model == "small"


def test_the_environment_names_the_file(file: Path) -> None:
    assert load_settings(environment={"ASSIST_CONFIG": str(file)}).help_level == 2


def test_the_users_own_file_is_found(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(file.parent))
    (file.parent / "call-assist").mkdir()
    file.rename(file.parent / "call-assist" / "settings.toml")

    assert load_settings().model == "base"


def test_the_environment_may_hold_numbers_and_truths() -> None:
    settings = load_settings(environment={"ASSIST_HELP_LEVEL": "2", "ASSIST_PRAISE": "false"})

    assert (settings.help_level, settings.praise) == (2, False)


def refusal(text: str, file: Path) -> str:
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings(file=file)
    return str(caught.value)


def test_an_unknown_key_is_named_with_its_file(file: Path) -> None:
    assert refusal('modle = "tiny"', file).startswith(
        f"unknown setting 'modle' in {file}; did you mean model"
    )


def test_an_unknown_variable_is_named() -> None:
    with pytest.raises(SettingsError, match="unknown setting 'modle' in the environment"):
        load_settings(environment={"ASSIST_MODLE": "tiny"})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('first = "both"', "a setting has an impossible value: Invalid enum value 'both'"),
        ('language = "tlh"', "unknown language 'tlh'; known are auto, en, de"),
        ("language", "the settings are no valid TOML"),
    ],
)
def test_a_wrong_value_is_named(text: str, sentence: str, file: Path) -> None:
    assert sentence in refusal(text, file)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="the settings cannot be read"):
        load_settings(file=tmp_path / "no.toml")


@pytest.mark.parametrize("name", ["en", "de", "en/support"])
def test_bundled_playbooks_are_found_by_name(name: str) -> None:
    assert load_playbook(name).language == name[:2]


def test_an_unknown_playbook_is_refused() -> None:
    with pytest.raises(SettingsError, match="there is no playbook en/nothing"):
        load_playbook("en/nothing")


def test_a_missing_playbook_file_is_refused() -> None:
    with pytest.raises(PlaybookError, match=r"cannot read the playbook no\.toml"):
        load_playbook("no.toml")


@pytest.mark.parametrize(
    "text", ['device = "tpu"', 'compute_type = "int4"', "workers = -1", "workers = 65"]
)
def test_an_impossible_device_is_refused(text: str, file: Path) -> None:
    assert refusal(text, file).startswith("a setting has an impossible value: ")


def test_the_environment_may_name_the_device() -> None:
    settings = load_settings(environment={"ASSIST_DEVICE": "cpu", "ASSIST_WORKERS": "3"})

    assert (settings.device, settings.workers, settings.compute_type) == ("cpu", 3, "auto")


def test_a_playbook_may_extend_a_bundled_one(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text('name = "shop"\nlanguage = "en"\nversion = 2\nextends = "support"\n')

    book = load_playbook(str(path))

    assert book.reference == "en/shop@2"
    assert set(book.advice) == set(load_playbook("en/support").advice)


def test_a_playbook_may_extend_a_file_beside_it(tmp_path: Path) -> None:
    head = 'name = "{}"\nlanguage = "en"\nversion = 1\n'
    (tmp_path / "below.toml").write_text(head.format("below") + 'hotwords = ["modem"]\n')
    above = tmp_path / "above.toml"
    above.write_text(head.format("above") + 'extends = "below.toml"\n')

    assert load_playbook(str(above)).hotwords == ("modem",)


def test_a_playbook_that_extends_itself_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "loop.toml"
    path.write_text('name = "a"\nlanguage = "en"\nversion = 1\nextends = "loop.toml"\n')

    with pytest.raises(PlaybookError, match="extends itself"):
        load_playbook(str(path))


def test_a_playbook_file_says_its_language(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text('name = "shop"\nlanguage = "fr"\nversion = 1\n')

    with pytest.raises(PlaybookError, match='add language = "en" or language = "de"'):
        load_playbook(str(path))
