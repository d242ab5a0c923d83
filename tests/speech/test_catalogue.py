import re
from pathlib import Path

import pytest

from assist.errors import RecogniserError
from assist.speech.catalogue import catalogue, choose, find


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of downloaded models."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    return tmp_path


def put(cache: Path, name: str) -> Path:
    folder = cache / f"models--{find(name).repository.replace('/', '--')}"
    snapshot = folder / "snapshots" / "c0ffee"
    snapshot.mkdir(parents=True)
    (snapshot / "model.bin").touch()
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text("c0ffee")
    return snapshot


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(RecogniserError, match=r"^tinny is neither .* demo, tiny, "):
        find("tinny")


def test_every_checksum_is_a_sha256_of_its_own() -> None:
    stated = [model.sha256 for model in catalogue().values() if model.sha256]

    assert all(re.fullmatch(r"[0-9a-f]{64}", sha256) for sha256 in stated)
    assert len(set(stated)) == len(stated)


def test_the_repositories_are_those_of_faster_whisper() -> None:
    from faster_whisper.utils import _MODELS

    ours = {name: model.repository for name, model in catalogue().items() if model.repository}

    assert ours.items() <= _MODELS.items()


def test_without_a_model_there_is_no_choice(cache: Path) -> None:
    assert choose("en", cores=2) is None


def test_a_model_on_this_machine_is_chosen(cache: Path) -> None:
    snapshot = put(cache, "base")

    assert choose("de", cores=2) == "base"
    assert find("base").path() == snapshot


def test_of_several_models_the_one_that_suits_the_machine_is_chosen(cache: Path) -> None:
    for name in ("tiny", "small", "large-v3-turbo"):
        put(cache, name)

    assert [choose("de", cores=cores) for cores in (2, 4)] == ["tiny", "small"]
    assert choose("de", cores=2, gpu_gigabytes=24.0) == "large-v3-turbo"


def test_an_english_model_is_not_chosen_for_german(cache: Path) -> None:
    put(cache, "distil-small.en")

    chosen = [choose(language, cores=2) for language in ("en", "de", "auto")]
    assert chosen == ["distil-small.en", None, None]


def test_the_demo_model_is_never_chosen_for_people(cache: Path) -> None:
    assert not catalogue()["demo"].general
    assert choose("en", cores=2) is None
