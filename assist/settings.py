"""What the operator may set, and where playbooks are found."""

from functools import lru_cache
from importlib import resources
from pathlib import Path

from assist.errors import PlaybookError, SettingsError
from assist.playbooks import Playbook, parse

LANGUAGES = ("en", "de")


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
