"""Where a speech model is, by its name or directory, and how it gets here."""

from pathlib import Path

from faster_whisper.utils import download_model

from assist.errors import RecogniserError
from assist.speech.catalogue import Model, catalogue, find
from assist.speech.download import WEIGHTS, fetch_weights, hub

_FILES = ("config.json", WEIGHTS, "tokenizer.json")


def locate(name: str, *, download: bool = False) -> tuple[Path, Model]:
    """Return the directory of a model and what is known about it.

    Raises:
        RecogniserError: there is no such model, it is not here, or a file of it is missing.
    """
    folder = Path(name)
    if name not in catalogue() and folder.is_dir():
        entry = _own(folder)
    elif "/" in name:
        raise RecogniserError(f"{name}: there is no such model directory.")
    else:
        entry = find(name)
        folder = fetch(entry, download=download)
    missing = [name for name in _FILES if not (folder / name).is_file()]
    if missing:
        raise RecogniserError(f"{folder} is no faster-whisper model: {', '.join(missing)} missing.")
    return folder, entry


def fetch(entry: Model, *, download: bool) -> Path:
    """Return the directory of a model of the catalogue, by faster-whisper's own download.

    A download that broke off goes on where it was.

    Raises:
        RecogniserError: it is neither here nor to be had.
    """
    if not entry.repository:
        folder = entry.path()
        if folder is None:
            raise RecogniserError(f"The {entry.name} model is not part of this installation.")
        return folder
    try:
        if download:
            fetch_weights(entry.repository)
        return Path(download_model(entry.name, local_files_only=not download))
    except Exception as error:  # the hub raises a dozen unrelated kinds for "no network"
        raise RecogniserError(_not_here(entry.name, download=download)) from error


def _not_here(name: str, *, download: bool) -> str:
    """Say why a model is not here and what to do."""
    if not download:
        return (
            f"The model {name} is not on this machine: run `assist models pull {name}` where there"
            " is a network, or copy its directory here and pass --model DIR."
        )
    return (
        f"The model {name} cannot be downloaded from {hub()}: run the same command again to go on"
        " where it broke off, set HF_ENDPOINT to a mirror, or pull it on a machine that reaches the"
        " hub, copy its directory here and pass --model DIR."
    )


def _own(folder: Path) -> Model:
    """Describe a directory: a bundled model by its entry, any other as Whisper's own kind."""
    demo = find("demo")
    place = demo.path()
    if place is not None and place.samefile(folder):
        return demo
    return Model(name=str(folder), languages=("*",), megabytes=0, licence="")
