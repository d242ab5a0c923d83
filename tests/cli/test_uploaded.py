"""How recordings that people bring in are heard."""

from pathlib import Path

import pytest

from assist.cli.uploaded import player
from assist.errors import RecogniserError
from assist.events import CallStarted, Fault, TranscriptFinal
from assist.server.review_import import Wanted
from assist.settings import Settings
from assist.speech.pool import Inline
from assist.speech.scripted import ScriptedRecogniser, ScriptedVad, coded, say
from tests.audio.sound import write

SETTINGS = Settings(playbook="en/sales")


def sound(path: Path) -> Path:
    return write(path, coded(0, 2_000).reshape(-1, 1), codec="pcm_s16le", rate=16_000)


@pytest.mark.parametrize(("language", "book"), [("en", "en/sales"), ("de", "de/support")])
def test_a_recording_becomes_a_call_of_who_brings_it(
    tmp_path: Path, language: str, book: str
) -> None:
    pool = Inline(ScriptedRecogniser(say("hello there", start=300)))
    play = player(SETTINGS, pool, vad=ScriptedVad([(200, 1_400)]))

    duration, events = play(
        sound(tmp_path / "a.wav"), "c1", Wanted(language=language, agent="anna")
    )

    found = list(events)
    begun = found[0]
    assert isinstance(begun, CallStarted)
    assert (begun.call_id, begun.agent, begun.source) == ("c1", "anna", "import")
    assert begun.settings.playbook.startswith(book)
    said = [one for one in found if isinstance(one, TranscriptFinal)]
    assert [word.text for one in said for word in one.words] == ["hello", "there"]
    assert duration == 2_000


def test_the_operators_own_file_is_used(tmp_path: Path) -> None:
    book = tmp_path / "orders.toml"
    book.write_text('name = "orders"\nlanguage = "en"\nversion = 1\nextends = "support"\n')
    play = player(Settings(playbook=str(book)), Inline(ScriptedRecogniser(())), vad=ScriptedVad(()))

    _, events = play(sound(tmp_path / "a.wav"), "c1", Wanted(language="en", agent="anna"))

    begun = next(events)
    assert isinstance(begun, CallStarted)
    assert begun.settings.playbook == str(book)


def test_where_a_recording_broke_off_is_told_in_its_call(tmp_path: Path) -> None:
    play = player(SETTINGS, Inline(ScriptedRecogniser(())), vad=ScriptedVad(()))
    wanted = Wanted(language="en", agent="anna", broken="the recording breaks off at 0:02.")

    _, events = play(sound(tmp_path / "a.wav"), "c1", wanted)

    faults = [one for one in events if isinstance(one, Fault)]
    assert [one.text for one in faults if one.code == "audio_broken"] == [wanted.broken]


def test_without_a_model_no_recording_is_heard(tmp_path: Path) -> None:
    play = player(SETTINGS, None)

    with pytest.raises(RecogniserError, match="no speech model"):
        play(sound(tmp_path / "a.wav"), "c1", Wanted(language="en", agent="anna"))
