"""The speech models known by name, and where they are on this machine."""

import tomllib
from functools import cache
from pathlib import Path

import msgspec
from huggingface_hub import try_to_load_from_cache  # the cache that faster-whisper downloads into

from assist.errors import RecogniserError
from assist.speech.advise import preference
from assist.speech.bundled import bundled


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model of the catalogue."""

    name: str
    languages: tuple[str, ...]
    megabytes: int
    licence: str
    repository: str = ""
    """Empty when it comes with the project."""
    sha256: str = ""
    """Of its weights, the file model.bin; empty where nobody published it."""
    floor_frames: int = 1000
    """Shortest window in mel frames of 10 ms."""
    margin_frames: int = 200
    repetition_penalty: float = 1.0
    """By which a token that was said loses probability when it is said again; 1 = by nothing."""
    prompt: bool = True
    general: bool = True
    """Whether it understands people."""
    note: str = ""

    def knows(self, language: str) -> bool:
        """Tell whether it can hear a language."""
        return language in self.languages or "*" in self.languages

    def path(self) -> Path | None:
        """Return its directory on this machine, or None."""
        if not self.repository:
            folder = bundled("models", self.name)
            return folder if (folder / "model.bin").is_file() else None
        found = try_to_load_from_cache(self.repository, "model.bin")
        return Path(found).parent if isinstance(found, str) else None


@cache
def catalogue() -> dict[str, Model]:
    """Read the catalogue."""
    content = tomllib.loads(bundled("models", "catalogue.toml").read_text(encoding="utf-8"))
    return {
        name: msgspec.convert({"name": name, **fields}, Model) for name, fields in content.items()
    }


def find(name: str) -> Model:
    """Return the model of that name.

    Raises:
        RecogniserError: there is none.
    """
    if name not in catalogue():
        names = ", ".join(catalogue())
        raise RecogniserError(
            f"{name} is neither a model directory nor one of the known models: {names}."
        )
    return catalogue()[name]


def choose(language: str, *, cores: int, gpu_gigabytes: float = 0.0) -> str | None:
    """Return the model to take when nobody named one: of those on this machine, what suits it best.

    Args:
        language: a code like `en`, or `auto` for a model of several languages.
        cores: of the processor.
        gpu_gigabytes: memory of the graphics card; 0 = there is none.
    """
    wanted = "*" if language == "auto" else language
    return next(
        (
            name
            for name in preference(language, cores=cores, gpu_gigabytes=gpu_gigabytes)
            if catalogue()[name].knows(wanted) and catalogue()[name].path() is not None
        ),
        None,
    )
