"""The settings of a command: its options over the environment over the file of settings."""

import os
from pathlib import Path

import click

from assist.settings import Settings, load_settings


def settings(**options: object) -> Settings:
    """Return the settings; options that are None were not given.

    Raises:
        SettingsError: a key is unknown or a value impossible.
    """
    config = click.get_current_context().find_root().params.get("config")
    file = Path(config) if config else None
    return load_settings(file=file, environment=os.environ, options=options)
