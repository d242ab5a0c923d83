"""What the operator may set, and where playbooks are found."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated

import msgspec
from platformdirs import user_config_path

from assist.errors import PlaybookError, SettingsError
from assist.events import Channel
from assist.playbooks import Playbook, parse
from assist.speech.device import AskedCompute, AskedDevice

LANGUAGES = ("en", "de")
PREFIX = "ASSIST_"
"""Of the settings in the environment, like `ASSIST_MODEL`."""
CONFIG = "ASSIST_CONFIG"
"""Names the file of settings in the environment."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator may set: a TOML file < the environment < the command line."""

    language: str = "auto"
    """A code like `en`, or `auto`."""
    model: str = ""
    """A speech model's name or directory; empty = the best on this machine."""
    second_model: str = ""
    """A larger model for a second opinion on finals; empty = none."""
    device: AskedDevice = "auto"
    """Where speech is decoded; auto = on a CUDA graphics card where there is one."""
    compute_type: AskedCompute = "auto"
    """With which kind of numbers; auto = int8 on the processor, float16 on a card."""
    workers: Annotated[int, msgspec.Meta(ge=0, le=64)] = 0
    """Decodes at a time; 0 = as the machine allows."""
    playbook: str = ""
    """A playbook's name or file; empty = the language's own."""
    first: Channel = "agent"
    """Whose sound the first channel of a recording is."""
    praise: bool = True
    """Whether what was done well is shown, too."""
    help_level: int = 3
    """The lowest priority that is shown: 3 for a new agent, 2 for an experienced one."""


def load_settings(
    *,
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    options: Mapping[str, object] | None = None,
) -> Settings:
    """Put the settings together; later sources win.

    Args:
        file: TOML; else the one that the environment names, else the user's own, if there is one.
        environment: variables like `ASSIST_MODEL`.
        options: of the command line; those that are None were not given.

    Raises:
        SettingsError: a key is unknown or a value impossible; the sentence names it.
    """
    variables = {
        key.removeprefix(PREFIX).lower(): value
        for key, value in (environment or {}).items()
        if key.startswith(PREFIX) and key != CONFIG
    }
    place = file or _config(environment or {})
    merged = _known(_toml(place) if place else {}, str(place))
    merged |= _known(variables, "the environment")
    merged |= {key: value for key, value in (options or {}).items() if value is not None}
    try:
        settings = msgspec.convert(merged, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"a setting has an impossible value: {error}") from error
    if settings.language not in ("auto", *LANGUAGES):
        known = ", ".join(("auto", *LANGUAGES))
        raise SettingsError(f"unknown language {settings.language!r}; known are {known}")
    return settings


def _config(environment: Mapping[str, str]) -> Path | None:
    if environment.get(CONFIG):
        return Path(environment[CONFIG])
    own = user_config_path("call-assist") / "settings.toml"
    return own if own.is_file() else None


def _toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: the settings cannot be read") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: the settings are no valid TOML: {error}") from error


def _known(values: Mapping[str, object], source: str) -> dict[str, object]:
    for key in values:
        if key not in Settings.__struct_fields__:
            known = ", ".join(Settings.__struct_fields__)
            raise SettingsError(f"unknown setting {key!r} in {source}; known are {known}")
    return dict(values)


@lru_cache(maxsize=16)
def load_playbook(name: str) -> Playbook:
    """Read a playbook: `en`, `en/support`, or the path of a TOML file.

    Raises:
        SettingsError: the language or the name is unknown.
        PlaybookError: the file does not parse.
    """
    if name.endswith(".toml"):
        return _from_file(Path(name))
    language, _, kind = name.partition("/")
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise SettingsError(f"unknown language {language!r}; known are {known}")
    return parse(_bundled(language, "language"), _bundled(language, kind or "support"))


def _from_file(path: Path) -> Playbook:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlaybookError(f"cannot read the playbook {path}: {error}") from error
    for language in LANGUAGES:
        if f'language = "{language}"' in text:
            return parse(_bundled(language, "language"), text)
    raise PlaybookError(f'{path} does not say its language: add language = "en"')


def _bundled(language: str, name: str) -> str:
    file = resources.files("assist") / "playbooks" / language / f"{name}.toml"
    if not file.is_file():
        raise SettingsError(f"there is no playbook {language}/{name}")
    return file.read_text(encoding="utf-8")
