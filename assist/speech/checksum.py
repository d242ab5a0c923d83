"""Whether the files of a model are those that were published."""

import hashlib
import os
import re
from pathlib import Path

from assist.errors import RecogniserError
from assist.speech.download import WEIGHTS

_SHA256 = re.compile(r"[0-9a-f]{64}")


def check(folder: Path, published: str = "") -> str:
    """Compare a model's files with the sha256 that the hub and the catalogue state.

    The hub's cache keeps each large file under its sha256 and links to it.

    Args:
        folder: of the model.
        published: sha256 of the weights; empty = unknown.

    Returns:
        The sha256 of the weights.

    Raises:
        RecogniserError: a file is damaged, or the weights are others.
    """
    weights = ""
    for path in sorted(folder.iterdir()):
        stated = _stated(path)
        if path.name == WEIGHTS or stated:
            found = _sha256(path)
            if stated and found != stated:
                raise RecogniserError(
                    f"{path} is damaged: delete {_kept(path)} and pull the model again."
                )
            weights = found if path.name == WEIGHTS else weights
    if published and weights != published:
        raise RecogniserError(
            f"{folder / WEIGHTS} is not what was published: its sha256 is {weights},"
            f" that of the catalogue {published}."
        )
    return weights


def _stated(path: Path) -> str:
    """Return the sha256 that a file is kept under in the hub's cache, if it is."""
    name = _kept(path).name
    return name if _SHA256.fullmatch(name) else ""


def _kept(path: Path) -> Path:
    """Return what a link of the cache leads to; one step only, for that may be a link again."""
    if not path.is_symlink():
        return path
    return Path(os.path.normpath(path.parent / os.readlink(path)))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
