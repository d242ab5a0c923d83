from pathlib import Path

import pytest

from assist.errors import ProtocolError
from assist.events import Event, TranscriptFinal, TranscriptPartial
from assist.speech.transcript_file import HeardWord, WrittenWords, read

VTT = """WEBVTT

1
00:01.000 --> 00:02.000
<v Agent>We can

NOTE a comment

00:00:03.000 --> 00:00:04.000 align:start
<v.loud Customer>No, <i>never</i></v>
"""


def heard(words: WrittenWords, until: int = 10_000) -> list[TranscriptPartial | TranscriptFinal]:
    return [event for now in range(0, until, 20) for event in words.due(now)]


def finals(words: WrittenWords) -> list[tuple[str, str]]:
    return [
        (event.utterance, " ".join(word.text for word in event.words))
        for event in heard(words)
        if isinstance(event, TranscriptFinal)
    ]


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(ProtocolError) as caught:
        read(path)
    return str(caught.value)


def test_webvtt_names_the_voices(tmp_path: Path) -> None:
    words = read(write(tmp_path / "a.vtt", VTT))

    assert finals(words) == [("a1", "We can"), ("c1", "No, never")]


def test_the_words_of_a_cue_share_its_time(tmp_path: Path) -> None:
    (final, *_) = (
        event
        for event in heard(read(write(tmp_path / "a.vtt", VTT)))
        if isinstance(event, TranscriptFinal)
    )

    assert [(word.start, word.end) for word in final.words] == [(1000, 1428), (1428, 2000)]


def test_words_as_json_lines(tmp_path: Path) -> None:
    line = '{"channel":"agent","text":"nein","start":9,"end":90,"at":800,"probability":0.9}\n'

    (partial, final) = heard(read(write(tmp_path / "words.jsonl", line)))

    assert (partial.at, final.at, final.words[0].probability) == (800, 1300, 0.9)


@pytest.mark.parametrize("form", ["[{}]", '{{"id": "a call", "words": [{}]}}'])
def test_words_as_json(tmp_path: Path, form: str) -> None:
    word = '{"channel":"agent","text":"nein","start":9,"end":90}'

    words = read(
        write(
            tmp_path / "a.json",
            form.replace("{{", "{").replace("}}", "}").replace("[{}]", f"[{word}]"),
        )
    )

    assert finals(words) == [("a1", "nein")]


def test_a_long_gap_separates_utterances() -> None:
    words = [HeardWord(channel="agent", text="so", start=at, end=at + 300) for at in (0, 900, 1900)]

    assert finals(WrittenWords(words)) == [("a1", "so so"), ("a2", "so")]


def test_partials_grow_word_by_word() -> None:
    words = [HeardWord(channel="agent", text="so", start=at, end=at + 300) for at in (0, 400)]

    events = heard(WrittenWords(words))

    assert [(event.revision, len(event.words)) for event in events] == [(1, 1), (2, 2), (3, 2)]


def test_words_heard_together_come_in_one_partial() -> None:
    words = [
        HeardWord(channel="agent", text="so", start=at, end=at + 300, at=1000) for at in (0, 400)
    ]

    assert len(heard(WrittenWords(words))) == 2


def test_the_end_of_the_call_makes_open_utterances_final() -> None:
    words = WrittenWords(
        [HeardWord(channel="agent", text="so", start=at, end=at + 300) for at in (0, 400, 800)]
    )
    list(words.due(750))

    found: list[Event] = list(words.rest(760))

    assert [len(event.words) for event in found if isinstance(event, TranscriptFinal)] == [2]


def test_a_cue_without_a_voice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n")

    assert refusal(path) == f"{path}: the cue at 1000 ms needs <v Agent> or <v Customer>."


def test_a_wrong_line_is_named(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl", '{"channel":"agent","text":"a","start":1,"end":2}\n{"a":1}\n'
    )

    assert refusal(path).startswith(f"{path}, line 2: this is no word: ")


@pytest.mark.parametrize(("name", "text"), [("a.vtt", "hello"), ("a.json", "{"), ("a.txt", "")])
def test_what_is_no_transcript_is_refused(tmp_path: Path, name: str, text: str) -> None:
    assert str(tmp_path / name) in refusal(write(tmp_path / name, text))


def test_a_missing_transcript_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path / "a.vtt")
