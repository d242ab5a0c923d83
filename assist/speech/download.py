"""A model's weights from the hub into the cache of faster-whisper's download, with resuming.

The hub's own client goes on after a connection broke off, but keeps nothing of a file when the
program ends. The weights are gigabytes; so they come first, piece by piece, into a file of the
cache that the next try continues. faster-whisper's download then finds them and fetches the rest.
"""

from pathlib import Path

from huggingface_hub import HfApi, constants, get_hf_file_metadata, hf_hub_url
from huggingface_hub.file_download import http_get, repo_folder_name
from huggingface_hub.utils.tqdm import disable_progress_bars

WEIGHTS = "model.bin"
_BEGUN = "incomplete"


def hub() -> str:
    """Return the address of the hub, or of the mirror that HF_ENDPOINT names."""
    return str(constants.ENDPOINT)


def fetch_weights(repository: str) -> None:
    """Fetch the newest weights of a repository into the cache, from where an earlier try stopped.

    Raises:
        Exception: whatever the hub's client raises when there is no network, or no such file.
    """
    commit = HfApi().model_info(repository).sha
    told = get_hf_file_metadata(hf_hub_url(repository, WEIGHTS, revision=commit))
    blobs = _blobs(repository)
    whole, begun = blobs / str(told.etag), blobs / f"{told.etag}.{_BEGUN}"
    if whole.exists():
        return
    blobs.mkdir(parents=True, exist_ok=True)
    disable_progress_bars("huggingface_hub.http_get")  # ours covers all files
    with begun.open("ab") as file:
        http_get(told.location, file, resume_size=file.tell(), expected_size=told.size)
    begun.rename(whole)


def downloaded(repository: str) -> int:
    """Return how many bytes of a repository are in the cache, unfinished files included."""
    files = _blobs(repository).glob("*")
    return sum(_size(file) for file in files)


def _blobs(repository: str) -> Path:
    folder = repo_folder_name(repo_id=repository, repo_type="model")
    return Path(constants.HF_HUB_CACHE) / folder / "blobs"


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:  # it was renamed just now
        return 0
