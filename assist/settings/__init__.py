"""What the operator may set, and where playbooks are found."""

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from platformdirs import user_config_path

from assist.core.tagger import Side, Tagger
from assist.core.vectors import Vectors
from assist.errors import PlaybookError, SettingsError
from assist.events import CHANNELS, Channel
from assist.playbooks import Playbook, Source, parse
from assist.settings.access import Access
from assist.settings.desk import Capture
from assist.settings.doors import Ingest
from assist.settings.keeping import Consent, Retention, Store
from assist.settings.privacy import Redaction
from assist.settings.recording import Recording
from assist.settings.serving import Serve
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
    help_level: Annotated[int, msgspec.Meta(ge=1, le=3)] = 3
    """The lowest priority that is shown: 3 for a new agent, 2 for an experienced one (and no
    praise), 1 for quiet: only what cannot wait."""
    serve: Serve = Serve()
    """Where the service listens and how it ends."""
    ingest: Ingest = Ingest()
    """Through which doors calls come in."""
    access: Access = Access()
    """Who may come in."""
    store: Store = Store()
    """Where calls are stored."""
    retention: Retention = Retention()
    """How long what is kept."""
    consent: Consent = Consent()
    """Why words may be heard and kept."""
    redaction: Redaction = Redaction()
    """What is masked in words before anything else sees them."""
    recording: Recording = Recording()
    """Whether the sound of calls is kept."""
    capture: Capture = Capture()
    """Which devices the agent's desk reads, and where it sends them."""

    def playbook_for(self, language: str) -> str:
        """Return the operator's playbook where it fits a language, else the language's own."""
        named = self.playbook
        return named if named and (named.endswith(".toml") or named[:2] == language) else language


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
    given = {key: value for key, value in (options or {}).items() if value is not None}
    merged = _known(_toml(place) if place else {}, Settings, str(place))
    merged = _merged(merged, _known(_nested(variables), Settings, "the environment"))
    merged = _merged(merged, _nested(given))
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


def _known(
    values: Mapping[str, object], kind: type[msgspec.Struct], source: str, table: str = ""
) -> dict[str, object]:
    """Return the values of a table, all of whose keys, and those of tables in it, are known."""
    fields = {field.name: field.type for field in msgspec.structs.fields(kind)}
    for key, value in values.items():
        if key not in fields:
            near = get_close_matches(key, fields, 1)
            hint = (
                f"; did you mean {table}{near[0]}" if near else f"; known are {', '.join(fields)}"
            )
            raise SettingsError(f"unknown setting {table + key!r} in {source}{hint}")
        below = fields[key]
        if isinstance(below, type) and issubclass(below, msgspec.Struct):
            if not isinstance(value, Mapping):
                raise SettingsError(f"{table}{key} in {source} is a table of settings")
            _known(value, below, source, f"{table}{key}.")
    return dict(values)


def _nested(flat: Mapping[str, object]) -> dict[str, object]:
    """Return tables in tables for keys like `serve__port`."""
    tables: dict[str, object] = {}
    for key, value in flat.items():
        *path, name = key.split("__")
        table = tables
        for step in path:
            table = table.setdefault(step, {})  # type: ignore[assignment]  # a table, or refused
        table[name] = value
    return tables


def _merged(below: Mapping[str, object], above: Mapping[str, object]) -> dict[str, object]:
    """Return both, the upper's values before the lower's, table by table."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        merged[key] = _merged(old, value) if both else value  # type: ignore[arg-type]  # both
    return merged


@lru_cache(maxsize=16)
def load_playbook(name: str) -> Playbook:
    """Read a playbook: `en`, `en/support`, or the path of a TOML file.

    Raises:
        SettingsError: the language or the name is unknown.
        PlaybookError: the file cannot be read or is wrong; names file, line and key.
    """
    return _complete(parse(*playbook_sources(name)))


def playbook_sources(name: str) -> tuple[Source, ...]:
    """Return the texts that make up a playbook, the language's own first.

    Raises:
        SettingsError: the language or the name is unknown.
        PlaybookError: a file cannot be read, or extends itself.
    """
    if name.endswith(".toml"):
        top = _file(Path(name))
        language = _said(top, "language")
        if language not in LANGUAGES:
            known = " or ".join(f'language = "{one}"' for one in LANGUAGES)
            raise PlaybookError(f"{name} does not say its language: add {known}")
    else:
        language, _, kind = name.partition("/")
        if language not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            raise SettingsError(f"unknown language {language!r}; known are {known}")
        top = _bundled(language, kind or "support")
    return (_bundled(language, "language"), *_extended(top, language))


def _extended(top: Source, language: str) -> list[Source]:
    """Return a text below all that it extends."""
    chain = [top]
    while below := _said(chain[0], "extends"):
        beside = Path(chain[0].name).parent / below
        source = _file(beside) if below.endswith(".toml") else _bundled(language, below)
        if source in chain:
            raise PlaybookError(f"{top.name} extends itself: {below}")
        chain.insert(0, source)
    return chain


def _said(source: Source, key: str) -> str:
    """Return a text of the top table; empty where the file is broken: reading it tells why."""
    try:
        said = tomllib.loads(source.text).get(key, "")
    except tomllib.TOMLDecodeError:
        told = re.search(rf'^{key} *= *"(.*?)"', source.text, re.MULTILINE)
        said = told[1] if told else ""
    return said if isinstance(said, str) else ""


def _file(path: Path) -> Source:
    try:
        return Source(str(path), path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise PlaybookError(f"cannot read the playbook {path}: {error}") from error


def _complete(playbook: Playbook) -> Playbook:
    """Add what the text cannot hold: the tagger, and the sibling for clauses in its language."""
    (sibling,) = (language for language in LANGUAGES if language != playbook.language)
    return msgspec.structs.replace(
        playbook,
        tagger=load_tagger(playbook.language),
        other=_sibling(sibling),
        meaning=load_vectors(Path(playbook.vectors)) if playbook.vectors else None,
    )


@lru_cache(maxsize=2)
def load_vectors(path: Path) -> Vectors:
    """Read word vectors: a NumPy file `.npz` with `words` and, one row a word, `vectors`.

    Raises:
        PlaybookError: the file cannot be read, or holds something else.
    """
    try:
        with np.load(path) as arrays:
            return Vectors(list(map(str, arrays["words"])), arrays["vectors"])
    except (OSError, KeyError, ValueError) as error:
        raise PlaybookError(f"cannot read the word vectors {path}: {error}") from error


@lru_cache
def _sibling(language: str) -> Playbook:
    book = parse(_bundled(language, "language"), _bundled(language, "support"))
    return msgspec.structs.replace(book, tagger=load_tagger(language))


@lru_cache
def load_tagger(language: str) -> Tagger | None:
    """Read the weights of a language's tagger; nothing where the package holds none."""
    file = resources.files("assist") / "playbooks" / language / "tagger.npz"
    if not file.is_file():
        return None
    with file.open("rb") as stream, np.load(stream) as weights:
        arrays = {name: weights[name] for name in weights.files}
    sides: dict[Channel, Side] = {
        channel: Side(
            acts=tuple(map(str, arrays[f"{channel}_acts"])),
            weights=arrays[f"{channel}_weights"],
            scale=arrays[f"{channel}_scale"],
            offset=arrays[f"{channel}_offset"],
        )
        for channel in CHANNELS
    }
    return Tagger({key: place for place, key in enumerate(arrays["keys"].tolist())}, sides)


def _bundled(language: str, name: str) -> Source:
    file = resources.files("assist") / "playbooks" / language / f"{name}.toml"
    if not file.is_file():
        raise SettingsError(f"there is no playbook {language}/{name}")
    return Source(f"{language}/{name}.toml", file.read_text(encoding="utf-8"))
