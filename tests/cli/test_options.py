from pathlib import Path

import click
import pytest

from assist.cli.options import settings
from assist.errors import SettingsError


def chosen(config: Path | None = None, **options: object) -> str:
    context = click.Context(click.Command("assist"))
    context.params["config"] = str(config) if config else None
    with context:
        return settings(**options).language


def test_an_option_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSIST_LANGUAGE", "de")

    assert (chosen(language=None), chosen(language="en")) == ("de", "en")


def test_the_file_of_the_command_line_is_read(tmp_path: Path) -> None:
    config = tmp_path / "settings.toml"
    config.write_text('langage = "de"\n')

    with pytest.raises(SettingsError, match="unknown setting 'langage'"):
        chosen(config)
