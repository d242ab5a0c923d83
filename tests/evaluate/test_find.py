import json
from pathlib import Path

import pytest

from assist.errors import ProtocolError
from assist.evaluate.find import find_calls

FACTS = {"id": "x", "language": "en", "source": "authored", "licence": "CC0-1.0", "duration": 1000}
WORD = {"channel": "agent", "text": "no", "start": 0, "end": 200, "at": 800, "probability": 0.9}

SCENARIO = "== y\nlanguage en\n\nA Hello.\n"


def folder(path: Path, *, facts: object = FACTS) -> Path:
    """Write a call as a folder."""
    path.mkdir(parents=True)
    (path / "call.json").write_text(json.dumps(facts))
    (path / "words.jsonl").write_text(json.dumps(WORD) + "\n")
    return path


def test_a_folder_is_a_call(tmp_path: Path) -> None:
    ((call, sound),) = find_calls([folder(tmp_path / "a")])

    assert (call.call.id, call.words[0].text, sound) == ("x", "no", None)


def test_its_sound_is_found(tmp_path: Path) -> None:
    place = folder(tmp_path / "a")
    (place / "audio.flac").touch()

    ((_, sound),) = find_calls([place])

    assert sound == place / "audio.flac"


def test_a_bundle_has_a_call_a_line(tmp_path: Path) -> None:
    line = json.dumps({"call": FACTS, "speech": [], "words": [WORD], "labels": [], "stages": []})
    bundle = tmp_path / "b.calls.jsonl"
    bundle.write_text(f"{line}\n{line}\n")

    assert len(list(find_calls([bundle]))) == 2


def test_folders_and_bundles_below_a_folder_are_found_in_order(tmp_path: Path) -> None:
    folder(tmp_path / "z")
    folder(tmp_path / "deep" / "a")
    (tmp_path / "m.calls.jsonl").write_text(json.dumps({"call": FACTS}) + "\n")

    assert len(list(find_calls([tmp_path]))) == 3


def test_a_scenario_file_holds_calls(tmp_path: Path) -> None:
    scenario = tmp_path / "talk.txt"
    scenario.write_text(SCENARIO)

    ((call, sound),) = find_calls([scenario])

    assert (call.call.id, call.words[0].text, sound) == ("y", "Hello.", None)


def test_scenarios_below_a_folder_are_found(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "talk.txt").write_text(SCENARIO)
    folder(tmp_path / "a")

    assert [call.call.id for call, _ in find_calls([tmp_path])] == ["x", "y"]


def test_a_mistake_in_a_scenario_is_named(tmp_path: Path) -> None:
    (tmp_path / "talk.txt").write_text(SCENARIO + "B Hello.\n")

    with pytest.raises(ProtocolError, match=r"talk\.txt, line 5: a turn begins"):
        list(find_calls([tmp_path]))


def test_a_missing_path_is_said(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match="does not exist"):
        list(find_calls([tmp_path / "none"]))


def test_a_folder_without_calls_is_said(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match="holds no labelled call"):
        list(find_calls([tmp_path]))


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    bundle = tmp_path / "b.calls.jsonl"
    bundle.write_text(json.dumps({"call": FACTS}) + "\nnonsense\n")

    with pytest.raises(ProtocolError, match="line 2"):
        list(find_calls([bundle]))


def test_an_unknown_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match="mood"):
        list(find_calls([folder(tmp_path / "a", facts=FACTS | {"mood": 1})]))
